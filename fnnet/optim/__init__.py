"""How parameters move: optimizers, schedules of their rate, and what wraps them."""

from fnnet.optim import schedules
from fnnet.optim.elementwise import elementwise
from fnnet.optim.optimizer import Optimizer, State
from fnnet.optim.optimizers import OPTIMIZERS, adagrad, adam, adamw, momentum, nesterov, rmsprop, sgd
from fnnet.optim.pure import pure
from fnnet.optim.wrappers import averaged_params, clip, decay, ema, l2, max_norm

__all__ = [
    "OPTIMIZERS",
    "Optimizer",
    "State",
    "adagrad",
    "adam",
    "adamw",
    "averaged_params",
    "clip",
    "decay",
    "elementwise",
    "ema",
    "l2",
    "max_norm",
    "momentum",
    "nesterov",
    "pure",
    "rmsprop",
    "schedules",
    "sgd",
]
