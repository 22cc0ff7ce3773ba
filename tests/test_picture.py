"""Images as text, and when `fnnet predict` shows them."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image

from fnnet import init_params, save
from fnnet.cli import main
from fnnet.cli.images import read_digit
from fnnet.cli.picture import picture, show_picture
from fnnet.core.arrays import Matrix
from tests.test_cli import command, in_a_terminal

images = st.integers(1, 9).flatmap(
    lambda side: npst.arrays(np.float32, (side, side), elements=st.floats(0, 1, width=32))
)
HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
SHADES = " .:-=+*#%@"


@given(images)
def test_half_blocks_are_the_pixels_of_one_half_or_more(image: Matrix[np.float32]) -> None:
    side = len(image)
    lines = picture(image, blocks=True).split("\n")
    assert len(lines) == (side + 1) // 2 and all(line == line.rstrip() for line in lines)
    pairs = np.array([[HALVES[character] for character in line.ljust(side)] for line in lines])
    rows = pairs.transpose(0, 2, 1).reshape(-1, side)
    assert np.array_equal(rows[:side], image >= 0.5) and not rows[side:].any()


@given(images)
def test_shades_are_the_means_of_two_pixels(image: Matrix[np.float32]) -> None:
    side = len(image)
    lines = [line.ljust(side) for line in picture(image, blocks=False).split("\n")]
    even = np.concatenate([image, np.zeros((side % 2, side), np.float32)])
    means = (even[::2] + even[1::2]) / 2
    assert len(lines) == len(means) and max(map(len, lines)) == side
    drawn = np.array([[SHADES.index(character) for character in line] for line in lines])
    assert np.all(np.abs(drawn - 10 * means) <= 1.01)
    assert np.all(drawn[means == 0] == 0) and np.all(drawn[means == 1] == 9)


@pytest.mark.parametrize(
    "blocks, column, expected",
    [
        (True, [0.5, 0], "▀"),
        (True, [0, 0.5], "▄"),
        (True, [0.49, 0.49], ""),
        (True, [-9, 9], "▄"),
        (False, [-9, -9], ""),
        (False, [9, 9], "@"),
        (False, [1, 1], "@"),
    ],
)
def test_the_bounds_of_shades_and_what_is_beyond(blocks: bool, column: list[float], expected: str) -> None:
    image = np.zeros((2, 2), np.float32)
    image[:, 0] = column
    assert picture(image, blocks) == expected


class Nameless(io.StringIO):
    """A terminal that does not say in which encoding."""

    def isatty(self) -> bool:
        return True


def test_no_encoding_is_no_block(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Nameless()
    assert stream.encoding is None
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("TERM", "xterm")
    show_picture(np.array([1, 0, 0, 0], np.float32))
    assert stream.getvalue() == "=\n"


class Terminal(io.TextIOWrapper):
    """A stream of an encoding that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "encoding, term, columns, expected",
    [
        ("utf-8", "xterm", "80", "▀\n"),
        ("cp437", "xterm", "80", "▀\n"),  # which has blocks too
        ("utf-8", "xterm", "2", "▀\n"),
        ("utf-8", "xterm", "1", ""),
        ("ascii", "xterm", "80", "=\n"),
        ("latin-1", "xterm", "80", "=\n"),
        ("utf-8", "dumb", "80", "=\n"),
        ("utf-8", None, "80", "▀\n"),
    ],
)
def test_the_terminal_decides_what_is_shown(
    encoding: str, term: str | None, columns: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.BytesIO()
    stream = Terminal(content, encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.delenv("TERM", raising=False)
    if term:
        monkeypatch.setenv("TERM", term)
    show_picture(np.array([1, 0, 0, 0], np.float32))
    stream.flush()
    assert content.getvalue().decode(encoding) == expected


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_no_terminal_no_picture(stream: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    show_picture(np.ones(4, np.float32))
    assert not stream or stream.getvalue() == ""


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A model, and two images beside it; the folder is the current one."""
    monkeypatch.chdir(tmp_path)
    save(init_params((784, 10), 0), "m.npz")
    for k, name in enumerate(("a.png", "b.png")):
        page = np.zeros((40, 40), np.uint8)
        page[4:30, 10 : 16 + 6 * k] = 200
        page[4:9, 10:30] = 255
        Image.fromarray(page).save(name)
    return "m.npz"


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings, blocks",
    [([], True), (["NO_COLOR=1"], True), (["TERM=dumb"], False), (["PYTHONIOENCODING=ascii"], False)],
)
def test_in_a_terminal_each_answer_is_below_its_image(
    settings: list[str], blocks: bool, model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["predict", model, "a.png", "b.png"]) == 0
    answers = capsys.readouterr().out.splitlines()
    assert len(answers) == 2
    seen = in_a_terminal(["env", *settings, *command("predict", model, "a.png", "b.png")], tmp_path)
    expected = []
    for path, answer in zip(("a.png", "b.png"), answers):
        digit = read_digit(path, 28).reshape(28, 28)
        expected += [*picture(digit, blocks).split("\n"), answer]
    assert seen.replace("\r\n", "\n").splitlines() == expected
    assert len(expected) == 2 * 15
