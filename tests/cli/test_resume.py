"""Checkpoints of `fnnet train`, and resuming from them."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from fnnet import Params, load, save
from fnnet.cli import main
from fnnet.cli.parser import parse
from fnnet.cli.train_files import TrainFiles, resume_command
from fnnet.recipes.checkpoint import load_checkpoint
from tests.cli.helpers import Killed, classic_params, train


def _kill_at(save_number: int) -> Callable[[object, Params[np.float32], str], None]:
    """`save`, but killed when it is called for the time of this number."""

    def killed(params: Params[np.float32], path: str) -> None:
        raise Killed

    saves: Iterator[Callable[[Params[np.float32], str], None]] = iter([save] * (save_number - 1) + [killed])
    return lambda inputs, params, path: next(saves)(params, path)


def test_resuming_gives_the_same_model(
    data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ["--limit", "200", "--seed", "3", "--recipe", "fast", "--average", "0.9", "--epochs", "4"]
    assert train(data, *settings, "--out", "plain") == 0
    assert train(data, *settings, "--out", "whole", "--checkpoint", "whole.run") == 0
    assert load_checkpoint("whole.run").state.epoch == 4
    lines = [re.sub("Spent: .*s,", "", line) for line in capsys.readouterr().out.splitlines()[:5]]
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("fnnet.cli.train_inputs.TrainInputs.save", _kill_at(3))
        train(data, *settings, "--out", "parts", "--checkpoint", "run")
    assert load_checkpoint("run").state.epoch == 2
    capsys.readouterr()
    assert train(data, "--resume", "run", "--out", "parts") == 0
    resumed = [re.sub("Spent: .*s,", "", line) for line in capsys.readouterr().out.splitlines()]
    assert resumed[:4] == [lines[0], *lines[3:], ""]
    assert {Path(name).read_bytes() for name in ("whole", "parts")} == {Path("plain").read_bytes()}


def test_resuming_a_complete_run_saves_it(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(data, "--epochs", "2", "--checkpoint", "run") == 0
    capsys.readouterr()
    assert train(data, "--resume", "run", "--out", "again") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Already trained for 2 complete epochs; use --epochs to train longer.\n\ntrue")
    assert "Epoch:" not in printed and "\n\nSaved to again\n\nNext:\n  fnnet plot again --data data.npz\n" in printed
    assert Path("again-history.jsonl").read_bytes() == Path("model.history.jsonl").read_bytes()
    assert load_checkpoint("run").model == "again"
    assert Path("again").read_bytes() == Path("model.npz").read_bytes()


def test_resuming_can_add_epochs(data: str) -> None:
    assert train(data, "--checkpoint", "run", "--epochs", "2") == 0
    assert train(data, "--resume", "run", "--checkpoint", "more", "--epochs", "3") == 0
    assert load_checkpoint("run").state.epoch == 2
    assert load_checkpoint("more").state.params == classic_params(data, 3)


@pytest.mark.parametrize(
    "options, message",
    [
        ("--lr 0.2 --shift 1", "--resume: expected no setting except --epochs .*, got --lr, --shift"),
        ("--seed 0", ".* got --seed"),
        ("--batch-size 3", ".* got --batch-size"),
        ("--recipe classic --sizes 4-4", ".* got --recipe, --sizes"),
        ("--limit 50", ".* got --limit"),
        ("", "--data: expected the 100 samples that run was trained on, got the bundled MNIST; use the --data .*"),
        (
            "--data other.npz",
            "--data: expected the 100 samples that run was trained on, got other samples",
        ),
        ("--data data.npz --out run", "--resume: expected another file than the model, run, got the same"),
    ],
)
def test_resume_refuses_another_run(options: str, message: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(data, "--epochs", "1", "--checkpoint", "run", "--limit", "100") == 0
    with np.load(data) as arrays:
        np.savez("other.npz", **{**arrays, "x_train": 255 - arrays["x_train"]})
    capsys.readouterr()
    assert main(["train", "--resume", "run", *options.split()]) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and re.fullmatch(f"fnnet: error: {message}\n", errors)


def test_models_and_checkpoints_differ(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(data, "--epochs", "1", "--checkpoint", "run") == 0
    capsys.readouterr()
    assert main(["evaluate", "run", "--data", data]) == 1
    for path in ("model.npz", ".", data):
        assert train(data, "--resume", path) == 1
    model, checkpoint, folder, arrays = capsys.readouterr().err.splitlines()
    assert model.startswith("fnnet: error: run: expected the format 'fnnet model 1', got 'fnnet checkpoint 5'")
    assert checkpoint.startswith(
        "fnnet: error: model.npz: expected the format 'fnnet checkpoint 5', got 'fnnet model 1'"
    )
    assert folder == f"fnnet: error: {Path.cwd()}: expected a file to write, got a folder"
    assert "expected an array named format, got 'x_train" in arrays


def test_resume_saves_beside_the_checkpoint(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From whichever folder it is called, and wherever the folder of the run has moved."""
    top = Path.cwd()
    Path("run").mkdir()
    monkeypatch.chdir("run")
    assert train(f"../{data}", "--epochs", "1", "--out", "digits.npz", "--checkpoint", "c") == 0
    monkeypatch.chdir(top)
    Path("run").rename("moved")
    assert train(data, "--resume", "moved/c", "--epochs", "2") == 0
    assert f"\nSaved to {top}/moved/digits.npz\n" in capsys.readouterr().out
    assert load("moved/digits.npz") == load_checkpoint("moved/c").state.params
    assert sorted(path.name for path in top.iterdir()) == [data, "moved"]


def test_resume_restores_a_deleted_model(data: str) -> None:
    assert train(data, "--epochs", "1", "--out", "digits.npz", "--checkpoint", "c") == 0
    Path("digits.npz").unlink()
    assert train(data, "--resume", "c") == 0
    assert load("digits.npz") == load_checkpoint("c").state.params


def test_out_moves_a_resumed_model_for_good(data: str) -> None:
    assert train(data, "--epochs", "1", "--checkpoint", "c") == 0
    assert train(data, "--resume", "c", "--epochs", "2", "--out", "other") == 0
    assert load_checkpoint("c").model == "other"


def test_resume_needs_a_model_elsewhere(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("folder").mkdir()
    assert train(data, "--epochs", "1", "--out", "folder/a", "--checkpoint", "c") == 0
    capsys.readouterr()
    assert train(data, "--resume", "c", "--epochs", "2") == 1
    message = "--out: expected the file of the model, which is not beside c, got none"
    assert capsys.readouterr() == ("", f"fnnet: error: {message}\n")


def test_a_checkpoint_does_not_name_links(data: str) -> None:
    """The file that a link leads to does not have the name that the user gave."""
    Path("latest.npz").symlink_to("run-7.npz")
    assert train(data, "--epochs", "1", "--checkpoint", "c", "--out", "latest.npz") == 0
    assert Path("latest.npz").is_symlink() and load("run-7.npz") == load_checkpoint("c").state.params
    assert load_checkpoint("c").model == "" and Path("latest.history.jsonl").exists()


def test_checkpoint_may_repeat_resume(data: str) -> None:
    assert train(data, "--epochs", "1", "--checkpoint", "run") == 0
    assert train(data, "--epochs", "2", "--resume", "run", "--checkpoint", f"../{Path.cwd().name}/run") == 0
    assert load_checkpoint("run").state.epoch == 2


@pytest.mark.parametrize(
    "options, model, expected",
    [
        ("", "m", ""),
        ("--checkpoint c", "m", "fnnet train --resume c"),
        ("--resume c", "m", "fnnet train --resume c"),
        ("--resume b --checkpoint c", "elsewhere/m", "fnnet train --resume c --out elsewhere/m"),
        ("--checkpoint c --data d --max-bytes 7", "m", "fnnet train --resume c --data d --max-bytes 7"),
    ],
)
def test_resume_command_is_complete(options: str, model: str, expected: str) -> None:
    """It names what the checkpoint does not know."""
    arguments = parse(["train", *options.split()])
    files = TrainFiles(model, arguments.checkpoint or arguments.resume, "h")
    assert resume_command(arguments, files) == expected
