"""Labels of files, as numbers and as names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset
from fnnet.data.labels import encode_labels, label_texts, relabel

words = st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=9)


@given(words)
def test_names_give_the_words_back(texts: list[str]) -> None:
    different = list(dict.fromkeys(texts))
    labels, names = encode_labels(different, np.array([different.index(text) for text in texts]))
    assert [names[label] for label in labels] == texts and list(names) == sorted(different)


@given(st.lists(st.integers(-99, 99), min_size=1, max_size=9))
def test_numbers_are_themselves(numbers: list[int]) -> None:
    different = list(dict.fromkeys(numbers))
    labels, names = encode_labels(list(map(str, different)), np.array([different.index(k) for k in numbers]))
    assert [int(names[label]) if names else label for label in labels] == numbers
    assert bool(names) == (min(numbers) < 0) and [int(name) for name in names] == sorted(different if names else [])


@given(words, st.randoms(use_true_random=False))
def test_relabel_keeps_what_is_meant(texts: list[str], random: st.DataObject) -> None:
    different = sorted(set(texts))
    data = Dataset(np.zeros((len(texts), 1)), np.array([different.index(text) for text in texts]))
    order = ["z", *different[::-1]]
    changed = relabel(data, different, order)
    assert [order[label] for label in changed.labels] == texts
    assert label_texts(data, different) == tuple(different)
    assert relabel(changed, order, different) == data


def test_unknown_labels_are_refused() -> None:
    data = Dataset(np.zeros((2, 1)), np.array([0, 3]))
    with pytest.raises(ValueError, match="^labels: expected those of '0, 1, 2', got '3'$"):
        relabel(data, (), ("0", "1", "2"))
    with pytest.raises(ValueError, match="^labels: expected numbers below 2, which have names, got 3$"):
        relabel(data, ("a", "b"), ("a", "b"))
    with pytest.raises(ValueError, match="labels: expected words or whole numbers, got '0.5'"):
        encode_labels(["1", "0.5"], np.array([0, 1]))
