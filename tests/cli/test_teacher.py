"""`fnnet train --teacher`."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from fnnet import Dataset, apply, identity_squared_error, init_params, load, recipes, save, softmax_squared_error
from fnnet.cli import main
from fnnet.cli.teacher import behind
from fnnet.cli.train_inputs import TrainInputs
from fnnet.data.distill import distilled
from fnnet.data.levels import input_scaler
from fnnet.data.loaders import load_npz
from fnnet.nn.ensemble import ensemble, tempered
from fnnet.recipes.recipe import CLASSIC
from fnnet.recipes.suitable import settled
from tests.cli.helpers import train


@pytest.fixture
def teacher(data: str, capsys: pytest.CaptureFixture[str]) -> str:
    """A model of the data, beside it."""
    assert train(data, "--epochs", "2", "--out", "teacher", "--sizes", "4-9-4") == 0
    capsys.readouterr()
    return "teacher"


def test_students_learn_from_the_teacher(data: str, teacher: str) -> None:
    assert train(data, "--epochs", "2", "--teacher", teacher) == 0
    samples, _ = load_npz(data)
    lesson = partial(distilled, load(teacher, np.float32), temperature=2.0, share=0.9)
    recipe = settled(CLASSIC)
    start = recipes.initial_params(recipe, 4, 4, 0)
    _, second, *_ = recipes.train(recipe, start, samples, lesson=lesson)
    assert load("model.npz") == tempered(second.params, 0.5)  # it has learned to answer at temperature 2


def test_several_teachers_are_an_ensemble(data: str, teacher: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(data, "--epochs", "1", "--seed", "1", "--out", "other", "--sizes", "4-5-4") == 0
    assert train(data, "--epochs", "2", "--checkpoint", "run", "--teacher", teacher, "--teacher", "other") == 0
    student = load("model.npz", np.float32)
    save(ensemble([load(path, np.float32) for path in (teacher, "other")]), "both")
    assert train(data, "--epochs", "2", "--teacher", "both") == 0
    samples, _ = load_npz(data)
    np.testing.assert_allclose(apply(load("model.npz", np.float32), samples.x), apply(student, samples.x), atol=1e-4)
    capsys.readouterr()
    assert train(data, "--resume", "run", "--epochs", "3", "--teacher", teacher, "--teacher", "other") == 0
    save(init_params((4, 4), 0, head=softmax_squared_error), "squared")
    assert train(data, "--teacher", teacher, "--teacher", "squared") == 1
    both = "softmax-cross-entropy with 4 outputs, as the first has, got softmax-squared-error with 4 outputs"
    assert capsys.readouterr().err == f"fnnet: error: --teacher: expected {both}, in squared\n"
    assert train(data, "--teacher", "missing", "--teacher", "other") == 1
    assert capsys.readouterr().err == "fnnet: error: missing: No such file or directory\n"


def test_resumed_runs_need_their_teacher(data: str, teacher: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = ["--shift", "1", "--teacher", teacher]
    assert train(data, *settings, "--epochs", "2", "--out", "whole") == 0
    assert train(data, *settings, "--epochs", "1", "--checkpoint", "run") == 0
    capsys.readouterr()
    assert train(data, "--epochs", "1", "--checkpoint", "alone", "--out", "mine") == 0
    save(init_params((4, 4), 0), "other")
    for run, teachers, message in (
        ("run", [], "what run was trained with, got none"),
        ("run", ["other"], "what run was trained with, got another, or several in another order"),
        ("run", [teacher, "other"], "what run was trained with, got another, or several in another order"),
        ("alone", ["other"], "none, as when alone was trained, got 1"),
    ):
        capsys.readouterr()
        options = [part for path in teachers for part in ("--teacher", path)]
        assert train(data, "--resume", run, "--epochs", "2", *options) == 1
        assert capsys.readouterr().err == f"fnnet: error: --teacher: expected {message}\n"
    assert train(data, "--resume", "run", "--epochs", "2", "--teacher", teacher) == 0
    assert load("model.npz") == load("whole")


def test_teachers_know_the_scale_of_inputs() -> None:
    """Where the student is trained on standardized inputs, the teacher takes these, too."""
    rng = np.random.default_rng(0)
    data = Dataset((rng.normal(size=(50, 4)) * 30 + 100).astype(np.float32), rng.integers(0, 2, 50))
    inputs, raw = TrainInputs(input_scaler(data)), init_params((4, 3, 2), 0)
    assert inputs.scaler is not None
    found = apply(behind(inputs, raw), inputs.scaled(data).x)
    np.testing.assert_allclose(found, apply(raw, data.x), atol=1e-4)
    assert behind(TrainInputs(), raw) is raw


@pytest.mark.parametrize(
    "sizes, message",
    [
        ((5, 4), "--teacher: expected a model of 4 features and 4 classes, as the data has, got 5 and 4 in other"),
        ((4, 3), "--teacher: expected a model of 4 features and 4 classes, as the data has, got 4 and 3 in other"),
        (
            (4, 4),
            "--teacher: expected a head whose outputs are probabilities, got identity-squared-error",
        ),
    ],
)
def test_teachers_must_fit(sizes: tuple[int, ...], message: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    save(init_params(sizes, 0, head=identity_squared_error), "other")
    assert train(data, "--teacher", "other") == 1
    assert capsys.readouterr().err.startswith(f"fnnet: error: {message}")
    assert not Path("model.npz").exists()
    assert main(["train", "--data", data, "--teacher", data]) == 1
    assert "expected an array named format" in capsys.readouterr().err


def test_teachers_are_not_replaced(data: str, teacher: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = Path(teacher).read_bytes()
    assert train(data, "--out", teacher, "--teacher", teacher) == 1
    message = "--out: expected another file than the teacher, got teacher; name one with --out"
    assert capsys.readouterr().err == f"fnnet: error: {message}\n"
    assert Path(teacher).read_bytes() == before


def test_teachers_know_the_same_labels(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    save(init_params((4, 4), 0), "other", labels=("cat", "dog", "eel", "fox"))
    assert train(data, "--teacher", "other") == 1
    expected, got = "'0, 1, 2, 3', as the data has, in this order", "'cat, dog, eel, fox' in other"
    assert capsys.readouterr().err == f"fnnet: error: --teacher: expected the labels {expected}, got {got}\n"


def test_students_have_a_head_that_fits(data: str, teacher: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers may follow probabilities, and are saved as they are; what sums to 1 cannot follow what does not."""
    for head in ("identity-squared-error", "logistic-cross-entropy"):
        assert train(data, "--teacher", teacher, "--head", head, "--lr", "0.1", "--epochs", "20", "--out", head) == 0
    samples, _ = load_npz(data)
    found = apply(load("identity-squared-error", np.float32), samples.x)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=0.3)
    capsys.readouterr()
    assert train(data, "--teacher", "logistic-cross-entropy") == 1
    expected = (
        "a model whose probabilities sum to 1, as those of softmax-cross-entropy do, got one of logistic-cross-entropy"
    )
    assert capsys.readouterr().err == f"fnnet: error: --teacher: expected {expected}\n"
