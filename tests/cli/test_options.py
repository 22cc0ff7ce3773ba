"""What the options accept."""

import pytest

from fnnet.cli.parser import parse

WARP = ["shift", "rotation", "scale", "shear", "elastic", "smoothness", "final-warp"]
NUMBERS = ["lr", "decay", "l2", "adversary", *WARP]
FRACTIONS = ["smoothing", "dropout", "average"]
INTEGERS = {"limit": 1, "seed": 0, "epochs": 1, "patience": 1, "batch_size": 1, "max_bytes": 1}


def _error(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The error of wrong arguments, without its hint."""
    with pytest.raises(SystemExit):
        parse(arguments)
    return capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize("name", [*NUMBERS, *FRACTIONS])
def test_numbers_are_parsed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    def value(text: str) -> object:
        return vars(parse(["train", f"--{name}", text]))[name.replace("-", "_")]

    assert value("0.25") == 0.25 and type(value("0.25")) is float
    assert value("0") == 0
    if name in NUMBERS:
        assert value("1") == 1
    bounds = "at least 0 and less than 1" if name in FRACTIONS else "at least 0"
    for text in ("-0.1", "nan", "inf", "x", *(["1"] if name in FRACTIONS else [])):
        message = f"argument --{name}: expected a number of {bounds}, got '{text}'"
        assert _error(capsys, "train", f"--{name}={text}") == f"fnnet train: error: {message}"


def test_shares_are_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse(["train", "--validation", "0.25"]).validation == 0.25
    for text in ("0", "1", "-0.1", "nan", "x"):
        message = f"argument --validation: expected a number above 0 and less than 1, got '{text}'"
        assert _error(capsys, "train", f"--validation={text}") == f"fnnet train: error: {message}"


@pytest.mark.parametrize("name, least", INTEGERS.items())
def test_integers_are_parsed(name: str, least: int, capsys: pytest.CaptureFixture[str]) -> None:
    option = f"--{name.replace('_', '-')}"
    given = vars(parse(["train", option, str(least)]))
    assert given[name] == least and type(given[name]) is int
    for text in (str(least - 1), "1.5", "x"):
        message = f"argument {option}: expected an integer of at least {least}, got '{text}'"
        assert _error(capsys, "train", f"{option}={text}") == f"fnnet train: error: {message}"


def test_huge_integers_are_quoted_in_part(capsys: pytest.CaptureFixture[str]) -> None:
    """Python itself refuses integers of more than 4,300 digits."""
    message = _error(capsys, "train", "--seed", "9" * 5000)
    assert "argument --seed: expected an integer of at least 0, got '999" in message and len(message) < 150


@pytest.mark.parametrize("text", ["784", "784-0-10", "a-b", "-", ""])
def test_sizes_are_at_least_two_widths(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    message = f"argument --sizes: expected two or more widths, as in 784-128-64-10, got '{text}'"
    assert _error(capsys, "train", f"--sizes={text}") == f"fnnet train: error: {message}"


@pytest.mark.parametrize("name", ["recipe", "hidden", "head", "init", "optimizer", "schedule"])
def test_names_must_be_known(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"argument --{name}: invalid choice: 'nonesuch'" in _error(capsys, "train", f"--{name}", "nonesuch")


def test_options_are_unset_by_default() -> None:
    given = {name: value for name, value in vars(parse(["train"])).items() if value is not None}
    del given["run"]
    assert given == {"max_bytes": 1 << 30, "transpose": False}


@pytest.mark.parametrize(
    "arguments, pictures",
    [
        ("model.npz --format svg", []),
        ("--format svg model.npz weights curves", ["weights", "curves"]),
        ("model.npz --format svg weights curves", ["weights", "curves"]),
        ("model.npz weights --format svg curves", ["weights", "curves"]),
    ],
)
def test_options_may_stand_anywhere(arguments: str, pictures: list[str]) -> None:
    given = parse(["plot", *arguments.split()])
    assert (given.model, given.format, given.pictures) == ("model.npz", "svg", pictures)
