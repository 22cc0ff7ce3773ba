"""What fails exits with 1 and one line on standard error."""

import os
from pathlib import Path

import numpy as np
import pytest

from fnnet import init_params, save
from fnnet.cli import main
from tests.cli.helpers import train, write_bar


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("train --data missing", "missing: No such file or directory"),
        ("train --data .", "expected a folder of IDX files"),
        ("train --data text", "text: expected at least two columns between commas, semicolons or tabs, got 'hello'"),
        ("train --data data.npz --out missing/m.npz", "missing/m.npz: No such file or directory"),
        ("train --data data.npz --out .", "expected a file to write, got a folder"),
        ("evaluate missing", "missing: No such file or directory"),
        ("evaluate data.npz", "data.npz: expected a model saved by `fnnet train`, got another npz file"),
        ("predict text text", "text: expected a model saved by `fnnet train`, got a file of another kind"),
    ],
)
def test_an_error_is_one_line(arguments: str, message: str, data: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("text").write_text("hello")
    assert main(arguments.split()) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and errors.startswith("fnnet: error: ") and errors.count("\n") == 1
    assert message in errors
    assert sorted(path.name for path in Path.cwd().iterdir()) == [data, "text"]


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("predict d.png m", "d.png: expected a model saved by `fnnet train`, got an image; the model comes first"),
        ("evaluate empty", "empty: expected a model saved by `fnnet train`, got an empty file"),
        ("evaluate .", ".: expected a file, got a folder"),
        ("predict m .", ".: expected a file, got a folder; name the files in it, as ./* does"),
        ("train --data m", "m: expected a data set, got a model or a checkpoint"),
        (
            "train --data t.csv --shift 1",
            "--shift: expected square images to change at random, got 2 features; leave it out",
        ),
        (
            "train --data t.csv --recipe best",
            "--recipe best: expected square images to change at random, got 2 features; use --recipe fast",
        ),
        (
            "evaluate two",
            "--data: labels: expected those of '0, 1', got '2', as the bundled MNIST has; name the data with --data",
        ),
        ("train --out /", "/: expected a file to write, got a folder"),
        ("train --data t.csv --transpose", "t.csv: data: expected square images, to transpose them, got 2 features"),
        ("train --data one.csv", "one.csv: expected at least 2 samples, one of them to test with, got 1"),
    ],
)
def test_a_wrong_file_is_named(arguments: str, message: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_bar("d.png")
    save(init_params((784, 2), 0), "two")
    Path("empty").touch()
    Path("t.csv").write_text("0,1,2\n1,2,3\n" * 5)
    Path("one.csv").write_text("0,1,2\n")
    assert main(arguments.split()) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and errors.splitlines()[-1] == f"fnnet: error: {message}"


@pytest.mark.parametrize(
    "error, message",
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("odd"), "odd"),
        (PermissionError(1, "Operation not permitted", ".m.new", None, "m"), "m: Operation not permitted"),
        (MemoryError(), "MemoryError"),
        (ZeroDivisionError("by 0"), "by 0"),
        (RuntimeError("can't start new thread"), "can't start new thread"),
    ],
)
def test_errors_name_path_and_reason(
    error: Exception, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The path is the one that the user gave, and there is no number of the system's."""

    def fail(arguments: object) -> None:
        raise error

    monkeypatch.setattr("fnnet.cli.evaluate.run", fail)
    assert main(["evaluate", "model"]) == 1
    assert capsys.readouterr() == ("", f"fnnet: error: {message}\n")


def test_data_is_read_before_files_change(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(data, "--epochs", "1") == 0
    before = {path.name: path.read_bytes() for path in Path.cwd().iterdir()}
    assert train("missing") == 1
    assert {path.name: path.read_bytes() for path in Path.cwd().iterdir()} == before


ESCAPE = "\x1b]0;title\x07\n\u202e\udcff"


def _fails(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(list(arguments)) == 1
    printed, errors = capsys.readouterr()
    assert printed == "" and errors.startswith("fnnet: error: ")
    return errors


@pytest.mark.parametrize("command", ["evaluate {}", "plot {}", "predict m {}", "train --resume {}", "train --data {}"])
@pytest.mark.parametrize("exists", [False, True])
def test_odd_file_names_are_escaped(command: str, exists: bool, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"\x1b[2J\n\xe2\x80\xae\xff.png")
    if exists:
        Path(name).write_bytes(b"neither")
    errors = _fails(*(part.format(name) for part in command.split()), capsys=capsys)
    assert errors[:-1].isprintable() and r"\x1b[2J\n\u202e\udcff.png: " in errors


def test_odd_names_in_results(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"\x1b[2J\n\xff.png")
    write_bar(name)
    assert main(["predict", model, name]) == 0
    line = capsys.readouterr().out
    assert line.startswith(r"\x1b[2J\n\udcff.png: ") and line[:-1].isprintable()


@pytest.mark.parametrize(
    "arrays",
    [
        {ESCAPE[:-1]: np.ones(2)},
        {"format": np.array("fnnet model 1"), "hidden": np.array(ESCAPE[:-1]), "head": np.array("x")},
        {"format": np.array(ESCAPE[:-1])},
        {"format": np.array("a" * 200_000)},
        {"x" * 60_000: np.ones(1)},
        {"format": np.array("fnnet checkpoint 5"), "about": np.array('{"\\u001b[2J\\n": 1}')},
        {"format": np.array("fnnet checkpoint 5"), "about": np.array("\x1b[2J\n")},
    ],
)
def test_texts_of_files_are_escaped_and_cut(
    arrays: dict[str, np.ndarray[tuple[int, ...]]], model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez("f.npz", **arrays)  # type: ignore[arg-type]  # of these names
    for command in ("evaluate f.npz", "train --resume f.npz", "train --data f.npz"):
        errors = _fails(*command.split(), capsys=capsys)
        assert errors[:-1].isprintable() and len(errors) < 400


def test_usage_errors_are_escaped_and_cut(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["evaluate", "m", f"--{ESCAPE}"],
        [ESCAPE],
        ["plot", "m", ESCAPE],
        ["evaluate", "m", "-" * 10**5],
    ):
        with pytest.raises(SystemExit):
            main(arguments)
        errors = capsys.readouterr().err
        assert errors.count("\n") == 2 and errors.replace("\n", "").isprintable() and len(errors) < 2500


@pytest.mark.parametrize(
    "error, message",
    [
        (RuntimeError("can't start new thread"), "can't start new thread"),
        (IndexError("tuple index\nout of range"), r"tuple index\nout of range"),
        (KeyError("name"), "'name'"),
        (RecursionError(), "RecursionError"),
        (ValueError("\x1b[2J" + "x" * 10_000), rf"\x1b[2J{'x' * 1992}…"),
        (FileNotFoundError(2, "No such file", "a\nb"), r"a\nb: No such file"),
        (KeyboardInterrupt(" after\n1"), r" after\n1"),
    ],
)
def test_any_error_is_one_line(
    error: BaseException, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: object) -> None:
        raise error

    monkeypatch.setattr("fnnet.cli.evaluate.run", fail)
    assert main(["evaluate", "model"]) in (1, 130)
    begin = "fnnet: interrupted" if isinstance(error, KeyboardInterrupt) else "fnnet: error: "
    assert capsys.readouterr() == ("", f"{begin}{message}\n")
