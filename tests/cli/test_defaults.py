"""Every option of `fnnet train` works alone, on images of MNIST; and what it says of a network that learns nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fnnet import load_mnist
from fnnet.nn.activations import ACTIVATIONS
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.recipes.history import read_history
from tests.cli.helpers import train

OPTIONS = [
    *(f"--hidden {name}" for name in ACTIVATIONS if name != "sigmoid"),
    *(f"--optimizer {name} --batch-size 8" for name in OPTIMIZERS),
    *(f"--head {name}" for name in ("softmax-squared-error", "logistic-cross-entropy")),
    "--hidden relu --optimizer adam --batch-size 16",
    "--hidden silu --batch-size 16",
    "--recipe fast --optimizer sgd --batch-size 16",
]
"""Small batches, so that few images make enough steps; the campaign `defaults` has all options and all images."""


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A file of 1,500 images of MNIST to train on and of 500 to test with."""
    path, (train, test) = tmp_path_factory.mktemp("digits") / "digits.npz", load_mnist()
    parts = {"x_train": train.x[:1500], "y_train": train.y[:1500], "x_test": test.x[:500], "y_test": test.y[:500]}
    np.savez(path, allow_pickle=False, **parts)
    yield str(path)


@pytest.mark.parametrize("options", OPTIONS)
def test_every_option_works_alone(
    options: str, digits: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert train(digits, *options.split(), "--epochs", "3") == 0
    assert (read_history("model.history.jsonl")[-1].test_accuracy or 0) > 0.7
    assert re.match(
        r"Training 784-128-64-10: .*, lr \d.*, init (lecun|glorot|he)-normal(, l2 0.0002)?\n", capsys.readouterr().out
    )


@pytest.mark.parametrize(
    "options, cure",
    [
        ("--lr 1e-9", "--lr 0.1"),
        ("--hidden relu --lr 1e-9", "--lr 0.01"),
        ("--init article-normal --sizes 784-16-16-16-10", "--init lecun-normal"),
        ("--sizes 784-16-16-16-16-10 --batch-size 64", "--hidden relu"),
        ("--batch-size 1500", "more --epochs, or a smaller --batch-size"),
        ("--limit 40 --lr 0.001 --epochs 1", "--lr 0.1"),
        ("--limit 40 --adversary 1", "more --epochs"),
        ("--smoothing 0.5 --dropout 0.5 --sizes 784-1-1-10", "--lr 0.03, or wider layers"),
        ("--l2 9", "a smaller --l2"),
        ("--adversary 30", "a smaller --adversary"),
    ],
)
def test_a_network_at_chance_is_told(
    options: str,
    cure: str,
    digits: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Once, after the first epoch."""
    monkeypatch.chdir(tmp_path)
    assert train(digits, *options.split(), "--epochs", "2") == 0
    said = "fnnet: after epoch 1 the network is no better than one that always gives the same answer; try "
    assert capsys.readouterr().err == f"{said}{cure}\n"
