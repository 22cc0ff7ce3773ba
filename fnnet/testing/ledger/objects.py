"""What the library has of each kind that has laws."""

from functools import partial
from typing import Any

from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.dropout import dropout_gradient
from fnnet.nn.heads import HEADS
from fnnet.nn.params import Grads, Params
from fnnet.optim.optimizers import OPTIMIZERS, adam, sgd
from fnnet.optim.schedules import constant, cosine, exponential, join, linear, per_epoch, piecewise
from fnnet.optim.wrappers import clip, decay, ema, l2, max_norm


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

OBJECTS: dict[str, tuple[Any, ...]] = {
    "activation": tuple(ACTIVATIONS.values()),
    "head": tuple(HEADS.values()),
    "optimizer": (*(make(0.1) for make in OPTIMIZERS.values()), *_WRAPPED),
    "schedule": _SCHEDULES,
    "gradient": (_plain, partial(dropout_gradient, 0.2, 0), partial(dropout_gradient, 0.9, 1)),
}
"""Values by kind. Any: of the kind."""
