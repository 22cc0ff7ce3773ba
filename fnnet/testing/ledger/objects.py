"""What the library has of each kind that has laws."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from fnnet.core.arrays import F
from fnnet.data.augment import Warp, augment
from fnnet.data.dataset import Sample
from fnnet.data.loaders import load_mnist
from fnnet.data.subsets import order
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.dropout import dropout_gradient
from fnnet.nn.heads import HEADS
from fnnet.nn.network import backward, forward, sgd_step
from fnnet.nn.params import Grads, Params
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import OPTIMIZERS, adam, momentum, sgd
from fnnet.optim.schedules import constant, cosine, exponential, join, linear, per_epoch, piecewise
from fnnet.optim.wrappers import clip, decay, ema, l2, max_norm
from fnnet.testing import networks
from fnnet.testing.laws.step import Training
from fnnet.train.fit import fit
from fnnet.train.fold import sgd_fold
from fnnet.train.state import TrainState, begin


def _plain(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
    """What `fit` takes when it is given no gradient."""
    return mean_gradient(params, x, y, weights)


_WRAPPED = (
    clip(adam(0.1), 1.0),
    l2(adam(0.1), 0.1),
    decay(sgd(0.1), 0.1),
    max_norm(sgd(0.1), 1.0),
    ema(clip(max_norm(l2(adam(cosine(0.1, 10)), 0.1), 2.0), 1.0), 0.9),
)
_WARM = cosine(0.1, 1000, warmup=10, final=0.01)
_SCHEDULES = (
    constant(0.1),
    exponential(0.1, 0.99),
    linear(0.1, 0.0, 100),
    _WARM,
    piecewise([0.1, 0.01], [30]),
    join(_WARM, 100, constant(0.05)),
    per_epoch(exponential(0.1, 0.9), 10),
)


def soul(params: Params[F], sample: Sample[F]) -> Params[F]:
    """A step of plain gradient descent, of one sample or of a batch."""
    x, y = sample
    return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)


def fold(params: Params[Any], batch: tuple[Any, Any]) -> Params[Any]:
    """The exact fold over a batch: a step for each of its samples."""
    x, y = batch
    return sgd_fold(params, x, y, lr=0.1)


def descent(optimizer: Optimizer) -> Training:
    """Steps of an optimizer, whose state is that of `fit`."""
    return Training(partial(_stepped, optimizer), partial(begin, optimizer=optimizer))


def _stepped(optimizer: Optimizer, state: TrainState[Any], batch: tuple[Any, Any]) -> TrainState[Any]:
    grads = mean_gradient(state.params, *batch)
    return TrainState(state.epoch, *optimizer.step(state.params, grads, state.opt_state))


_POOL = ThreadPoolExecutor(2)

OBJECTS: dict[str, tuple[Any, ...]] = {
    "activation": tuple(ACTIVATIONS.values()),
    "head": tuple(HEADS.values()),
    "network": (networks.params(),),
    "optimizer": (*(make(0.1) for make in OPTIMIZERS.values()), *_WRAPPED),
    "schedule": _SCHEDULES,
    "gradient": (_plain, partial(dropout_gradient, 0.2, 0), partial(dropout_gradient, 0.9, 1)),
    "training": (soul, fold, descent(adam(0.01)), descent(ema(l2(momentum(0.05), 1e-3), 0.9))),
    "fit": (partial(fit, lr=0.1), partial(fit, optimizer=adam(0.01), batch_size=2)),
    "order": (order,),
    "map": (map, _POOL.map),
    "augmentation": (partial(augment, warp=Warp(shift=2, rotation=10, scale=0.1, shear=10, elastic=20)),),
    "reader": (load_mnist,),
}
"""Values by kind. Any: of the kind."""
