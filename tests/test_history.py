"""The history of a run as a file: whole, torn, resumed, begun again, malformed."""

import json
from collections.abc import Sequence
from functools import reduce
from itertools import takewhile
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet.history import Row, append_history, history_path, read_history

shares = st.floats(0, 1)
losses = st.none() | st.floats(0, 1e308)
rows = st.builds(Row, st.integers(1, 6), st.floats(0, 1e9), losses, shares, losses, shares)
ROW = Row(1, 0.5, 0.25, 0.75, None, 1.0)


def written(path: Path, history: Sequence[Row]) -> Path:
    """A file of these rows and no others."""
    path.unlink(missing_ok=True)
    for row in history:
        append_history(path, row)
    return path


def folded(history: Sequence[Row]) -> tuple[Row, ...]:
    """The run that these rows make, one after the other."""

    def extended(run: tuple[Row, ...], row: Row) -> tuple[Row, ...]:
        return (*takewhile(lambda before: before.epoch < row.epoch, run), row)

    nothing: tuple[Row, ...] = ()
    return reduce(extended, history, nothing)


@given(st.lists(rows, min_size=1, max_size=12))
def test_a_history_is_the_fold_over_its_rows(tmp_path_factory: pytest.TempPathFactory, history: list[Row]) -> None:
    path = written(tmp_path_factory.mktemp("history") / "h", history)
    assert read_history(path) == folded(history)
    assert path.read_bytes().count(b"\n") == len(history)
    assert [json.loads(line) for line in path.read_text().splitlines()] == [attrs.asdict(row) for row in history]


@given(st.lists(rows, min_size=1, max_size=4), st.data())
def test_a_line_cut_off_anywhere_is_not_there_and_glues_to_nothing(
    tmp_path_factory: pytest.TempPathFactory, history: list[Row], data: st.DataObject
) -> None:
    path = written(tmp_path_factory.mktemp("history") / "h", history)
    content = path.read_bytes()
    cut = content[: data.draw(st.integers(0, len(content)))]
    whole = history[: cut.count(b"\n")]
    path.write_bytes(cut)
    assert read_history(path) == folded(whole)
    append_history(path, ROW)
    assert read_history(path) == (ROW,)
    assert path.read_bytes() == written(path, [*whole, ROW]).read_bytes()


def test_a_long_history_is_appended_to_as_a_short_one(tmp_path: Path) -> None:
    history = [attrs.evolve(ROW, epoch=epoch) for epoch in range(1, 101)]
    path = written(tmp_path / "h", history)
    path.write_bytes(path.read_bytes()[:-1])
    assert read_history(path) == tuple(history[:-1])
    append_history(path, history[-1])
    assert read_history(path) == tuple(history)


def test_a_history_is_beside_its_model() -> None:
    assert history_path("model.npz") == Path("model.history.jsonl")
    assert history_path(Path("a.b/m")) == Path("a.b/m.history.jsonl")


LINE = b'{"epoch": 1, "seconds": 0.5, "train_loss": 0, "train_accuracy": 1, "test_loss": null, "test_accuracy": 0.5}\n'
OBJECT = "expected a JSON object of the numbers epoch, seconds, train_loss, train_accuracy, test_loss, test_accuracy"


@pytest.mark.parametrize(
    "old, new, message",
    [
        (b"{", b"[", OBJECT),
        (b"{", b"\xff{", OBJECT),
        (LINE, b"\n", OBJECT),
        (LINE, b"7\n", OBJECT),
        (LINE, b"[" * 100_000 + b"\n", OBJECT),
        (b"seconds", b"hours", OBJECT),
        (b'"test_accuracy": 0.5', b'"test_accuracy": 0.5, "more": 1', OBJECT),
        (b"0.5}", b'"0.5"}', OBJECT),
        (b'"epoch": 1', b'"epoch": "1\\n2"', OBJECT),
        (b'"epoch": 1', b'"epoch": 0', "epoch: expected an integer of 1 or more, got 0"),
        (b'"epoch": 1', b'"epoch": 1.0', "epoch: expected an integer of 1 or more, got 1.0"),
        (b'"epoch": 1', b'"epoch": true', "epoch: expected an integer of 1 or more, got True"),
        (b'"seconds": 0.5', b'"seconds": -1', "seconds: expected a finite number of 0 or more, got -1"),
        (b'"seconds": 0.5', b'"seconds": null', "seconds: expected a number, got None"),
        (b'"train_loss": 0', b'"train_loss": 1e999', "train_loss: expected a finite number of 0 or more, got inf"),
        (b'"test_loss": null', b'"test_loss": NaN', "test_loss: expected a finite number of 0 or more, got nan"),
        (b'"train_accuracy": 1', b'"train_accuracy": 1.1', "train_accuracy: expected a share from 0 to 1, got 1.1"),
        (b'"test_accuracy": 0.5', b'"test_accuracy": -1', "test_accuracy: expected a finite number of 0 or more, got"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    path = tmp_path / "h"
    path.write_bytes(LINE + LINE.replace(old, new) + LINE)
    with pytest.raises(ValueError) as caught:
        read_history(path)
    assert str(caught.value).startswith(f"{path}, line 2: {message}")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


@pytest.mark.parametrize("content", [b"some text", b'{"format": 1', LINE + b"text", b"\0" * 5000])
def test_another_file_is_neither_read_nor_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "h"
    path.write_bytes(content)
    for act in (read_history, lambda path: append_history(path, ROW)):
        with pytest.raises(ValueError, match=f"^{path}: expected a history, each line an epoch, got b.* at its end$"):
            act(path)
    assert path.read_bytes() == content


def test_a_history_has_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "h"
    path.write_bytes(LINE * 3)
    assert len(read_history(path, limit=3 * len(LINE))) == 1
    with pytest.raises(ValueError, match=f"^{path}: expected at most {3 * len(LINE) - 1} bytes, which is the limit"):
        read_history(path, limit=3 * len(LINE) - 1)


def test_no_file_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_history(tmp_path / "none")


def test_numbers_of_numpy_are_numbers(tmp_path: Path) -> None:
    row = Row(np.int64(3), np.float32(0.5), np.float64(1), np.float32(1), None, 0)  # type: ignore[arg-type]  # of NumPy
    assert read_history(written(tmp_path / "h", [row])) == (row,)


def test_a_loss_that_is_no_number_is_none() -> None:
    assert Row.of(2, 1.5, (float("nan"), 0.5), (float("inf"), 0.25)) == Row(2, 1.5, None, 0.5, None, 0.25)
    assert Row.of(2, 1.5, (0.1, 0.5), (0.2, 0.25)) == Row(2, 1.5, 0.1, 0.5, 0.2, 0.25)
