"""Orders, parts and unions of data: shuffled, taken, cut into batches, split, concatenated."""

from collections.abc import Iterable, Iterator

import numpy as np

from fnnet.core.arrays import F, Matrix, Order, Vector
from fnnet.core.checks import check_integer, check_iterable
from fnnet.core.messages import invalid, quoted
from fnnet.core.random import generator
from fnnet.data.dataset import Batch, Dataset, require_dataset
from fnnet.nn.weights import factors


def order(n: int, seed: int, epoch: int = 0) -> Order:
    """The order in which an epoch sees n samples: a random permutation.

    Args:
        n: how many samples there are.
        seed: random seed, an integer of at least 0.
        epoch: an integer of at least 0; each epoch has its own order.

    Returns:
        The integers from 0 to n - 1, shape (n,). Law: they depend on (n, seed, epoch) alone.

    Raises:
        ValueError: seed or epoch is negative or not an integer.

    >>> sorted(order(5, seed=0).tolist())
    [0, 1, 2, 3, 4]
    """
    return generator(seed, "order", epoch).permutation(check_integer("n", n, 0))


def shuffled(data: Dataset[F], seed: int, epoch: int = 0) -> Dataset[F]:
    """The same samples in the random order of one epoch.

    Args:
        data: n samples.
        seed: random seed, an integer of at least 0.
        epoch: an integer of at least 0; each epoch has its own order.

    Returns:
        A new data set. Law: it has every sample of `data` exactly once, in the order `order(n, seed, epoch)`.

    Raises:
        ValueError: seed or epoch is negative or not an integer.

    >>> data = Dataset(np.eye(4), np.arange(4))
    >>> sorted(shuffled(data, seed=0).y.tolist())
    [0, 1, 2, 3]
    """
    require_dataset(data)
    return take(data, order(len(data), seed, epoch))


def take(data: Dataset[F], indices: Order) -> Dataset[F]:
    """The samples at these indices, in the order of the indices.

    Args:
        data: n samples.
        indices: integers from 0 to n - 1, shape (k,); an index may come twice.

    Returns:
        A new data set of k samples: `data[indices]`.

    Raises:
        IndexError: an index is out of range.
        ValueError: the indices are not integers of shape (k,).

    >>> take(Dataset(np.eye(4), np.array([5, 6, 7, 8])), np.array([3, 0])).y
    array([8, 5])
    """
    require_dataset(data)
    if isinstance(indices, (int, np.integer)) and not isinstance(indices, bool):
        raise invalid("indices", "integers of shape (k,)", indices, f"data[{indices}] for one sample")
    return data[indices]


def batches(data: Dataset[F], size: int) -> Iterator[Batch[F]]:
    """Cut the data into batches, in order.

    Args:
        data: n samples.
        size: samples in a batch, an integer of at least 1; the last batch may be smaller.

    Returns:
        A lazy stream of pairs (x, y), read-only views of shapes (size, features) and (size,) or (size, outputs).
        Law: concatenated, the batches are the data.

    Raises:
        ValueError: the size is not an integer of at least 1, or the data has weights, which pairs (x, y) would lose.

    >>> [len(x) for x, y in batches(Dataset(np.eye(5), np.arange(5)), 2)]
    [2, 2, 1]
    """
    require_dataset(data)
    size = check_integer("size", size, 1)
    data.require_unweighted("to cut into batches", "data[i : i + size], which keeps them")
    return ((data.x[i : i + size], data.y[i : i + size]) for i in range(0, len(data), size))


def concatenate(datasets: Iterable[Dataset[F]]) -> Dataset[F]:
    """The samples of several data sets, one set after the other.

    Args:
        datasets: one or more, which agree in features, dtype and kind of targets. If some have weights, the samples of
            the others weigh 1.

    Returns:
        A new data set. Laws: concatenated parts of a data set are the data set, whatever the cuts, and empty ones
        change nothing.

    Raises:
        TypeError: they are not data sets.
        ValueError: there is no data set, or they do not agree.

    >>> data = Dataset(np.eye(4), np.arange(4))
    >>> concatenate([data[:1], data[1:3], data[3:]]) == data
    True
    """
    sets = list(check_iterable("datasets", "several of them", datasets))
    if not sets:
        raise invalid("datasets", "at least one", "none")
    for data in sets:
        require_dataset(data)
    kinds = [(data.x.shape[1:], data.y.shape[1:], data.x.dtype) for data in sets]
    if other := [data for data, kind in zip(sets, kinds) if kind != kinds[0]]:
        raise invalid("datasets", f"all as the first, {sets[0]}", other[0])
    weights: Vector[F] | None = None
    have_weights = [data.weights is not None for data in sets]
    if all(have_weights) or any(len(data) for data, has_weights in zip(sets, have_weights) if has_weights):
        weights = np.concatenate([factors(data.weights, (len(data),), data.x.dtype) for data in sets])
    x: Matrix[F] = np.concatenate([data.x for data in sets])
    return Dataset.from_owned(x, np.concatenate([data.y for data in sets]), weights)


def split(data: Dataset[F], size: int) -> tuple[Dataset[F], Dataset[F]]:
    """The first `size` samples and the rest; shuffle first if the data is sorted in any way.

    Args:
        data: n samples, at least 2.
        size: how many samples the first part has, an integer from 1 to n - 1.

    Returns:
        Two data sets, which share the memory of `data`. Law: concatenated, they are the data.

    Raises:
        ValueError: the size is not an integer, or a part would be empty.

    >>> train, validation = split(Dataset(np.eye(5), np.arange(5)), 4)
    >>> len(train), len(validation)
    (4, 1)
    """
    require_dataset(data)
    if len(data) < 2:
        raise invalid("data", "at least 2 samples to split", len(data))
    if not isinstance(size, (int, np.integer)) or not 0 < size < len(data):
        cure = f"round({size} * len(data))" if isinstance(size, float) and 0 < size < 1 else ""
        raise invalid("size", f"an integer from 1 to {len(data) - 1}", quoted(size), cure)
    return data[:size], data[size:]
