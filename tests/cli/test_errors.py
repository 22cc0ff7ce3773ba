"""What fails exits with 1 and one line on standard error."""

from pathlib import Path

import pytest

from fnnet.cli import main
from tests.cli.helpers import train


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("train --data missing", "missing: No such file or directory"),
        ("train --data .", "expected train-images-idx3-ubyte"),
        ("train --data text", "text: expected a valid npz file"),
        ("train --data data.npz --out missing/m.npz", "missing/m.npz: No such file or directory"),
        ("train --data data.npz --out .", "expected a file to write, got a folder"),
        ("evaluate missing", "missing: No such file or directory"),
        ("evaluate data.npz", "data.npz: expected an array named format, got 'x_train"),
        ("predict text text", "text: expected a valid npz file"),
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
    "error, message",
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("odd"), "odd"),
        (PermissionError(1, "Operation not permitted", ".m.new", None, "m"), "m: Operation not permitted"),
        (MemoryError(), "MemoryError"),
        (ZeroDivisionError("by 0"), "by 0"),
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
