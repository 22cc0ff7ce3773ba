"""What a step of training is tried on: a network and batches, of several samples each or of one."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from fnnet.nn.initializers import init_params
from fnnet.nn.params import Params
from fnnet.testing.laws.cases import SEEDS, networks
from fnnet.testing.laws.law import Example
from fnnet.testing.laws.step import Training
from fnnet.testing.numbers import dtypes

WIDE = st.just(np.float64)
_FEW, _LONG = st.integers(1, 4), st.sampled_from([*range(2, 9), *range(2, 9), 100])
_COUNTS = st.sampled_from([1, 2, 3, 5, 8, 40])  # of samples in a batch


@st.composite
def runs(
    draw: st.DrawFn,
    t: Training,
    types: st.SearchStrategy[type[Any]] = dtypes,
    steps: st.SearchStrategy[int] = _FEW,
    together: bool | None = None,
    like: Params[Any] | None = None,
    length: float = 1.0,
) -> Example:
    """A network and batches that it is trained on: several samples each, or one sample each, as the step takes them."""
    params = draw(networks(like or t.network, draw(types)))
    forms = [taken for taken, is_taken in ((False, t.takes_samples), (True, t.takes_batches)) if is_taken]
    chosen = draw(st.sampled_from(forms)) if together is None else together
    n, seed, count = draw(_COUNTS) if chosen else 1, draw(SEEDS), draw(steps)
    # the last is smaller
    batches = [t.samples(params, max(1, n - (k == count - 1)), seed + k, length) for k in range(count)]
    return {"params": params, "batches": batches if chosen else [(x[0], y[0]) for x, y in batches]}


def runs_with_cut(t: Training) -> st.SearchStrategy[Example]:
    """And where to cut the batches in two."""
    return st.tuples(runs(t, steps=_LONG), st.integers(0, 6)).map(
        lambda drawn: drawn[0] | {"k": drawn[1] % len(drawn[0]["batches"])}
    )


def runs_with_seed(t: Training, together: bool | None = None) -> st.SearchStrategy[Example]:
    """In float64, and a seed for an order."""
    return st.tuples(runs(t, WIDE, together=together), SEEDS).map(lambda drawn: drawn[0] | {"seed": drawn[1]})


def far_runs(t: Training) -> st.SearchStrategy[Example]:
    """One step on features that are large."""
    return runs(t, steps=st.just(1), length=10 if t.network else 1000)  # of a network given, outputs may be exp(z)


def runs_of_one_class(t: Training) -> st.SearchStrategy[Example]:
    """Networks with one class."""
    shapes = st.sampled_from([(1, 1), (2, 1), (3, 2, 1)])
    likes = shapes.map(lambda sizes: init_params(sizes, seed=0, dtype=np.float64))
    return likes.flatmap(lambda like: runs(t, WIDE, like=like))


def seeds(t: Training) -> st.SearchStrategy[Example]:
    """A seed alone."""
    return st.fixed_dictionaries({"seed": SEEDS})
