"""The names of labels in a model's file."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import init_params, load, logistic_cross_entropy, save
from fnnet.io import load_labels

PARAMS = init_params((3, 4, 2), seed=0)

names = st.text(min_size=1).filter(lambda name: not name.endswith("\0"))


@given(st.lists(names, unique=True, min_size=1, max_size=6))
def test_labels_come_back(tmp_path_factory: pytest.TempPathFactory, labels: list[str]) -> None:
    path, params = tmp_path_factory.mktemp("models") / "m", init_params((3, len(labels)), seed=0)
    save(params, path, labels=labels)
    assert load_labels(path) == tuple(labels)
    assert load(path) == params


def test_a_model_needs_no_labels(tmp_path: Path) -> None:
    save(PARAMS, tmp_path / "with", labels=("no", "yes"))
    save(PARAMS, tmp_path / "without")
    save(PARAMS, tmp_path / "empty", labels=[])
    for name in ("without", "empty"):
        assert load_labels(tmp_path / name) == ()
    assert (tmp_path / "without").read_bytes() == (tmp_path / "empty").read_bytes()
    with np.load(tmp_path / "with") as more, np.load(tmp_path / "without") as less:
        assert more.files == [*less.files, "labels"]


@pytest.mark.parametrize("labels", [np.unique(["dog", "cat", "dog"]), iter(("cat", "dog"))])
def test_labels_are_any_strings(labels: Any, tmp_path: Path) -> None:
    """As `np.unique` gives them with the integers, for example."""
    save(PARAMS, tmp_path / "m", labels=labels)
    found = load_labels(tmp_path / "m")
    assert found == ("cat", "dog") and {type(name) for name in found} == {str}


@pytest.mark.parametrize("head, outputs, count", [(logistic_cross_entropy, 1, 2), (logistic_cross_entropy, 3, 3)])
def test_one_output_has_two_labels(head: Any, outputs: int, count: int, tmp_path: Path) -> None:
    """No and yes."""
    save(init_params((3, outputs), seed=0, head=head), tmp_path / "m", labels=("no", "yes", "maybe")[:count])
    assert len(load_labels(tmp_path / "m")) == count


@pytest.mark.parametrize(
    "labels, error, message",
    [
        ("ab", TypeError, "labels: expected a sequence of strings, got str"),
        (2, TypeError, "labels: expected a sequence of strings, got int"),
        ((0, 1), TypeError, "labels: expected strings, got int"),
        (("a", None), TypeError, "labels: expected strings, got NoneType"),
        (("a",), ValueError, "labels: expected a name for each of 2 labels, got 1"),
        (("a", "b", "c"), ValueError, "labels: expected a name for each of 2 labels, got 3"),
        (("a", "a"), ValueError, "labels: expected a name of its own for each label, got 'a' twice"),
        (("a", ""), ValueError, "labels: expected names of at least one character, got ''"),
        (("a", "b\0"), ValueError, r"labels: expected texts that do not end with U+0000, got ('a', 'b\x00')"),
    ],
)
def test_odd_labels_are_not_saved(labels: Any, error: type[Exception], message: str, tmp_path: Path) -> None:
    with pytest.raises(error) as caught:
        save(PARAMS, tmp_path / "m", labels=labels)
    assert str(caught.value) == message and list(tmp_path.iterdir()) == []


def test_too_many_labels_are_refused(tmp_path: Path) -> None:
    """As strings they would take more than the limit."""
    params, limit = init_params((1, 101), seed=0), 100 * 512
    with pytest.raises(ValueError, match="^labels: expected at most 100 names, for the limit of 51200 bytes, got 101$"):
        save(params, tmp_path / "m", labels=map(str, range(101)), limit=limit)
    save(params, tmp_path / "m", labels=map(str, range(101)), limit=limit + 512)
    for read in (load, load_labels):
        with pytest.raises(ValueError, match="m: labels: expected at most 100 names, for the limit of 51200 bytes"):
            read(tmp_path / "m", limit=limit)
        read(tmp_path / "m", limit=limit + 512)


@pytest.mark.parametrize(
    "labels, message",
    [
        (np.array(["a", "a"]), "labels: expected a name of its own for each label, got 'a' twice"),
        (np.array(["a", ""]), "labels: expected names of at least one character, got ''"),
        (np.array([["a", "b"]]), r"labels: expected shape \(classes,\), got \(1, 2\)"),
        (np.array("ab"), r"labels: expected shape \(classes,\), got \(\)"),
        (np.arange(2), r"labels: expected text, got int64 of shape \(2,\)"),
        (np.array([b"a", b"b"]), r"labels: expected text, got \|S1 of shape \(2,\)"),
        (np.array([2**31, 1], "<u4").view("<U1"), "labels: expected text, got numbers that are not characters"),
    ],
)
def test_malformed_labels_are_refused(labels: Any, message: str, tmp_path: Path) -> None:
    """By both readers, in one line that names the file."""
    save(PARAMS, tmp_path / "m", labels=("a", "b"))
    with np.load(tmp_path / "m") as arrays:
        np.savez(tmp_path / "n.npz", **{**arrays, "labels": labels})
    for read in (load, load_labels):
        with pytest.raises(ValueError, match=f"^{tmp_path / 'n.npz'}: {message}"):
            read(tmp_path / "n.npz")


def test_labels_must_match_the_network(tmp_path: Path) -> None:
    save(PARAMS, tmp_path / "m", labels=("a", "b"))
    with np.load(tmp_path / "m") as arrays:
        np.savez(tmp_path / "n.npz", **{**arrays, "labels": np.array(["a", "b", "c"])})
    with pytest.raises(
        ValueError, match=f"^{tmp_path / 'n.npz'}: labels: expected a name for each of 2 labels, got 3$"
    ):
        load(tmp_path / "n.npz")


def test_only_models_have_labels(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", labels=np.array(["a"]))
    with pytest.raises(ValueError, match="other.npz: expected an array named format"):
        load_labels(tmp_path / "other.npz")
