"""The history that `fnnet train` writes, and the pictures that `fnnet plot` draws, as a user runs them."""

import re
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
import pytest

from fnnet import Params, accuracy, load, load_npz, loss, save, split
from fnnet.cli import main
from fnnet.history import read_history

LINE = r"Epoch: (\d+), Time Spent: (\d+\.\d\d)s, Loss: (\d+\.\d{4}), Accuracy: (\d+\.\d\d)%"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Images of 3 x 3 pixels whose label is the brightest of the first four, mostly; the folder is the current one."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (400, 3, 3), np.uint8)
    y = np.where(rng.random(400) < 0.9, x.reshape(400, 9)[:, :4].argmax(axis=1), 0).astype(np.uint8)
    np.savez("data.npz", x_train=x[:300], y_train=y[:300], x_test=x[300:], y_test=y[300:])
    return "data.npz"


def train(data: str, *options: str) -> None:
    assert main(["train", "--data", data, "--recipe", "fast", "--batch-size", "16", *options]) == 0


def test_each_epoch_is_a_row_of_the_history(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fnnet.cli.train._SCORED", 70)
    train(data, "--epochs", "3", "--shift", "1", "--rotation", "20")
    history = read_history("model.history.jsonl")
    told = [re.fullmatch(LINE, line) for line in capsys.readouterr().out.splitlines()[:3]]
    assert [match and match.groups() for match in told] == [
        (f"{row.epoch}", f"{row.seconds:.2f}", f"{row.test_loss:.4f}", f"{100 * row.test_accuracy:.2f}")
        for row in history
    ]
    params, (learnt, tested) = load("model.npz", np.float32), load_npz(data)
    first, _ = split(learnt, 70)
    last = history[-1]
    assert (last.train_loss, last.train_accuracy) == (loss(params, first.x, first.y), accuracy(params, first))
    assert (last.test_loss, last.test_accuracy) == (loss(params, tested.x, tested.y), accuracy(params, tested))


def test_a_resumed_run_and_a_new_one_read_as_one(data: str) -> None:
    plain = ["--recipe", "classic", "--batch-size", "16", "--data", data]
    assert main(["train", *plain, "--epochs", "4", "--history", "whole"]) == 0
    assert main(["train", *plain, "--epochs", "4", "--history", "parts", "--limit", "100"]) == 0
    assert main(["train", *plain, "--epochs", "2", "--history", "parts", "--checkpoint", "run"]) == 0
    assert [row.epoch for row in read_history("parts")] == [1, 2]
    assert main(["train", "--data", data, "--resume", "run", "--epochs", "4", "--history", "parts"]) == 0
    whole, parts = ([attrs.evolve(row, seconds=0) for row in read_history(path)] for path in ("whole", "parts"))
    assert parts == whole and [row.epoch for row in whole] == [1, 2, 3, 4]
    assert not Path("model.history.jsonl").exists()


def test_a_kill_between_history_and_model_leaves_no_gap_and_no_double(
    data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(params: Params[np.float32], path: str) -> None:
        if len(read_history("model.history.jsonl")) == 3:
            raise Killed
        save(params, path)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("fnnet.cli.train.save", killed)
        train(data, "--epochs", "5", "--checkpoint", "run")
    assert main(["train", "--data", data, "--resume", "run"]) == 0
    resumed = read_history("model.history.jsonl")
    train(data, "--epochs", "5")
    whole = read_history("model.history.jsonl")
    assert [row.epoch for row in resumed] == [1, 2, 3, 4, 5]
    assert [(row.train_loss, row.test_loss) for row in resumed] == [(row.train_loss, row.test_loss) for row in whole]


@pytest.mark.parametrize(
    "options, message",
    [
        (["--history", "model.npz"], "--history: expected another file than the model, model.npz, got the same"),
        (["--history", "c", "--checkpoint", "c"], "--history: expected another file than the checkpoint, c, got the same"),
        (["--out", "c", "--checkpoint", "c"], "--out: expected another file than the checkpoint, c, got the same"),
        (["--history", "text"], "text, line 1: expected a JSON object of the numbers epoch, .*, got b'some text'"),
        (["--history", "data.npz"], "data.npz.*: expected a .*"),
        (["--history", "."], ".*: expected a file to write, got a folder"),
        (["--history", "none/h"], ".*No such file or directory: .*none/h'"),
    ],
)
def test_a_file_that_is_no_history_stops_the_run_before_it_starts(
    options: Sequence[str], message: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("text").write_text("some text\n")
    before = {path: path.read_bytes() for path in Path(".").iterdir()}
    assert main(["train", "--data", data, *options]) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and re.fullmatch(f"fnnet: error: {message}\n", errors)
    assert {path: path.read_bytes() for path in Path(".").iterdir()} == before
