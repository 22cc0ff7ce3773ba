"""`fnnet predict` on photos: what the network saw, style by style."""

from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from PIL import Image

from fnnet import load_mnist
from fnnet.cli import main
from fnnet.core.arrays import AnyRank
from tests.campaigns.photos import ISSUE, STYLES
from tests.cli.helpers import write_bar

TEST = load_mnist()[1]
STEP = 8 * 28 + 4  # pixels from one digit of the picture to the next


def seen(path: str, row: int, column: int) -> AnyRank:
    """A digit of the picture that `--show` wrote."""
    with Image.open(path) as image:
        picture = np.asarray(image, np.float32)
    return picture[row * STEP :, column * STEP :][4 : 8 * 28 : 8, 4 : 8 * 28 : 8] / 255


def alike(a: AnyRank, b: AnyRank) -> float:
    """The cosine of the angle between two images, after the best shift by at most two pixels."""
    shifted = [np.roll(a, (y, x), (0, 1)) for y in range(-2, 3) for x in range(-2, 3)]
    return max(float((one * b).sum() / np.linalg.norm(one) / np.linalg.norm(b)) for one in shifted)


@pytest.mark.parametrize("name", STYLES)
def test_digits_are_found_in_every_style(name: str, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What the network sees is much like the digit of MNIST that was drawn."""
    rng = np.random.default_rng(crc32(name.encode()))
    chosen = [
        [TEST.x[rng.integers(len(TEST))].reshape(28, 28) for _ in range(1 + 2 * ("two" in name))]
        for _ in range(1 + (name in ISSUE))
    ]
    paths = [f"{k}.image" for k in range(len(chosen))]
    for path, digits in zip(paths, chosen):
        Path(path).write_bytes(STYLES[name](digits, rng))
    assert main(["predict", model, *paths, "--show", "seen.png"]) == 0
    for k, (line, digits) in enumerate(zip(capsys.readouterr().out.splitlines(), chosen)):
        assert len(line.partition(":")[2].partition("(")[0].split()) == len(digits)
        for j, digit in enumerate(digits):
            assert alike(seen("seen.png", k, j), digit) > 0.7, (name, k)


def test_the_picture_has_a_row_an_image(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Those that cannot be read have none; without any there is no picture."""
    for k, count in enumerate((1, 3)):
        rng = np.random.default_rng(k)
        digits = [TEST.x[rng.integers(len(TEST))].reshape(28, 28) for _ in range(count)]
        Path(f"{count}.png").write_bytes(STYLES["two to four digits"](digits, rng))
    Path("text.png").write_text("no image")
    assert main(["predict", model, "1.png", "text.png", "3.png", "--show", "seen.png"]) == 1
    with Image.open("seen.png") as picture:
        assert picture.size == (3 * STEP - 4, 2 * STEP - 4)
    printed = capsys.readouterr().out.splitlines()
    assert [line.count("%") for line in printed] == [1, 3] and printed[1].startswith("3.png: ")
    assert main(["predict", model, "text.png", "--show", "none.png"]) == 1
    assert not Path("none.png").exists()


def test_a_picture_may_not_be_writable(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The answers are printed, and the errors of other images."""
    write_bar("d.png")
    assert main(["predict", model, "d.png", "none.png", "--show", "nowhere/seen.png"]) == 1
    printed, errors = capsys.readouterr()
    assert printed.startswith("d.png: ")
    unread, unwritten = errors.splitlines()
    assert unread == "fnnet: error: none.png: No such file or directory"
    assert unwritten.endswith("nowhere/seen.png: No such file or directory")


@pytest.mark.parametrize("width, is_wide", [(40, True), (15, False)])
def test_wide_digits_are_a_question(width: int, is_wide: bool, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    levels = np.full((60, 80), 255, np.uint8)
    levels[20:50, 20:24] = levels[20:50, 16 + width : 20 + width] = levels[33:37, 20 : 20 + width] = 0
    Image.fromarray(levels).save("d.png")
    assert main(["predict", model, "d.png"]) == 0
    assert capsys.readouterr().out.endswith("%); wide: do several digits touch?\n" if is_wide else "%)\n")


@pytest.mark.parametrize("margin", [0, 9])
@pytest.mark.parametrize("turns", range(4))
def test_digits_at_the_edge_are_a_question(
    turns: int, margin: int, model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They may be cut off, at any of the four sides."""
    levels = np.full((120, 90), 255, np.uint8)
    levels[margin : margin + 50, 40:46] = levels[margin + 20 : margin + 26, 30:60] = 0
    Image.fromarray(np.rot90(levels, turns)).save("d.png")
    assert main(["predict", model, "d.png"]) == 0
    asks = capsys.readouterr().out.endswith("; at the edge of the image: is a digit cut off?\n")
    assert asks == (margin == 0)


def test_a_lack_of_memory_ends_one_line(
    model: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The images after it are read."""

    def reduce(image: Image.Image, factor: int) -> Image.Image:
        if image.width == 500:
            raise MemoryError
        return image

    monkeypatch.setattr("PIL.Image.Image.reduce", reduce)
    for name, width in (("large.png", 500), ("d.png", 40)):
        levels = np.full((60, width), 255, np.uint8)
        levels[10:50, 20:25] = 0
        Image.fromarray(levels).save(name)
    assert main(["predict", model, "large.png", "d.png"]) == 1
    printed, errors = capsys.readouterr()
    assert printed.startswith("d.png: ")
    message = "large.png: expected an image that fits into memory, got one that does not"
    assert errors == f"fnnet: error: {message}\n"
