"""The help of each command, the version, and errors of usage."""

import re
from itertools import product
from pathlib import Path

import pytest

from fnnet.cli import main
from fnnet.recipes.recipe import RECIPES

COMMANDS = ["train", "evaluate", "predict", "plot", "tutorial"]
LONG = ["train", "evaluate", "plot"]
"""Those whose `--help` leaves out what few need."""


def _help(*arguments: str, option: str = "--help") -> None:
    with pytest.raises(SystemExit) as caught:
        main([*arguments, option])
    assert caught.value.code == 0


@pytest.mark.parametrize("page", ["fnnet", *COMMANDS, *(f"{command}-all" for command in LONG)])
def test_help_is_as_it_was_reviewed(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a change, read the new help, then save it.

    `COLUMNS=80 fnnet train --help > tests/cli/help/train.txt`, and of `--help-all`, train-all.txt.
    """
    monkeypatch.setenv("COLUMNS", "80")
    command, _, rest = page.partition("-")
    _help(*([] if command == "fnnet" else [command]), option="--help-all" if rest else "--help")
    expected = (Path(__file__).parent / "help" / f"{page}.txt").read_text()
    printed = capsys.readouterr().out
    assert rest or printed.count("\n") <= 24
    assert printed.split() == expected.split()  # Pythons break some lines differently
    for title in ("examples:", "example:", "pictures:", "recipes:", "choices:"):
        assert printed.partition(title)[2] == expected.partition(title)[2]  # but not these


@pytest.mark.parametrize("command, option", [*product(COMMANDS, ["--help"]), *product(LONG, ["--help-all"])])
def test_help_fits_80_columns(
    command: str, option: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _help(command, option=option)
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) < 80 and f"  fnnet {command} " in text


def test_help_describes_every_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    _help("train", option="--help-all")
    described = capsys.readouterr().out.partition("recipes:\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in described.splitlines()] == list(RECIPES)


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert re.fullmatch(r"fnnet \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("", "fnnet: error: the following arguments are required: COMMAND"),
        ("fly", "fnnet: error: argument COMMAND: invalid choice: 'fly' .*train.*"),
        ("--speed 3", "fnnet: error: .*"),
        ("train --epochs 0", "fnnet train: error: argument --epochs: expected an integer of at least 1, got '0'"),
        ("train --epochs 2.5", "fnnet train: error: argument --epochs: expected an integer of at least 1, got '2.5'"),
        ("train --lr fast", "fnnet train: error: argument --lr: expected a number of at least 0, got 'fast'"),
        ("train --speed 3", "fnnet train: error: unrecognized arguments: --speed 3; did you mean --seed\\?"),
        ("train --optimiser=adam", "fnnet train: error: unrecognized .*=adam; did you mean --optimizer\\?"),
        ("train data.npz", "fnnet train: error: unrecognized arguments: data.npz"),
        ("evaluate m.npz --test=", "fnnet evaluate: error: argument --test: expected at least one character, got ''"),
        ("train --data https://a.b/c.csv", "fnnet train: error: .*: expected a path, got .*; download it first"),
        ("train --hidden swish", "fnnet train: error: argument --hidden: invalid choice: 'swish' .*sigmoid.*"),
        ("train --article", "fnnet train: error: unrecognized arguments: --article"),
        ("predict", "fnnet predict: error: the following arguments are required: MODEL, FILE"),
        ("predict m.npz", "fnnet predict: error: the following arguments are required: FILE"),
        ("evaluate", "fnnet evaluate: error: the following arguments are required: MODEL"),
        ("plot", "fnnet plot: error: the following arguments are required: MODEL"),
        ("plot m.npz portrait", "fnnet plot: error: argument PICTURE: expected one of .*, got 'portrait'"),
    ],
)
def test_wrong_usage_is_a_line_and_a_hint(arguments: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments.split())
    assert caught.value.code == 2
    printed, errors = capsys.readouterr()
    error, hint = errors.splitlines()
    assert printed == "" and re.fullmatch(message, error)
    assert hint == f"Try '{error.partition(':')[0]} --help'."
