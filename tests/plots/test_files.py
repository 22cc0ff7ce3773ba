"""Figures as files."""

import re
from pathlib import Path

import matplotlib
import pytest
from PIL import Image

from fnnet.plots import write_figure
from fnnet.plots.files import Format
from tests.plots.cases import CASES


@pytest.mark.slow
@pytest.mark.parametrize("format", ["png", "svg"])
@pytest.mark.parametrize("name", ["curves", "confusion", "errors", "weights", "reliability", "saliency"])
def test_settings_do_not_change_the_bytes(name: str, format: Format, tmp_path: Path) -> None:
    write_figure(CASES[name](), tmp_path / "a", format)
    with matplotlib.rc_context({"text.usetex": True, "font.size": 20, "savefig.bbox": "tight", "svg.fonttype": "none"}):
        write_figure(CASES[name](), tmp_path / "b", format)
    content = (tmp_path / "a").read_bytes()
    assert (tmp_path / "b").read_bytes() == content
    assert not re.search(rb"20\d\d-\d\d-\d\d|atplotlib v", content)


def test_png_has_150_pixels_an_inch(tmp_path: Path) -> None:
    figure = CASES["reliability"]()
    write_figure(figure, tmp_path / "a")
    width, height = figure.get_size_inches()
    with Image.open(tmp_path / "a") as image:
        assert image.format == "PNG" and image.size == (round(150 * width), round(150 * height))


def test_svg_is_a_whole_document(tmp_path: Path) -> None:
    write_figure(CASES["curves"](), tmp_path / "a.png", "svg")
    content = (tmp_path / "a.png").read_bytes()
    assert content.startswith(b"<?xml") and content.rstrip().endswith(b"</svg>")


@pytest.mark.parametrize("format", ["png", "svg"])
def test_writing_leaves_the_settings(format: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(matplotlib.rcParams, "svg.hashsalt", "the user's own")
    before = dict(matplotlib.rcParams)
    write_figure(CASES["curves"](), tmp_path / "a", format)
    assert dict(matplotlib.rcParams) == before


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("old")

    def fail(*arguments: object, **options: object) -> None:
        raise MemoryError

    figure = CASES["curves"]()
    monkeypatch.setattr(figure, "savefig", fail)
    with pytest.raises(MemoryError):
        write_figure(figure, tmp_path / "a")
    monkeypatch.undo()
    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(MemoryError):
        write_figure(figure, tmp_path / "a")
    assert (tmp_path / "a").read_text() == "old" and len(list(tmp_path.iterdir())) == 1
