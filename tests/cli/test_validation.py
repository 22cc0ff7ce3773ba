"""`--validation` holds training images out and keeps the best epoch by them; `--patience` stops."""

import re
from pathlib import Path

import attrs
import numpy as np
import pytest

from fnnet import accuracy, load, recipes
from fnnet.cli import main
from fnnet.data.holdout import hold_out
from fnnet.data.loaders import load_npz
from fnnet.recipes.checkpoint import load_checkpoint
from fnnet.recipes.history import read_history
from fnnet.recipes.recipe import FAST
from fnnet.recipes.selection import best_row
from fnnet.train.stopping import best
from tests.cli.helpers import interrupt_after
from tests.cli.small_data import data as data
from tests.cli.small_data import train

RUN = ["--epochs", "12", "--validation", "0.2", "--patience", "3", "--seed", "1", "--lr", "0.03"]


def test_the_best_epoch_is_kept(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is the one that `best` gives, and the run ends where `best` does."""
    train(data, *RUN)
    printed, (samples, test) = capsys.readouterr().out, load_npz(data)
    rest, held = hold_out(samples, 0.2, 1)
    recipe = attrs.evolve(FAST, epochs=12, batch_size=16, lr=0.03)
    states = recipes.train(recipe, recipes.initial_params(recipe, 64, 4, 1), rest, 1)
    *_, top = tops = list(best(states, lambda params: accuracy(params, held), patience=3))
    history, params = read_history("model.history.jsonl"), load("model.npz", np.float32)
    assert params == top.eval_params and best_row(history).epoch == top.epoch
    assert len(history) == len(tops) == top.epoch + 3 < 12
    lines = printed.splitlines()
    assert [re.sub(r".*Loss: .*Accuracy: ", "", line) for line in lines[1 : len(history) + 1]] == [
        f"{row.validation_accuracy:.2%}" for row in history
    ]
    assert all("Validation Loss: " in line and "Test" not in line for line in lines[1 : len(history) + 1])
    stopped = f"Stopped after {len(history)} complete epochs: the last 3 were no better on the validation images."
    assert lines[len(history) + 1] == stopped
    assert lines[len(history) + 2].startswith(f"Best epoch: {top.epoch}, Validation Loss: ")
    assert re.fullmatch(rf"Test Loss: \d\.\d{{4}}, Accuracy: {accuracy(params, test):.2%}", lines[len(history) + 3])


def test_a_resumed_run_keeps_the_same_epoch(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Interrupted after each epoch in turn: the model, the checkpoint and the scores are those of the whole run."""
    train(data, *RUN, "--out", "whole", "--checkpoint", "whole.run")
    monkeypatch.setattr("fnnet.cli.train.progress_bar", interrupt_after(1))
    begin = ["--recipe", "fast", "--batch-size", "16", *RUN, "--out", "parts", "--checkpoint", "run"]
    assert main(["train", "--data", data, *begin]) == 130
    assert "; to resume: " in (said := capsys.readouterr().err) and "the best of them saved in parts" in said
    while not load_checkpoint("run").has_ended:
        assert main(["train", "--data", data, "--resume", "run"]) in (0, 130)
    whole, parts = (
        attrs.evolve(run, model="", history=[attrs.evolve(row, seconds=0) for row in run.history])
        for run in map(load_checkpoint, ("whole.run", "run"))
    )
    assert whole == parts and Path("whole").read_bytes() == Path("parts").read_bytes()


def test_more_patience_resumes_a_stopped_run(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    train(data, *RUN, "--checkpoint", "run")
    stopped = load_checkpoint("run").state.epoch
    capsys.readouterr()
    assert main(["train", "--data", data, "--resume", "run"]) == 0
    assert capsys.readouterr().out.startswith(f"Stopped after {stopped} complete epochs: the last 3 were no better")
    assert main(["train", "--data", data, "--resume", "run", "--patience", "50"]) == 0
    assert load_checkpoint("run").state.epoch == 12 and load_checkpoint("run").patience == 50
    assert "Stopped" not in (printed := capsys.readouterr().out) and "Best epoch: " in printed


def test_images_are_held_out_of_the_limit(data: str) -> None:
    train(data, "--epochs", "1", "--limit", "50", "--validation", "0.1", "--checkpoint", "run")
    run = load_checkpoint("run")
    assert (run.samples, run.validation, run.patience) == (50, 0.1, None)
    rest, _ = hold_out(load_npz(data)[0][:50], 0.1, 0)
    assert len(rest) == 45 and run.state.opt_state.count == 3  # batches of 16


@pytest.mark.parametrize(
    "options, message",
    [
        ("--patience 3", "--patience: expected samples to judge the epochs by, got none; use --validation 0.1"),
        ("--validation 0.1 --limit 1", "--validation: expected at least 2 samples to hold out of, got 1"),
        ("--resume run --validation 0.2", "--resume: expected no setting except --epochs and --patience .*"),
        ("--resume run --patience 2", "--patience: expected samples to judge the epochs by, got none; .*"),
    ],
)
def test_validation_needs_images(options: str, message: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    train(data, "--epochs", "1", "--checkpoint", "run", "--out", "other")
    capsys.readouterr()
    assert main(["train", "--data", data, *options.split()]) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and re.fullmatch(f"fnnet: error: {message}\n", errors)
