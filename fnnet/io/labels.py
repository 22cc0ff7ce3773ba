"""The names of a network's labels, such as cat and dog for 0 and 1, which a file keeps beside the network."""

from collections import Counter
from collections.abc import Iterable

from fnnet.core.arrays import AnyRank
from fnnet.core.checks import check_iterable
from fnnet.core.messages import invalid, quoted, wrong_type
from fnnet.io.formats import check_characters
from fnnet.io.limit import LIMIT

_NAME_BYTES = 512
"""How many bytes of the limit belong to each name: a short string of Python takes many times its characters."""


def checked_labels(labels: Iterable[str], limit: int = LIMIT) -> tuple[str, ...]:
    """The names of labels, which can be told apart.

    Args:
        labels: the name of label 0, that of label 1, and so on.
        limit: how many bytes the file may hold.

    Raises:
        TypeError: they are not strings.
        ValueError: one is empty, two are equal, or there are too many for the limit.

    >>> checked_labels(["cat", "dog", "cat"])
    Traceback (most recent call last):
        ...
    ValueError: labels: expected a name of its own for each label, got 'cat' twice
    """
    names = tuple(check_iterable("labels", "a sequence of strings", labels))
    for name in names:
        if not isinstance(name, str):
            raise wrong_type("labels", "strings", name)
    _check_most(len(names), limit)
    counts = Counter(names)
    if "" in counts:
        raise invalid("labels", "names of at least one character", "''")
    if len(counts) < len(names):
        ((twice, _),) = counts.most_common(1)
        raise invalid("labels", "a name of its own for each label", f"{quoted(twice)} twice")
    return tuple(map(str, names))  # those of an array of NumPy's are of another type


def decode_labels(array: AnyRank, limit: int = LIMIT) -> tuple[str, ...]:
    """The names that an array of a file holds.

    Raises:
        ValueError: it does not hold names that can be told apart.

    >>> import numpy as np
    >>> decode_labels(np.array(["cat", "dog"]))
    ('cat', 'dog')
    """
    check_characters("labels", array)
    if array.ndim != 1:
        raise invalid("labels", "shape (classes,)", quoted(array.shape))
    _check_most(len(array), limit)  # before there are strings
    return checked_labels(array.tolist(), limit)


def _check_most(count: int, limit: int) -> None:
    if count > limit // _NAME_BYTES:
        raise invalid("labels", f"at most {limit // _NAME_BYTES} names, for the limit of {limit} bytes", count)


def check_label_count(labels: tuple[str, ...], classes: int) -> None:
    """Raise ValueError unless there is a name for each class, or none at all."""
    if labels and len(labels) != classes:
        raise invalid("labels", f"a name for each of {classes} labels", len(labels))
