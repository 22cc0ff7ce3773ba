"""Small files, great costs: no reader takes more than about twice the memory that its limit allows."""

import gzip
import io
import os
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest.mock import Mock

import attrs
import numpy as np
import pytest
from PIL import Image

from fnnet import adam, init_params, load, save
from fnnet.cli import main
from fnnet.data.idx import read_idx
from fnnet.data.images import read_digit, read_digits
from fnnet.data.loaders import load_npz
from fnnet.io import load_labels
from fnnet.io.npz import read_npz, write_npz
from fnnet.recipes import history
from fnnet.recipes.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from fnnet.recipes.history import Row, append_history, read_history, write_history
from fnnet.recipes.recipe import MOST_EPOCHS, Recipe
from fnnet.recipes.row import LONGEST, encode_row
from fnnet.train.state import TrainState
from tests.cli.conftest import data as data
from tests.hostile import npy, zipped

MIB = 1 << 20
ROW = Row(1, 1 / 3, 0.25, 0.75, None, 1.0)


def cost(read: Callable[[], object]) -> int:
    """The most memory that a reader takes, whether it reads the file or refuses it."""
    tracemalloc.start()
    try:
        read()
    except ValueError:
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def run_of(epochs: int) -> Checkpoint:
    """A checkpoint with a history of so many epochs."""
    params = init_params((2, 2), 0)
    rows = tuple(attrs.evolve(ROW, epoch=epoch + 1) for epoch in range(epochs))
    state = TrainState(epochs, params, adam().init(params))
    return Checkpoint(Recipe(widths=(), optimizer="adam", epochs=MOST_EPOCHS), 0, 4, "ab", state, rows, "m.npz")


def members(path: Path, count: int) -> None:
    """An archive of so many small arrays."""
    content = npy("{'descr': '|u1', 'fortran_order': False, 'shape': (0,), }")
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(count):
            archive.writestr(f"{k}", content)


def checkpoint_of(about: str, path: Path) -> None:
    np.savez_compressed(path, format=np.array("fnnet checkpoint 4"), about=np.array(about))


def npz_of(path: Path, **arrays: object) -> None:
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # strings become arrays


def model(path: Path, dtype: type[np.float32] | type[np.float64]) -> None:
    npz_of(
        path,
        format="fnnet model 1",
        hidden="relu",
        head="softmax-cross-entropy",
        weights_0=np.zeros((1000, 500), dtype, order="F"),
        bias_0=np.zeros(500, dtype),
    )


def labeled(path: Path, labels: list[str]) -> None:
    npz_of(path, format="fnnet model 1", labels=np.array(labels))


@pytest.mark.parametrize(
    "write, read, limit",
    [
        (lambda p: npz_of(p, x=np.zeros(MIB - 200, np.uint8)), lambda p: read_npz(p, MIB), MIB),
        (lambda p: npz_of(p, x=np.array("a" * (MIB // 4 - 40))), lambda p: read_npz(p, MIB), MIB),
        (lambda p: members(p, 100), lambda p: read_npz(p, MIB), MIB),
        (lambda p: members(p, 20_000), lambda p: read_npz(p, MIB), MIB),
        (lambda p: model(p, np.float32), lambda p: load(p, np.float32, limit=2_010_000), 2_010_000),
        (lambda p: model(p, np.float64), lambda p: load(p, np.float32, limit=4_010_000), 4_010_000),
        (lambda p: labeled(p, [f"{k:04}\U0001f600" for k in range(2040)]), lambda p: load_labels(p, limit=MIB), MIB),
        (lambda p: labeled(p, [f"{k}" for k in range(100_000)]), lambda p: load_labels(p, limit=3 * MIB), 3 * MIB),
        (lambda p: labeled(p, ["a", "\U0001f600" * 120_000]), lambda p: load_labels(p, limit=MIB), MIB),
        (lambda p: checkpoint_of("[" * 10**6, p), lambda p: load_checkpoint(p, limit=MIB), MIB),
        (lambda p: checkpoint_of("[" + "[]," * 10_000 + "0]", p), lambda p: load_checkpoint(p, limit=MIB), MIB),
        (
            lambda p: checkpoint_of(f"[{('[' * 500 + ']' * 500 + ',') * 32}0]", p),
            lambda p: load_checkpoint(p, limit=MIB),
            MIB,
        ),
        (lambda p: save_checkpoint(run_of(140), p), lambda p: load_checkpoint(p, limit=MIB), MIB),
        (lambda p: write_history(p, run_of(10_000).history), lambda p: read_history(p, 2 * MIB), 2 * MIB),
        (lambda p: p.write_bytes(b"[" * 10 * MIB), lambda p: read_history(p, MIB), MIB // 8),
        (lambda p: p.write_bytes(gzip.compress(idx_of(4 * MIB))), lambda p: read_idx(p, 4 * MIB), 4 * MIB),
    ],
    ids=range(16),
)
def test_memory_is_within_twice_the_limit(
    write: Callable[[Path], object], read: Callable[[Path], object], limit: int, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    write(path.with_suffix(".npz"))
    path.with_suffix(".npz").rename(path)
    cost(lambda: read(path))  # a first time, which may import modules
    assert cost(lambda: read(path)) < 2 * limit


def idx_of(size: int) -> bytes:
    return b"\0\0\x08\1" + struct.pack(">I", size) + bytes(size)


def test_bytes_take_four_times_as_floats(tmp_path: Path) -> None:
    """The limit is on what the file holds; images of bytes become float32, and the bytes go as soon as they are."""
    images, labels = np.zeros((1000, 1000), np.uint8), np.zeros(1000, np.int64)
    npz_of(tmp_path / "d", x_train=images, y_train=labels, x_test=images[:1], y_test=labels[:1])
    assert cost(lambda: load_npz(tmp_path / "d", 1_010_000)) < 5.5 * 1_010_000
    npz_of(tmp_path / "d", x_train=images, y_train=labels, x_test=images, y_test=labels)
    assert cost(lambda: load_npz(tmp_path / "d", 2_020_000)) < 4.7 * 2_020_000


@pytest.mark.parametrize("size", [(400_000, 1), (1, 400_000), (300_000, 2), (1000, 400)])
@pytest.mark.parametrize("mode", ["L", "RGBA"])
def test_images_take_24_bytes_a_pixel(size: tuple[int, int], mode: str, tmp_path: Path) -> None:
    """Also one that is long and thin; Pillow's own memory is not traced, and takes up to 8 bytes a pixel."""
    page = Image.new("L", size)
    page.paste(255, (0, 0, max(1, size[0] // 2), max(1, size[1] // 2)))
    page.convert(mode).save(tmp_path / "d.png")

    def read() -> None:
        with suppress(ValueError):  # that it shows no digit
            read_digits(tmp_path / "d.png")

    assert 0 < cost(read) < 24 * size[0] * size[1] + MIB


def test_large_png_files_are_refused(tmp_path: Path) -> None:
    """A file far larger than its pixels is full of what is not pixels, which Pillow would read."""
    path = tmp_path / "d.png"
    Image.new("L", (4, 4)).save(path)
    os.truncate(path, 3 * MIB)
    with pytest.raises(ValueError, match=f"^{path}: expected an image of at most 100 pixels, got 3145728 bytes$"):
        read_digit(str(path), 28, limit=100)


RUN = """
import os, resource, sys
from fnnet.cli import main
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]) + int(open("/proc/self/statm").read().split()[0]) * 4096,) * 2)
sys.exit(main(sys.argv[2:]))
"""


def limited(megabytes: int, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """The command, which may take so much memory beside the modules that it imports."""
    code = [sys.executable, "-c", RUN, str(megabytes * MIB), *arguments]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(code, capture_output=True, text=True, env=environment, timeout=60)


@pytest.mark.slow
def test_many_classes_are_evaluated(data: str) -> None:
    """Of 16,000 outputs, with all the outputs at once in float64: 6 MB for each of 500 samples."""
    images, labels = np.zeros((5000, 4), np.float32), np.arange(5000)
    np.savez("many.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    save(init_params((4, 16_000), 0), "m")
    run = limited(150, "evaluate", "m", "--data", "many.npz")
    assert (run.returncode, run.stderr) == (0, "") and run.stdout.startswith("Test Loss: ")


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate", "ENDLESS"],
        ["evaluate", "m", "--data", "ENDLESS"],
        ["predict", "m", "ENDLESS"],
        ["plot", "ENDLESS"],
        ["plot", "m", "curves"],
        ["train", "--resume", "ENDLESS"],
        ["train", "--data", "ENDLESS"],
        ["train", "--data", "folder"],
    ],
)
@pytest.mark.parametrize("endless", ["/dev/zero", "/dev/urandom", "pipe"])
def test_endless_files_are_refused(arguments: list[str], endless: str, data: str) -> None:
    save(init_params((784, 10), 0), "m")
    os.mkfifo("pipe")
    os.symlink(endless, "m.history.jsonl")
    os.mkdir("folder")
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        os.symlink(endless if endless != "pipe" else "../pipe", f"folder/{name}-ubyte")
    run = limited(300, *(endless if argument == "ENDLESS" else argument for argument in arguments))
    assert run.returncode == 1 and run.stderr.startswith("fnnet: error: ") and run.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "read", [read_npz, load, load_checkpoint, read_history, load_npz, lambda p: read_digit(str(p), 28)]
)
def test_only_regular_files_are_read(read: Callable[[Path], object], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(ValueError, match=f"^{path}: expected a file to read, got a device, pipe or socket$"):
            read(path)
    with pytest.raises(IsADirectoryError):
        read(tmp_path)


@pytest.mark.parametrize(
    "value, message",
    [
        (np.array("1970-01-01", "M8[s]"), "'x.npy': expected numbers or text, got datetime64[s]"),
        (np.array(7, "m8[ns]"), "'x.npy': expected numbers or text, got timedelta64[ns]"),
        (np.zeros(2, "V9"), "'x.npy': expected numbers or text, got |V9"),
        (np.zeros(2, "f4,i4"), "expected a valid npz file, got the header "),
        (np.array("a" * 262_145), "'x.npy': expected a text of at most 1048576 bytes, got 1048580"),
    ],
)
def test_only_numbers_and_texts_are_read(value: object, message: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", x=value)  # type: ignore[arg-type]  # an array
    for access in (read_npz, lambda path: write_npz(path, {"x": value})):  # type: ignore[dict-item]  # likewise
        with pytest.raises(ValueError) as caught:
            access(tmp_path / "x.npz")
        assert str(caught.value).startswith(f"{tmp_path / 'x.npz'}: {message}")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression_is_refused(method: int, tmp_path: Path) -> None:
    """A file compressed by LZMA may ask for 4 GiB before it gives a byte."""
    content = io.BytesIO()
    np.save(content, np.ones(2))
    with zipfile.ZipFile(tmp_path / "x", "w", method) as archive:
        archive.writestr("x.npy", content.getvalue())
    with pytest.raises(ValueError, match=f"x: 'x.npy': expected a stored or deflated array, got method {method}$"):
        read_npz(tmp_path / "x")


@pytest.mark.parametrize("error, words", [(MemoryError(), "not enough memory"), (MemoryError("no 9 TiB"), "no 9 TiB")])
def test_file_too_large_for_memory_is_named(
    error: MemoryError, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be well within the limit, and still more than the machine has; nothing is wrong with the file."""
    path = zipped(tmp_path / "x", x=npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", b"ab"))
    assert read_npz(path)["x"].tolist() == [97, 98]
    monkeypatch.setattr("fnnet.io.npz.read_header", Mock(side_effect=error))
    with pytest.raises(MemoryError, match=f"^{path}: {words}$"):
        read_npz(path)


def test_truncated_arrays_are_refused(tmp_path: Path) -> None:
    """Where fewer bytes come than are declared, with a matching checksum, nothing else fills their place."""
    path = zipped(tmp_path / "x", x=npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}", b"a"))
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):  # where the size is declared
        content[content.index(mark) + at] += 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="x: expected a valid npz file, got a truncated array 'x.npy'$"):
        read_npz(path)


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': ('<f8', '<f8'), 'fortran_order': False, 'shape': (2,)}",
        "{'descr': (), 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': '\\x1b]0;title'}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (" + "(" * 9000 + ")}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        "{'descr': '<f8', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '\\\\d', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f8', 'shape': (2,)}",
        "{'descr': '<f3', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': False, 'fortran_order': False, 'shape': (2,)}",
    ],
)
def test_odd_headers_are_one_printable_line(header: str, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x", x=npy(header, bytes(16)))
    with pytest.raises(ValueError) as caught:
        read_npz(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: expected a valid npz file, got ")
    assert message.isprintable() and len(message) < len(str(path)) + 200


def test_headers_of_other_writers_are_read(tmp_path: Path) -> None:
    """Spaces, double quotes and any order, as other programs and Python 2 write them."""
    for header in (
        "{'shape':(2,),'descr':'<f8','fortran_order':False}",
        '{"descr": "<f8", "fortran_order": True, "shape": (2L, 1L), }   ',
    ):
        x = read_npz(zipped(tmp_path / "x", x=npy(header.replace("L", ""), np.ones(2).tobytes())))["x"]
        assert x.tolist() in ([1.0, 1.0], [[1.0], [1.0]])


def test_a_long_header_is_not_read(tmp_path: Path) -> None:
    text = b"{" + b" " * (2 * MIB)
    path = zipped(tmp_path / "x", x=b"\x93NUMPY\2\0" + struct.pack("<I", len(text)) + text)
    assert cost(lambda: read_npz(path)) < MIB
    with pytest.raises(ValueError, match="'x.npy': expected a header of at most 10000 bytes, got 2097153$"):
        read_npz(path)


def test_writers_write_what_is_readable(tmp_path: Path) -> None:
    params = init_params((100, 100), 0)
    run = Checkpoint(Recipe(widths=(), optimizer="adam"), 0, 4, "", TrainState(0, params, adam().init(params)))
    for write, read, size in (
        (save, load, 42_000),
        (lambda _, *a, **k: save_checkpoint(run, *a, **k), load_checkpoint, 130_000),
    ):
        write(params, tmp_path / "file", limit=size)
        read(tmp_path / "file", limit=size)
        before = (tmp_path / "file").read_bytes()
        with pytest.raises(ValueError, match="file: expected at most 40000 bytes, which is the limit"):
            write(params, tmp_path / "file", limit=40_000)
        assert (tmp_path / "file").read_bytes() == before


def test_the_longest_run_can_be_read_again(tmp_path: Path) -> None:
    """Its history and its checkpoint are within the limits: a row takes at most so many bytes."""
    largest = 2.2250738585072014e-308
    longest = Row(2**63 - 1, *[largest] * 7)
    assert len(encode_row(longest)) + 1 <= LONGEST
    assert len(encode_row(Row(1, 10**308, np.float32(0.1), 1, 10**300, np.float64(0.1)))) < LONGEST  # type: ignore[arg-type]  # numbers of NumPy
    assert history.LIMIT == MOST_EPOCHS * LONGEST
    assert Recipe(epochs=MOST_EPOCHS).epochs >= 60_000
    with pytest.raises(ValueError, match="^epochs: expected an integer from 1 to 65536, got 65537$"):
        Recipe(epochs=MOST_EPOCHS + 1)
    text = MOST_EPOCHS * (LONGEST - 30)  # a row of an epoch of a recipe has at most six digits for its number
    assert 4 * text < (1 << 30) // 8


@pytest.mark.slow
def test_a_run_of_60_000_epochs_resumes(tmp_path: Path) -> None:
    run = run_of(60_000)
    write_history(tmp_path / "h", run.history)
    append_history(tmp_path / "h", attrs.evolve(ROW, epoch=60_001))
    assert len(read_history(tmp_path / "h")) == 60_001
    save_checkpoint(run, tmp_path / "c")
    assert load_checkpoint(tmp_path / "c") == run


def test_history_keeps_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = run_of(3).history
    write_history(tmp_path / "h", rows[:2])
    monkeypatch.setattr("fnnet.recipes.history.LIMIT", (tmp_path / "h").stat().st_size)
    writes: list[Callable[[], None]] = [
        lambda: append_history(tmp_path / "h", rows[2]),
        lambda: write_history(tmp_path / "h", rows),
    ]
    for write in writes:
        with pytest.raises(ValueError, match="h: expected at most [0-9]+ bytes, which is the limit, got more"):
            write()
        assert read_history(tmp_path / "h") == rows[:2]


@pytest.mark.parametrize(
    "options, kind",
    [([], "model"), (["--checkpoint", "c", "--recipe", "best"], "checkpoint"), (["--checkpoint", "c"], "")],
)
def test_runs_too_large_end_early(
    options: list[str], kind: str, data: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fnnet.cli.train_start.LIMIT", 10_000)
    sizes = {"model": "4-500-4", "checkpoint": "4-100-4", "": "4-200-4"}[kind]
    code = main(["train", "--data", data, "--sizes", sizes, "--epochs", "1", *options])
    errors = capsys.readouterr().err
    if kind:
        expected = f"fnnet: error: --sizes: expected a network whose {kind} takes at most 10000 bytes, got one of "
        assert code == 1 and errors.startswith(expected) and not Path("model.npz").exists()
    else:
        assert (code, errors) == (0, "")
