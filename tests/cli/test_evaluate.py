"""`fnnet evaluate`, and the confusion matrix as text."""

import numpy as np
import pytest

from fnnet import Dataset, Dense, Params, accuracy, init_params, save, sigmoid, softmax_cross_entropy
from fnnet.cli import main
from fnnet.cli.evaluate import confusion_text
from fnnet.cli.labels import label_numbers
from fnnet.data.loaders import load_npz
from fnnet.metrics.accuracy import confusion_matrix
from fnnet.nn.tree import astype


def _permuting(classes: int) -> Params[np.float32]:
    """A network that takes class k, as a row of the identity matrix, for the k-th class from the end."""
    layer = Dense(np.eye(classes, dtype=np.float32)[:, ::-1], np.zeros(classes, np.float32))
    return Params((layer,), sigmoid, softmax_cross_entropy)


def _samples(classes: int, copies: int = 1) -> Dataset[np.float32]:
    labels = np.repeat(np.arange(classes), copies)
    return Dataset(np.eye(classes, dtype=np.float32)[labels], labels)


def _text(params: Params[np.float32], data: Dataset[np.float32]) -> str:
    return confusion_text(params, data, label_numbers(params))


def test_float64_models_become_float32(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    params = init_params((4, 4), 0, dtype=np.float64)
    save(params, "m")
    assert main(["evaluate", "m", "--data", data]) == 0
    _, test = load_npz(data)
    score, matrix = capsys.readouterr().out.split("\n\n")
    assert score.endswith(f"Accuracy: {accuracy(astype(params, np.float32), test):.2%}")
    counts = confusion_matrix(astype(params, np.float32), test)
    rows = [[str(label), *map(str, row)] for label, row in enumerate(counts)]
    assert [line.split() for line in matrix.splitlines()[1:]] == rows


@pytest.mark.parametrize("classes, width", [(2, 6), (10, 6), (11, 5), (12, 5)])
def test_up_to_12_classes_are_a_table(classes: int, width: int) -> None:
    header, *rows = _text(_permuting(classes), _samples(classes)).splitlines()
    assert len(header) < 80
    assert header == "true \\ predicted" + "".join(f"{label:{width}}" for label in range(classes))
    for label, row in enumerate(rows):
        counts = [int(predicted == classes - 1 - label) for predicted in range(classes)]
        assert row == f"{label:16}" + "".join(f"{count:{width}}" for count in counts)


@pytest.mark.parametrize("classes, copies, is_table", [(12, 9999, True), (12, 10_000, False), (10, 10_000, True)])
def test_a_table_has_room_for_its_counts(classes: int, copies: int, is_table: bool) -> None:
    header, *rows = _text(_permuting(classes), _samples(classes, copies)).splitlines()
    assert header.startswith("true \\ predicted") == is_table and max(map(len, rows)) < 80
    assert all(str(copies) in row.split() for row in rows) if is_table else len(rows) == 10


def test_many_classes_are_summed_up() -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.random((60, 4), np.float32), np.arange(60) % 20)
    params = init_params((4, 20), 0)
    counts = confusion_matrix(params, data)
    pairs = [(counts[i, j], -i, -j) for i in range(20) for j in range(20) if i != j and counts[i, j]]
    expected = [f"{-i:6} predicted as {-j:6}: {n:6} times" for n, i, j in sorted(pairs, reverse=True)[:10]]
    assert _text(params, data).splitlines() == ["Most common errors:", *expected]


def test_only_errors_are_summed_up() -> None:
    """An odd number of classes, so that the middle one is predicted correctly."""
    lines = [f"{k:6} predicted as {12 - k:6}: {1:6} times" for k in range(13) if k != 6]
    assert _text(_permuting(13), _samples(13)).splitlines() == ["Most common errors:", *lines[:10]]


def test_data_must_match_the_model(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    save(init_params((9, 4), 0), "m")
    assert main(["evaluate", "m", "--data", data]) == 1
    assert capsys.readouterr() == ("", "fnnet: error: --data: expected 9 features, as m reads, got 4\n")


def test_labels_have_their_names(data: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As many characters of them as the columns have."""
    names = ("cat", "dog", "\x1b[2J\nred", "hippopotamus amphibius")
    save(init_params((4, 4), 0), "m", labels=names)
    assert main(["evaluate", "m", "--data", data]) == 0
    _, matrix = capsys.readouterr().out.split("\n\n")
    header, *rows = matrix.splitlines()
    cut = ("cat", "dog", r"\x1b[2J\nred", "hippopotamus …")
    assert header == r"true \ predicted" + "".join(f"{name:>15}" for name in cut)
    assert [row[:16].strip() for row in rows] == ["cat", "dog", r"\x1b[2J\nred", "hippopotamus am…"]
    assert len(header) < 80 and {len(row) for row in rows} == {len(header)}


def test_a_narrow_terminal_gets_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the table would be wider than it; a file gets the table."""
    monkeypatch.setenv("COLUMNS", "40")
    assert _text(_permuting(6), _samples(6)).startswith("true")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert _text(_permuting(6), _samples(6)).startswith("Most common errors:")
    monkeypatch.setenv("COLUMNS", "60")
    assert _text(_permuting(6), _samples(6)).startswith("true")


def test_common_errors_have_names() -> None:
    names = ["a", "n" * 30, *map(str, range(2, 13))]
    lines = confusion_text(_permuting(13), _samples(13), names).splitlines()
    assert lines[1] == "     a predicted as     12:      1 times"
    assert lines[2] == f"{'n' * 23}… predicted as     11:      1 times"


@pytest.mark.parametrize("labels", [(), ("cat", "dog")])
def test_numbers_stand_for_missing_names(
    labels: tuple[str, ...], capsys: pytest.CaptureFixture[str], data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where another model has taken the place of the file since it was loaded."""
    save(init_params((4, 4), 0), "m")
    monkeypatch.setattr("fnnet.cli.labels.load_labels", lambda path: labels)
    assert main(["evaluate", "m", "--data", data]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "true \\ predicted" + "".join(f"{k:6}" for k in range(4))
