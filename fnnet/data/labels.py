"""Labels as files have them, words or numbers, and as a network needs them: 0 to k - 1."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import F, Labels64
from fnnet.core.messages import invalid, quoted
from fnnet.data.dataset import Dataset

Labeled: TypeAlias = tuple[Dataset[np.float32], tuple[str, ...]]
"""Samples, and the names of their labels 0, 1, …; no names where the file has numbers."""


def encode_labels(texts: Sequence[str], codes: Labels64) -> tuple[Labels64, tuple[str, ...]]:
    """Labels of a file as integers.

    Args:
        texts: the different labels, as the file writes them.
        codes: for each sample, which of them it has, shape (n,).

    Returns:
        The labels and no names, where all are whole numbers of at least 0; else their ranks and the names in that
        order: words by the alphabet, numbers by their size.

    Raises:
        ValueError: the labels are numbers that are not whole, as those of a regression.

    >>> encode_labels(["dog", "cat"], np.array([0, 1, 1]))
    (array([1, 0, 0]), ('cat', 'dog'))
    >>> encode_labels(["7", "3.0"], np.array([0, 1, 1]))
    (array([7, 3, 3]), ())
    """
    numbers = [_whole(text) for text in texts]
    whole = [number for number in numbers if number is not None]
    if len(whole) == len(texts) and all(0 <= number < 1 << 62 for number in whole):
        return np.array(whole, np.int64)[codes], ()
    if len(whole) < len(texts) and all(map(is_number, texts)):
        not_whole = texts[numbers.index(None)]
        raise invalid("labels", "words or whole numbers", quoted(not_whole))
    names = [text if number is None else str(number) for text, number in zip(texts, numbers)]
    sorted_names = sort_labels(names)
    ranks = {name: rank for rank, name in enumerate(sorted_names)}
    return np.array([ranks[name] for name in names], np.int64)[codes], sorted_names


def sort_labels(names: Iterable[str]) -> tuple[str, ...]:
    """Different names in their order: numbers by their size, anything else by the alphabet.

    >>> sort_labels(["10", "9", "9"]), sort_labels(["10", "9", "b"])
    (('9', '10'), ('10', '9', 'b'))
    """
    different = sorted(set(names))
    return tuple(sorted(different, key=int) if all(_whole(name) is not None for name in different) else different)


def label_texts(data: Dataset[F], names: Sequence[str]) -> tuple[str, ...]:
    """What the labels that occur are called: by their names, or their numbers where there are none.

    Raises:
        ValueError: a label has no name, but others have.

    >>> label_texts(Dataset(np.eye(2), np.array([7, 3])), ())
    ('3', '7')
    """
    if names and data.outputs > len(names):
        raise invalid("labels", f"numbers below {len(names)}, which have names", data.outputs - 1)
    present: list[int] = np.unique(data.labels).tolist()
    return tuple(names[label] if names else str(label) for label in present)


def listed(names: Sequence[str]) -> str:
    """The names in a line.

    >>> listed(["cat", "dog"]), listed(["cat, big", "dog"])
    ('cat, dog', 'cat, big; dog')
    """
    return ("; " if any("," in name for name in names) else ", ").join(names)


def relabel(data: Dataset[F], names: Sequence[str], order: Sequence[str]) -> Dataset[F]:
    """The data with labels in another order, such as that of a network.

    Args:
        data: samples with labels.
        names: what labels 0, 1, … are called; their numbers where there are none.
        order: the names in the order that is wanted.

    Returns:
        A new data set, in which a label is the place of its name in the order.

    Raises:
        ValueError: a label of the data is not in the order.

    >>> data = Dataset(np.eye(3), np.array([26, 1, 26]))
    >>> relabel(data, (), ("1", "26")).y
    array([1, 0, 1])
    """
    places = {name: place for place, name in enumerate(order)}
    present = np.unique(data.labels)
    texts = label_texts(data, names)
    if unknown := [text for text in texts if text not in places]:
        raise invalid("labels", f"those of {quoted(listed(order))}", quoted(unknown[0]))
    new = np.array([places[text] for text in texts], np.int64)
    return attrs.evolve(data, y=new[np.searchsorted(present, data.labels)])


def is_number(text: str) -> bool:
    """Whether a text is a number, as a file of numbers has it.

    >>> is_number(" 1e3"), is_number("1_000"), is_number("")
    (True, False, False)
    """
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _whole(text: str) -> int | None:
    """The whole number that a text stands for, if it does: 3, 3.0."""
    if not is_number(text) or not float(text).is_integer():
        return None
    return int(text) if text.strip().lstrip("+-").isdecimal() and len(text) < 100 else int(float(text))
