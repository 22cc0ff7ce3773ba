"""The history of a run as a file: whole, torn, malformed."""

import json
from itertools import product
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet.metrics import Evaluation
from fnnet.recipes.history import Row, append_history, begins_like_history, history_path, read_history, write_history
from fnnet.recipes.row import row_fields

shares = st.floats(0, 1)
losses = st.none() | st.floats(0, 1e308)
rows = st.builds(Row, st.integers(1, 10**6), st.floats(0, 1e9), *[losses, st.none() | shares] * 3)
runs = st.lists(rows, max_size=12, unique_by=lambda row: row.epoch).map(lambda run: sorted(run, key=lambda r: r.epoch))
ROW = Row(1, 0.5, 0.25, 0.75, None, 1.0)


@given(runs, runs)
def test_read_history_undoes_write(
    tmp_path_factory: pytest.TempPathFactory, before: list[Row], history: list[Row]
) -> None:
    path = tmp_path_factory.mktemp("history") / "h"
    write_history(path, before)
    write_history(path, history)
    assert read_history(path) == tuple(history)
    assert path.read_bytes().count(b"\n") == len(history)
    assert [json.loads(line) for line in path.read_text().splitlines()] == list(map(row_fields, history))


@given(runs.filter(len), st.data())
def test_append_history_adds_a_row(
    tmp_path_factory: pytest.TempPathFactory, history: list[Row], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("history")
    already = data.draw(st.integers(0, len(history)))
    write_history(folder / "parts", history[:already])
    for row in history[already:]:
        append_history(folder / "parts", row)
    write_history(folder / "whole", history)
    assert (folder / "parts").read_bytes() == (folder / "whole").read_bytes()


@pytest.mark.parametrize("epochs", [(1, 1), (2, 1), (1, 3, 2)])
def test_epochs_must_increase(tmp_path: Path, epochs: tuple[int, ...]) -> None:
    history = [attrs.evolve(ROW, epoch=epoch) for epoch in epochs]
    message = f"history: expected epochs that increase, got {epochs[-1]} after {epochs[-2]}$"
    with pytest.raises(ValueError, match=f"^{message}"):
        write_history(tmp_path / "h", history)
    assert not (tmp_path / "h").exists()
    (tmp_path / "h").write_text("".join(json.dumps(attrs.asdict(row)) + "\n" for row in history))
    with pytest.raises(ValueError, match=f"^{tmp_path / 'h'}: {message}"):
        read_history(tmp_path / "h")


def test_torn_last_line_is_left_out(tmp_path: Path) -> None:
    """Wherever a power cut or a full disk ends the last line: it is ignored, and gone before the next row is added."""
    path, second = tmp_path / "h", attrs.evolve(ROW, epoch=2)
    write_history(path, [ROW, second])
    content = path.read_bytes()
    start = content.index(b"\n") + 1
    for end in range(start, len(content) - 1):
        for unwritten in (b"", b"\0\0"):
            path.write_bytes(content[:end] + unwritten)
            assert read_history(path) == (ROW,)
            append_history(path, second)
            assert path.read_bytes() == content
    path.write_bytes(content[:-1])  # all but the last newline
    assert read_history(path) == (ROW, second)
    append_history(path, attrs.evolve(ROW, epoch=3))
    assert [row.epoch for row in read_history(path)] == [1, 2, 3]


@pytest.mark.parametrize("last", [b"my notes", b'{"epoch": 2}', b'{"other": 2'])
def test_only_torn_rows_are_left_out(tmp_path: Path, last: bytes) -> None:
    path = tmp_path / "h"
    path.write_bytes(LINE + last)
    with pytest.raises(ValueError, match=f"^{path}, line 2: {OBJECT}, got b'{last.decode()}'$"):
        read_history(path)


@pytest.mark.parametrize(
    "content, expected",
    [
        (b"", True),
        (b'{"ep', True),
        (b"\0\0", True),
        (b'{"epoch": 2}\n{"epoch": 2}\nrest', True),
        (b"some text\n", False),
        (b'{"epochs": 2', False),
        (b"PK\3\4", False),
    ],
)
def test_histories_have_a_beginning(tmp_path: Path, content: bytes, expected: bool) -> None:
    (tmp_path / "h").write_bytes(content)
    assert begins_like_history(tmp_path / "h") == expected


def test_history_is_beside_its_model() -> None:
    assert history_path("model.npz") == Path("model.history.jsonl")
    assert history_path(Path("a.b/m")) == Path("a.b/m-history.jsonl")
    assert history_path("lr0.03") == Path("lr0.03-history.jsonl")
    assert history_path("a.npz/lr0.1.npz") == Path("a.npz/lr0.1.history.jsonl")


def test_models_do_not_share_a_history() -> None:
    endings = ("", ".npz", ".history", ".history.jsonl", "-history", "-history.jsonl")
    models = {"".join(("a", *parts)) for parts in product(endings, repeat=3)}
    models |= {f"a/{stem * 250}{end}" for stem, end in product("bc", ("", "d", ".npz"))}
    assert len(set(map(history_path, models))) == len(models)
    assert max(len(history_path(model).name) for model in models) == 255


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
        (b'"epoch": 1', b'"epoch": 0', "epoch: expected an integer of at least 1, got 0"),
        (b'"epoch": 1', b'"epoch": 1.0', "epoch: expected an integer of at least 1, got 1.0"),
        (b'"epoch": 1', b'"epoch": true', "epoch: expected an integer of at least 1, got True"),
        (b'"seconds": 0.5', b'"seconds": -1', "seconds: expected a finite number of at least 0, got -1"),
        (b'"seconds": 0.5', b'"seconds": null', "seconds: expected a number, got None"),
        (b'"train_loss": 0', b'"train_loss": 1e999', "train_loss: expected a finite number of at least 0, got inf"),
        (b'"test_loss": null', b'"test_loss": NaN', "test_loss: expected a finite number of at least 0, got nan"),
        (b'"train_accuracy": 1', b'"train_accuracy": 1.1', "train_accuracy: expected a fraction from 0 to 1, got 1.1"),
        (b'"test_accuracy": 0.5', b'"test_accuracy": -1', "test_accuracy: expected a finite number of at least 0, got"),
    ],
)
def test_malformed_line_is_named(tmp_path: Path, old: bytes, new: bytes, message: str) -> None:
    path = tmp_path / "h"
    path.write_bytes(LINE + LINE.replace(old, new) + LINE)
    with pytest.raises(ValueError) as caught:
        read_history(path)
    assert str(caught.value).startswith(f"{path}, line 2: {message}")
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_limit_is_inclusive(tmp_path: Path) -> None:
    path = tmp_path / "h"
    path.write_bytes(LINE)
    assert len(read_history(path, limit=len(LINE))) == 1
    with pytest.raises(ValueError, match=f"^{path}: expected at most {len(LINE) - 1} bytes, which is the limit"):
        read_history(path, limit=len(LINE) - 1)


def test_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_history(tmp_path / "none")


def test_numpy_numbers_are_accepted(tmp_path: Path) -> None:
    row = Row(np.int64(3), np.float32(0.5), np.float64(1), np.float32(1), None, 0)  # type: ignore[arg-type]  # numbers of NumPy
    write_history(tmp_path / "h", [row])
    assert read_history(tmp_path / "h") == (row,)


def test_nonfinite_loss_becomes_none() -> None:
    unknown, infinite = Evaluation(float("nan"), 0.5), Evaluation(float("inf"), 0.25)
    assert Row.of(2, 1.5, unknown, infinite) == Row(2, 1.5, None, 0.5, None, 0.25)
    assert Row.of(2, 1.5, Evaluation(0.1, 0.5), Evaluation(0.2, 0.25)) == Row(2, 1.5, 0.1, 0.5, 0.2, 0.25)
