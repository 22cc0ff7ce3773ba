"""Images as text, and when they are shown."""

import io
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from fnnet.cli.terminal import image_text, show_image
from fnnet.core.arrays import Matrix

images = st.integers(1, 9).flatmap(
    lambda side: npst.arrays(np.float32, (side, side), elements=st.floats(0, 1, width=32))
)
HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
SHADES = " .:-=+*#%@"


@given(images)
def test_half_blocks_are_bright_pixels(image: Matrix[np.float32]) -> None:
    side = len(image)
    lines = image_text(image, blocks=True).split("\n")
    assert len(lines) == (side + 1) // 2 and all(line == line.rstrip() for line in lines)
    pairs = np.array([[HALVES[character] for character in line.ljust(side)] for line in lines])
    rows = pairs.transpose(0, 2, 1).reshape(-1, side)
    assert np.array_equal(rows[:side], image >= 0.5) and not rows[side:].any()


@given(images)
def test_shades_are_means_of_two_pixels(image: Matrix[np.float32]) -> None:
    side = len(image)
    lines = [line.ljust(side) for line in image_text(image, blocks=False).split("\n")]
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
def test_pixels_at_and_beyond_the_bounds(blocks: bool, column: list[float], expected: str) -> None:
    image = np.zeros((2, 2), np.float32)
    image[:, 0] = column
    assert image_text(image, blocks) == expected


class TerminalWithoutEncoding(io.StringIO):
    """A terminal whose encoding is unknown."""

    def isatty(self) -> bool:
        return True


def test_no_blocks_without_an_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = TerminalWithoutEncoding()
    assert stream.encoding is None
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("TERM", "xterm")
    show_image(np.array([1, 0, 0, 0], np.float32))
    assert stream.getvalue() == "=\n"


class Terminal(io.TextIOWrapper):
    """A terminal with an encoding."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "encoding, term, columns, expected",
    [
        ("utf-8", "xterm", "80", "▀\n"),
        ("cp437", "xterm", "80", "▀\n"),  # it has the block characters
        ("utf-8", "xterm", "2", "▀\n"),
        ("utf-8", "xterm", "1", ""),
        ("ascii", "xterm", "80", "=\n"),
        ("latin-1", "xterm", "80", "=\n"),
        ("utf-8", "dumb", "80", "=\n"),
        ("utf-8", None, "80", "▀\n"),
    ],
)
def test_terminals_decide_what_is_shown(
    encoding: str, term: str | None, columns: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = io.BytesIO()
    stream = Terminal(content, encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.delenv("TERM", raising=False)
    if term:
        monkeypatch.setenv("TERM", term)
    show_image(np.array([1, 0, 0, 0], np.float32))
    stream.flush()
    assert content.getvalue().decode(encoding) == expected


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_no_image_without_a_terminal(stream: io.StringIO | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    show_image(np.ones(4, np.float32))
    assert not stream or stream.getvalue() == ""
