"""How parameters move: optimizers, schedules of their rate, and what wraps them."""

from fnnet.optim import schedules
from fnnet.optim.optimizer import Optimizer, State, elementwise
from fnnet.optim.optimizers import OPTIMIZERS, adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd
from fnnet.optim.wrappers import averaged_params, clip, ema, l2, max_norm

__all__ = [
    "OPTIMIZERS",
    "Optimizer",
    "State",
    "adagrad",
    "adam",
    "adamw",
    "averaged_params",
    "clip",
    "elementwise",
    "ema",
    "l2",
    "max_norm",
    "momentum",
    "nesterov",
    "rmsprop",
    "schedules",
    "sgd",
]
