"""The history that `fnnet train` writes beside the model."""

import re
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
import pytest

from fnnet import Params, accuracy, load, loss, save, split
from fnnet.cli import main
from fnnet.data.loaders import load_npz
from fnnet.recipes.history import read_history
from tests.cli.small_data import data as data
from tests.cli.small_data import train

LINE = r"Epoch: (\d+), Time Spent: (\d+\.\d\d)s, Test Loss: (\d+\.\d{4}), Accuracy: (\d+\.\d\d)%"


def test_each_epoch_is_a_row(data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("fnnet.cli.train._SCORED", 70)
    train(data, "--epochs", "3", "--shift", "1", "--rotation", "20")
    history = read_history("model.history.jsonl")
    printed = [re.fullmatch(LINE, line) for line in capsys.readouterr().out.splitlines()[1:4]]
    assert [match and match.groups() for match in printed] == [
        (f"{row.epoch}", f"{row.seconds:.2f}", f"{row.test_loss:.4f}", f"{100 * (row.test_accuracy or 0):.2f}")
        for row in history
    ]
    params, (learned, tested) = load("model.npz", np.float32), load_npz(data)
    first, _ = split(learned, 70)
    last = history[-1]
    # while it trains, the command uses another number of threads, which add in another order
    assert last.train_loss == pytest.approx(loss(params, first.x, first.y), rel=1e-6)
    assert last.test_loss == pytest.approx(loss(params, tested.x, tested.y), rel=1e-6)
    assert (last.train_accuracy, last.test_accuracy) == (accuracy(params, first), accuracy(params, tested))


def test_a_resumed_run_reads_as_one(data: str) -> None:
    plain = ["--recipe", "classic", "--batch-size", "16", "--data", data]
    assert main(["train", *plain, "--epochs", "4", "--out", "whole"]) == 0
    assert main(["train", *plain, "--epochs", "4", "--out", "parts", "--limit", "100"]) == 0
    assert main(["train", *plain, "--epochs", "2", "--out", "parts", "--checkpoint", "run"]) == 0
    assert [row.epoch for row in read_history("parts-history.jsonl")] == [1, 2]
    # another run comes between
    assert main(["train", *plain, "--epochs", "3", "--out", "parts", "--limit", "100"]) == 0
    assert main(["train", "--data", data, "--resume", "run", "--epochs", "4"]) == 0
    files = [f"{name}-history.jsonl" for name in ("whole", "parts")]
    whole, parts = ([attrs.evolve(row, seconds=0) for row in read_history(file)] for file in files)
    assert parts == whole and [row.epoch for row in whole] == [1, 2, 3, 4]


def test_a_new_run_starts_a_new_history(data: str) -> None:
    for _ in range(2):
        train(data, "--epochs", "1")
        assert [row.epoch for row in read_history("model.history.jsonl")] == [1]


def test_a_kill_leaves_no_gap_or_double(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(inputs: object, params: Params[np.float32], path: str) -> None:
        if len(read_history("model.history.jsonl")) == 3:
            raise Killed
        save(params, path)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("fnnet.cli.train_inputs.TrainInputs.save", killed)
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
        (["--out", "c", "--checkpoint", "c"], "--checkpoint: expected another file than the model, c, got the same"),
        (
            ["--checkpoint", "m.history.jsonl", "--out", "m.npz"],
            "--checkpoint: expected another file than the history, m.history.jsonl, got the same",
        ),
        (
            ["--out", "text.npz"],
            "text.history.jsonl, line 1: expected a JSON object of the numbers epoch, .*, got b'some text'"
            "; it is not replaced: move it away, or choose another --out",
        ),
        (["--out", "folder.npz"], ".*/folder.history.jsonl: expected a file to write, got a folder"),
        (["--out", "."], ".*: expected a file to write, got a folder"),
        (["--out", ".."], ".*: expected a file to write, got a folder"),
        (["--out", "none/m"], ".*/none/m: No such file or directory"),
        (["--checkpoint", "none/c"], ".*/none/c: No such file or directory"),
    ],
)
def test_unwritable_files_stop_the_run(
    options: Sequence[str], message: str, data: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("text.history.jsonl").write_text("some text\n")
    Path("folder.history.jsonl").mkdir()
    before = {path: path.read_bytes() for path in Path(".").iterdir() if path.is_file()}
    assert main(["train", "--data", data, *options]) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and re.fullmatch(f"fnnet: error: {message}\n", errors)
    assert {path: path.read_bytes() for path in Path(".").iterdir() if path.is_file()} == before
