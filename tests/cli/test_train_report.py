"""The line of settings, and what may help a run that diverged."""

import attrs
import pytest

from fnnet.cli.chance import what_may_converge
from fnnet.cli.train_report import settings_line
from fnnet.data.augment import Warp
from fnnet.recipes import CLASSIC, FAST, Checkpoint, Recipe, initial_state
from tests.cli.helpers import train


@pytest.mark.parametrize(
    "recipe, teachers, extra",
    [
        (Recipe(), 0, ""),
        (Recipe(l2=1e-3, dropout=0.25, adversary=0.5), 1, ", l2 0.001, dropout 0.25, adversary 0.5, 1 teacher"),
        (Recipe(smoothing=0.1, average=0.999), 2, ", smoothing 0.1, average 0.999, 2 teachers"),
        (Recipe(warp=Warp(shift=1)), 0, ", augmentation"),
    ],
)
def test_what_is_in_use_is_told(recipe: Recipe, teachers: int, extra: str) -> None:
    run = Checkpoint(recipe, 0, 9, "", initial_state(recipe, 4, 3, 0))
    line = settings_line(run, teachers)
    assert line == f"Training 4-128-64-3: sigmoid, sgd, batch size 1, lr 0.1, init lecun-normal{extra}"


@pytest.mark.parametrize(
    "recipe, cure",
    [
        (CLASSIC, "a smaller --lr"),
        (attrs.evolve(CLASSIC, lr=9.0), "--lr 0.1"),
        (FAST, "a smaller --lr"),
        (attrs.evolve(FAST, lr=1.0), "--lr 0.00283"),
        (attrs.evolve(CLASSIC, lr=9.0, l2=1e4), "a smaller --l2"),
        (attrs.evolve(CLASSIC, adversary=1e30), "a smaller --adversary"),
        (attrs.evolve(CLASSIC, decay=1e30), "a smaller --decay"),
        (attrs.evolve(FAST, decay=1e30), "a smaller --lr"),  # with cosine, there is no decay
    ],
)
def test_what_diverged_may_converge(recipe: Recipe, cure: str) -> None:
    assert what_may_converge(recipe) == cure


def test_resumed_runs_need_new_settings(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    options = "--hidden relu --head identity-squared-error --lr 0.001 --decay 1e30 --epochs 1 --checkpoint run"
    assert train(data, *options.split()) == 0
    assert train(data, "--resume", "run", "--epochs", "5") == 1
    assert capsys.readouterr().err.endswith("; try a smaller --decay in a new run\n")
