"""Ctrl-C during `fnnet train`: what is saved, and what the message promises."""

import re
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from fnnet import load
from fnnet.cli import main
from tests.cli.helpers import classic_params, command, interrupt_after, train


@pytest.mark.slow
def test_ctrl_c_keeps_the_last_epoch(data: str) -> None:
    arguments = command("train", "--data", data, "--epochs", "60000")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stderr
        for _ in range(4):  # the settings, then epochs
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    message = r"fnnet: interrupted after (\d+) complete epochs, saved in model.npz\n"
    match = re.fullmatch(message, errors)
    assert process.returncode == -signal.SIGINT and match and int(match[1]) >= 3
    assert load("model.npz") == classic_params(data, int(match[1]))
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["data.npz", "model.history.jsonl", "model.npz"]


@pytest.mark.parametrize("options", [[], ["--checkpoint", "run"]])
def test_ctrl_c_in_epoch_1_saves_nothing(
    options: list[str], data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fnnet.cli.train.progress_bar", interrupt_after(0))
    assert train(data, *options) == 130
    printed, errors = capsys.readouterr()
    assert printed.startswith("Training 4-128-64-4: ") and printed.count("\n") == 1
    assert errors == "fnnet: interrupted after 0 complete epochs; nothing new was saved\n"
    assert [path.name for path in Path.cwd().iterdir()] == [data]


def test_ctrl_c_says_how_to_resume(
    data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("fnnet.cli.train.progress_bar", interrupt_after(1))
        assert train(data, "--checkpoint", "run") == 130
    advice = f"fnnet train --resume run --data {data}"
    saved = "interrupted after 1 complete epoch, saved in model.npz"
    assert capsys.readouterr().err == f"fnnet: {saved}; to resume: {advice}\n"
    assert main(shlex.split(advice)[1:]) == 0


def test_ctrl_c_quotes_odd_names(
    data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("my runs").mkdir()
    monkeypatch.setattr("fnnet.cli.train.progress_bar", interrupt_after(1))
    assert train(data, "--checkpoint", "my runs/run") == 130
    advice = f"fnnet train --resume 'my runs/run' --out model.npz --data {data}"
    assert capsys.readouterr().err.endswith(f"; to resume: {advice}\n")


def test_ctrl_c_without_a_checkpoint(
    data: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fnnet.cli.train.progress_bar", interrupt_after(2))
    assert train(data) == 130
    saved = "interrupted after 2 complete epochs, saved in model.npz"
    assert capsys.readouterr().err == f"fnnet: {saved}\n"
    assert load("model.npz") == classic_params(data, 2)


def test_ctrl_c_right_after_resuming(
    data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is promised: the checkpoint does not know the new model and the new number of epochs yet."""
    assert train(data, "--epochs", "1", "--checkpoint", "run") == 0
    capsys.readouterr()
    monkeypatch.setattr("fnnet.cli.train.progress_bar", interrupt_after(0))
    assert train(data, "--resume", "run", "--epochs", "3", "--out", "new.npz") == 130
    assert capsys.readouterr().err == "fnnet: interrupted after 1 complete epoch; nothing new was saved\n"
    assert not Path("new.npz").exists()


def test_ctrl_c_while_parsing_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(argv: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fnnet.cli.parse", interrupted)
    assert main([]) == 130
    assert capsys.readouterr() == ("", "fnnet: interrupted\n")
