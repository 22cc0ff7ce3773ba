"""Strategies for samples with their targets, alone and beside a network that they fit."""

from typing import Any, overload

from hypothesis import strategies as st

from fnnet.core.arrays import F
from fnnet.data.dataset import Dataset
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head
from fnnet.nn.heads import identity_squared_error
from fnnet.nn.params import Params
from fnnet.testing.networks import ACTIVATION, HEAD, SIZES, params
from fnnet.testing.numbers import FACTORS, arrays, dtypes, reals
from fnnet.testing.problem import Problem
from fnnet.testing.targets import labels, rows

WIDTH, SAMPLES, WEIGHTED = st.integers(1, 5), st.integers(1, 6), st.booleans()


@overload
def datasets(
    *,
    features: st.SearchStrategy[int] = WIDTH,
    outputs: st.SearchStrategy[int] = WIDTH,
    samples: st.SearchStrategy[int] = SAMPLES,
    weighted: st.SearchStrategy[bool] = WEIGHTED,
    dtype: type[F],
) -> st.SearchStrategy[Dataset[F]]: ...
@overload
def datasets(
    *,
    features: st.SearchStrategy[int] = WIDTH,
    outputs: st.SearchStrategy[int] = WIDTH,
    samples: st.SearchStrategy[int] = SAMPLES,
    weighted: st.SearchStrategy[bool] = WEIGHTED,
    dtype: None = None,
) -> st.SearchStrategy[Dataset[Any]]: ...  # Any: in either dtype
def datasets(
    *,
    features: st.SearchStrategy[int] = WIDTH,
    outputs: st.SearchStrategy[int] = WIDTH,
    samples: st.SearchStrategy[int] = SAMPLES,
    weighted: st.SearchStrategy[bool] = WEIGHTED,
    dtype: Any = None,
) -> st.SearchStrategy[Dataset[Any]]:
    """Samples with labels, or rows of real numbers. Numbers are multiples of 1/32 from -127/32 to 4.

    Args:
        features: how many features there are, by default 1 to 5.
        outputs: how many classes there may be, or columns of rows, by default 1 to 5.
        samples: how many samples there are, by default 1 to 6; `st.integers(0, 6)` for empty data, too.
        weighted: whether samples have weights, multiples of 1/8 from 0 to 2; `st.just(False)` for none.
        dtype: `np.float32` or `np.float64`; either, if None.

    >>> import numpy as np
    >>> from hypothesis import find
    >>> find(datasets(dtype=np.float64), lambda data: data.weights is not None and data.x.all())
    Dataset(1 samples of 1 features, labels, weights, float64)
    """
    return _datasets(features, outputs, samples, weighted, dtype, identity_squared_error)


@overload
def problems(
    *,
    sizes: st.SearchStrategy[tuple[int, ...]] = SIZES,
    hidden: st.SearchStrategy[Activation] = ACTIVATION,
    head: st.SearchStrategy[Head] = HEAD,
    samples: st.SearchStrategy[int] = SAMPLES,
    weighted: st.SearchStrategy[bool] = WEIGHTED,
    dtype: type[F],
) -> st.SearchStrategy[Problem[F]]: ...
@overload
def problems(
    *,
    sizes: st.SearchStrategy[tuple[int, ...]] = SIZES,
    hidden: st.SearchStrategy[Activation] = ACTIVATION,
    head: st.SearchStrategy[Head] = HEAD,
    samples: st.SearchStrategy[int] = SAMPLES,
    weighted: st.SearchStrategy[bool] = WEIGHTED,
    dtype: None = None,
) -> st.SearchStrategy[Problem[Any]]: ...  # Any: in either dtype
def problems(
    *,
    sizes: st.SearchStrategy[tuple[int, ...]] = SIZES,
    hidden: st.SearchStrategy[Activation] = ACTIVATION,
    head: st.SearchStrategy[Head] = HEAD,
    samples: st.SearchStrategy[int] = SAMPLES,
    weighted: st.SearchStrategy[bool] = WEIGHTED,
    dtype: Any = None,
) -> st.SearchStrategy[Problem[Any]]:
    """A network with samples whose targets are in its head's domain: labels, or rows.

    Args:
        sizes, hidden, head: as for `params`; of a head of your own, the domain decides which targets it gets.
        samples: how many samples there are, by default 1 to 6.
        weighted: whether samples have weights, multiples of 1/8 from 0 to 2; `st.just(False)` for none.
        dtype: `np.float32` or `np.float64`; either, if None.

    >>> import numpy as np
    >>> from hypothesis import find
    >>> problem = find(problems(dtype=np.float64), lambda problem: len(problem.data) > 1)
    >>> problem.params.sizes, len(problem.data)
    ((1, 1), 2)
    """
    return problems_with(params(sizes=sizes, hidden=hidden, head=head, dtype=dtype), samples, weighted)


@st.composite
def problems_with(
    draw: st.DrawFn,
    networks: st.SearchStrategy[Params[F]],
    samples: st.SearchStrategy[int] = SAMPLES,
    weighted: st.SearchStrategy[bool] = WEIGHTED,
) -> Problem[F]:
    """One of these networks, with samples that fit it."""
    network = draw(networks)
    features, outputs = st.just(network.sizes[0]), st.just(network.sizes[-1])
    data = _datasets(features, outputs, samples, weighted, network.dtype.type, network.head)
    return Problem(network, draw(data))


@st.composite
def _datasets(
    draw: st.DrawFn,
    features: st.SearchStrategy[int],
    outputs: st.SearchStrategy[int],
    samples: st.SearchStrategy[int],
    weighted: st.SearchStrategy[bool],
    dtype: type[F] | None,
    head: Head,
) -> Dataset[Any]:
    chosen: type[Any] = draw(dtypes) if dtype is None else dtype
    n, k = draw(samples), draw(outputs)
    x = draw(reals((n, draw(features)), chosen))
    y = draw(labels(head, n, k) | rows(head, n, k, chosen))
    return Dataset(x, y, draw(arrays((n,), FACTORS.astype(chosen))) if draw(weighted) else None)
