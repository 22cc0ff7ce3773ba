"""Beyond one processor: gradients of shards, and local descent with averages, through any `map`.

The gradient of a mean is the mean of the gradients: with n_k samples in shard k, of n in all,

    ∂L/∂θ = Σ_k (n_k / n) ∂L_k/∂θ,

so that shards can be worked on anywhere, in any grouping. The results come back in order and are added in order:
every map gives the same bits.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from fnnet.algebra import average, is_finite
from fnnet.arrays import F
from fnnet.checks import check_integer, check_number, invalid
from fnnet.dataset import Dataset, batches, order, take
from fnnet.epoch import Diverged, Epoch
from fnnet.fold import sgd_fold
from fnnet.maps import Map
from fnnet.network import mean_gradient
from fnnet.records import Grads, Params
from fnnet.schedules import Schedule, constant

Shard: TypeAlias = Dataset[F] | Callable[[], Dataset[F]]
"""Samples, or a function that gets them: `partial(read, path)` is read where it is needed, and nowhere else."""

_ROWS = 4096  # of a shard whose gradient is computed at a time


def parts(data: Dataset[F], n: int) -> tuple[Dataset[F], ...]:
    """The data in n parts of nearly the same size, in order.

    Raises:
        ValueError: n is below 1, or above the number of samples.

    >>> [len(part) for part in parts(Dataset(np.eye(8), np.arange(8)), 3)]
    [3, 3, 2]
    """
    check_integer("n", n, 1)
    if n > len(data):
        raise invalid("n", f"at most {len(data)}, the number of samples", n)
    return tuple(take(data, indices) for indices in np.array_split(np.arange(len(data)), n))


def shard_gradients(params: Params[F], shards: Sequence[Shard[F]], *, map: Map = map) -> Grads[F]:
    """The gradient of the mean loss over all samples of all shards.

    Args:
        params: the network, which goes to every shard.
        shards: one or more; what comes back of each is a gradient and a number.
        map: where the work is done: the builtin, or that of a pool or a cluster, which gives results in order.

    Returns:
        Law: up to rounding `mean_gradient` of all samples at once; to the bit the same through any map.

    Raises:
        ValueError: there is no shard, or the data does not fit the network.

    >>> from fnnet import init_params, load_mnist, ravel
    >>> (_, test), params = load_mnist(), init_params((784, 30, 10), seed=0)
    >>> whole, sharded = mean_gradient(params, test.x, test.y), shard_gradients(params, parts(test, 7))
    >>> np.allclose(ravel(whole), ravel(sharded), atol=1e-6)
    True
    """
    results = list(map(partial(_gradient, params), shards))
    return average([grads for grads, _ in results], [n for _, n in results])


def _gradient(params: Params[F], shard: Shard[F]) -> tuple[Grads[F], int]:
    data = shard() if callable(shard) else shard
    blocks = [(mean_gradient(params, x, y), len(x)) for x, y in batches(data, _ROWS)]
    return average([grads for grads, _ in blocks], [n for _, n in blocks]), len(data)


def local_sgd(
    params: Params[F],
    shards: Sequence[Shard[F]],
    *,
    epochs: int,
    lr: float | Schedule,
    batch_size: int = 1,
    seed: int = 0,
    rounds: int = 1,
    start: int = 0,
    map: Map = map,
) -> Iterator[Epoch[F]]:
    """Descend on each shard by itself, and go on from the mean of where they came to; a stream as that of `fit`.

    Args:
        params: where to start.
        shards: one or more; their means are weighted by their samples.
        epochs, lr, batch_size, seed, start: as in `fit`.
        rounds: how often an epoch the mean is taken.
        map: as in `shard_gradients`.

    Returns:
        Laws: one shard and one round is `fit` up to rounding; a single step a round is a step along
        `shard_gradients`; to the bit the same through any map.

    Raises:
        ValueError: a number is out of range, or the data does not fit the network.
        Diverged: (from the stream) a round led out of the finite numbers; its step is the round.

    McMahan, Moore, Ramage, Hampson and Agüera y Arcas, "Communication-efficient learning of deep networks from
    decentralized data", 2017; Stich, "Local SGD converges fast and communicates little", 2019.
    """
    for name, number, least in (("epochs", epochs, 0), ("start", start, 0), ("rounds", rounds, 1)):
        check_integer(name, number, least)
    rates = lr if callable(lr) else constant(lr)

    def stream(params: Params[F]) -> Iterator[Epoch[F]]:
        for epoch in range(start, epochs):
            rate = rates(epoch)
            check_number("lr", rate)
            for k in range(rounds):
                descend = partial(_descend, params, rate, batch_size, seed, epoch, k, rounds)
                results, before = list(map(descend, shards)), params
                params = average([reached for reached, _ in results], [n for _, n in results])
                if not is_finite(params):
                    raise Diverged(epoch + 1, k + 1, f"of local descent at a learning rate of {rate:g}", before)
            yield Epoch(epoch + 1, params)

    return stream(params)


def _descend(
    params: Params[F], lr: float, batch_size: int, seed: int, epoch: int, k: int, rounds: int, shard: Shard[F]
) -> tuple[Params[F], int]:
    """Where round k of an epoch leads on one shard, and over how many samples."""
    data = shard() if callable(shard) else shard
    chosen = np.array_split(order(len(data), seed, epoch), rounds)[k]
    return sgd_fold(params, data.x, data.y, lr, batch_size=batch_size, order=chosen), len(chosen)
