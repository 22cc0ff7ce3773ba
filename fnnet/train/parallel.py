"""Beyond one processor: gradients of shards, and local descent with averages, through any `map`.

The gradient of a mean is the mean of the gradients: with n_k of n samples in shard k,

    ∂L/∂θ = Σ_k (n_k / n) ∂L_k/∂θ,

so that shards can be worked on anywhere, in any grouping. Results come back in order and are added in order, so
that every map gives the same bits.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import F
from fnnet.core.checks import check_integer, check_iterable
from fnnet.core.maps import Map, checked_map
from fnnet.core.messages import invalid
from fnnet.core.threads import one_blas_thread
from fnnet.data.dataset import Dataset, require_dataset
from fnnet.data.subsets import order, take
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.params import Grads, Params
from fnnet.nn.tree import average, is_finite
from fnnet.optim.optimizers import sgd
from fnnet.optim.schedules import Rate, check_rate, rate_at
from fnnet.train.descent import weighted_batches
from fnnet.train.fold import sgd_fold
from fnnet.train.state import Diverged, TrainState, begin

Shard: TypeAlias = Dataset[F] | Callable[[], Dataset[F]]
"""Samples, or a function that returns them: `partial(read, path)` is read by the worker that needs it."""

_ROWS = 4096  # of a shard, whose gradient is computed at a time


def shard(data: Dataset[F], n: int) -> tuple[Dataset[F], ...]:
    """The data in n shards of nearly the same size, in order.

    Args:
        data: the samples.
        n: the number of shards, from 1 to the number of samples.

    Raises:
        ValueError: n is below 1, or above the number of samples.

    >>> [len(each) for each in shard(Dataset(np.eye(8), np.arange(8)), 3)]
    [3, 3, 2]
    """
    require_dataset(data)
    n = check_integer("n", n, 1)
    if n > len(data):
        raise invalid("n", f"at most {len(data)}, the number of samples", n)
    return tuple(take(data, indices) for indices in np.array_split(np.arange(len(data)), n))


def shard_gradients(params: Params[F], shards: Sequence[Shard[F]], *, map: Map = map) -> Grads[F]:
    """The gradient of the mean loss over all samples of all shards.

    Args:
        params: the network, which is sent to every shard.
        shards: one or more; each sends back a gradient and a number.
        map: where the work is done: the builtin, or the map of a pool or a cluster that gives results in order. Each
            worker computes with one BLAS thread, if it has threadpoolctl.

    Returns:
        Law: up to rounding `mean_gradient` of all samples at once; to the bit the same through any map.

    Raises:
        ValueError: there is no shard, or the data does not match the network.

    >>> from fnnet import init_params, load_mnist, ravel
    >>> (_, test), params = load_mnist(), init_params((784, 30, 10), seed=0)
    >>> whole, sharded = mean_gradient(params, test.x, test.y), shard_gradients(params, shard(test, 7))
    >>> np.allclose(ravel(whole), ravel(sharded), atol=1e-6)
    True
    """
    shards = _several(shards)
    with one_blas_thread():  # all the time, also between the tasks of a pool of threads
        results = list(checked_map(map, partial(_gradient, params), shards))
    return average([grads for grads, _ in results], [n for _, n in results])


def _samples(shard: Shard[F]) -> Dataset[F]:
    data = shard() if callable(shard) else shard
    require_dataset(data, "shards")
    if not len(data):
        raise invalid("shards", "at least one sample in each", "none")
    return data


def _several(shards: Sequence[Shard[F]]) -> tuple[Shard[F], ...]:
    several = tuple(check_iterable("shards", "several Datasets", shards))
    if not several:
        raise invalid("shards", "at least one", "none")
    return several


def _gradient(params: Params[F], shard: Shard[F]) -> tuple[Grads[F], int]:
    data = _samples(shard)
    blocks = [(mean_gradient(params, *batch), len(batch[0])) for batch in weighted_batches(data, _ROWS)]
    return average([grads for grads, _ in blocks], [n for _, n in blocks]), len(data)


def local_sgd(
    start: Params[F] | TrainState[F],
    shards: Sequence[Shard[F]],
    *,
    epochs: int,
    lr: Rate,
    batch_size: int = 1,
    seed: int = 0,
    rounds: int = 1,
    map: Map = map,
) -> Iterator[TrainState[F]]:
    """Train on each shard separately and average the parameters, again and again; a stream like that of `fit`.

    Args:
        start: a network, or a state from which training resumes.
        shards: one or more; the average is weighted by their numbers of samples.
        epochs, batch_size, seed: as in `fit`.
        lr: as in `fit`. All shards begin a round at the same step; the count then goes on by the steps of the shard
            that has taken most.
        rounds: how many times an epoch the parameters are averaged.
        map: as in `shard_gradients`.

    Returns:
        Laws: one shard and one round is `fit` up to rounding; a single step a round is a step along
        `shard_gradients`; to the bit the same through any map.

    Raises:
        ValueError: a number is out of range, or the data does not match the network.
        Diverged: (from the stream) a round left the finite numbers; its step is the number of the round.

    McMahan, Moore, Ramage, Hampson and Agüera y Arcas, "Communication-efficient learning of deep networks from
    decentralized data", 2017; Stich, "Local SGD converges fast and communicates little", 2019.
    """
    epochs, rate = check_integer("epochs", epochs, 0), check_rate("lr", lr)
    rounds, batch_size = check_integer("rounds", rounds, 1), check_integer("batch_size", batch_size, 1)
    shards = _several(shards)
    optimizer = sgd(rate)

    def stream(state: TrainState[F]) -> Iterator[TrainState[F]]:
        while state.epoch < epochs:
            params, counted = state.params, state.opt_state
            for k in range(rounds):
                work = _Round(rate, counted.count, batch_size, seed, state.epoch, k, rounds)
                with one_blas_thread():  # as above
                    results, before = list(checked_map(map, partial(_train, work, params), shards)), params
                with np.errstate(all="ignore"):  # divergence shows in the parameters
                    params = average([trained for trained, _, _ in results], [n for _, n, _ in results])
                if not is_finite(params):
                    raise Diverged(state.epoch + 1, k + 1, f"of local descent with {optimizer}", before)
                counted = attrs.evolve(counted, count=counted.count + max(steps for _, _, steps in results))
            state = TrainState(state.epoch + 1, params, counted)
            yield state

    return stream(begin(start, optimizer))


@attrs.frozen
class _Round:
    """What a shard has to know of a round."""

    lr: Rate
    count: int  # of steps before it
    batch_size: int
    seed: int
    epoch: int
    number: int
    rounds: int


def _train(work: _Round, params: Params[F], shard: Shard[F]) -> tuple[Params[F], int, int]:
    """The parameters after the round on one shard, and the numbers of its samples and of its steps."""
    data = _samples(shard)
    if work.rounds > len(data):
        raise invalid("rounds", f"at most {len(data)}, the number of samples of a shard", work.rounds)
    chosen = np.array_split(order(len(data), work.seed, work.epoch), work.rounds)[work.number]
    steps = -(-len(chosen) // work.batch_size)
    rates = [rate_at("lr", work.lr, work.count + k) for k in range(steps)]
    trained = sgd_fold(params, data.x, data.y, rates, weights=data.weights, batch_size=work.batch_size, order=chosen)
    return trained, len(chosen), steps
