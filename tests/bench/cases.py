"""What is measured, and the ratios that the project aims at."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

import attrs

Sizes: TypeAlias = tuple[int, ...]

_ARTICLE = (784, 128, 64, 10)


def _none() -> Mapping[str, float]:
    return {}


@attrs.frozen
class TrainingCase:
    """One pass over the first `samples` images, `batch_size` a step.

    Args:
        name: for `--cases`.
        title: for the tables.
        sizes: the network's widths.
        batch_size: images a step.
        samples: a multiple of the batch size.
        targets: for a contender, the ratio of its time to ours that is aimed at.
    """

    name: str
    title: str
    sizes: Sizes
    batch_size: int
    samples: int
    targets: Mapping[str, float] = attrs.field(factory=_none)


@attrs.frozen
class InferenceCase:
    """The probabilities of `images` test images, `size` a call."""

    name: str
    title: str
    sizes: Sizes
    size: int
    images: int
    targets: Mapping[str, float] = attrs.field(factory=_none)


Case: TypeAlias = TrainingCase | InferenceCase
C = TypeVar("C", bound=Case)


def _one_sample(width: int, sizes: Sizes, samples: int, targets: Mapping[str, float]) -> TrainingCase:
    title = f"one sample a step, {'-'.join(map(str, sizes))}"
    return TrainingCase(f"one-sample-{width}", title, sizes, 1, samples, targets)


def _batch(size: int, targets: Mapping[str, float]) -> TrainingCase:
    return TrainingCase(f"batch-{size}", f"mini-batches of {size}", _ARTICLE, size, 8192, targets)


_ONE = {"plain reduce": 4.0, "PyTorch": 8.0, "scikit-learn": 15.0, "JAX": 0.8}
_BATCH = {"PyTorch": 1.5, "scikit-learn": 1.5, "Keras": 1.5, "JAX": 0.8}

CASES: tuple[Case, ...] = (
    _one_sample(128, _ARTICLE, 4096, _ONE),
    _one_sample(300, (784, 300, 100, 10), 2048, {}),
    _one_sample(512, (784, 512, 512, 10), 1024, {"JAX": 1.0}),
    _batch(8, {}),
    _batch(32, _BATCH),
    _batch(128, _BATCH),
    InferenceCase("inference-1", "probabilities, one image", _ARTICLE, 1, 256, {"PyTorch": 1.5, "JAX": 1.5}),
    InferenceCase("inference-10000", "probabilities, 10,000 images", _ARTICLE, 10_000, 10_000),
)

WHOLE = "whole"
"""The name of the case that is a process from cold; see `whole.py`."""

WHOLE_TARGETS = {"JAX": 0.9}


def names() -> list[str]:
    """What `--cases` can name."""
    return [case.name for case in CASES] + [WHOLE]


def chosen(cases: Sequence[C], wanted: Sequence[str]) -> list[C]:
    """The cases that the words name, in full or by how their names begin.

    >>> [case.name for case in chosen(CASES, ["batch", "inference-1"])]
    ['batch-8', 'batch-32', 'batch-128', 'inference-1']
    """
    known = {case.name for case in cases}
    return [
        case
        for case in cases
        if case.name in wanted or any(case.name.startswith(word) for word in wanted if word not in known)
    ]
