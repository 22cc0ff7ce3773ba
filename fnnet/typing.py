"""The types that a typed script needs beside the records: arrays, samples, and the interfaces of functions.

>>> from fnnet import Params, backward, forward, sgd_step
>>> from fnnet.typing import F, Sample
>>> def step(params: Params[F], sample: Sample[F]) -> Params[F]:
...     x, y = sample
...     return sgd_step(params, backward(params, forward(params, x), y), lr=0.1)
"""

from fnnet.core.arrays import Array, F, Floats, Label, Labels, Labels64, Matrix, Numbers, Order, S, Vector
from fnnet.core.maps import Map
from fnnet.data.dataset import Batch, Sample
from fnnet.nn.activation import Elementwise, Pullback, Second
from fnnet.nn.cache import Masks
from fnnet.nn.domains import Contains
from fnnet.nn.head import Curvature, Delta, Loss
from fnnet.optim.elementwise import Equation
from fnnet.optim.pure import Initial, Move
from fnnet.optim.schedules import Rate, Schedule
from fnnet.train.descent import Gradient
from fnnet.train.fit import Progress
from fnnet.train.parallel import Shard

__all__ = [
    "Array",
    "Batch",
    "Contains",
    "Curvature",
    "Delta",
    "Elementwise",
    "Equation",
    "F",
    "Floats",
    "Gradient",
    "Initial",
    "Label",
    "Labels",
    "Labels64",
    "Loss",
    "Map",
    "Masks",
    "Matrix",
    "Move",
    "Numbers",
    "Order",
    "Progress",
    "Pullback",
    "Rate",
    "S",
    "Sample",
    "Schedule",
    "Second",
    "Shard",
    "Vector",
]
