"""Wrong networks."""

import attrs
import numpy as np
from hypothesis import strategies as st

from fnnet import init_params
from fnnet.nn.activation import Activation
from fnnet.nn.activations import relu, tanh
from fnnet.testing.laws.twin import Twin
from fnnet.testing.strategies import params
from tests.testing.wrong import heads

_STEEP = Activation("steep", np.tanh, lambda z, a, g: 1.001 * g * (1 - a * a))
_FAULTS = (
    "adds noise to delta",
    "remembers its output for delta",
    "weighs classes by their share of the batch",
    "normalizes along the batch",
    "has a loss 0.1 % too large",
    "has the wrong sign",
    "has the sum of the outputs for their mean",
    "is wrong for a single output",
    "pulls back nothing but u",
    "has another curvature",
)
_LAWS = {"samples": "batch", "pullback": "tangent", "curvature": "Hessian"}

TWINS = (
    Twin("network", "derivative", "is a network with a steep pullback", init_params((3, 4, 2), seed=0, hidden=_STEEP)),
    Twin(
        "network",
        "derivative",
        "has the slope of relu for leaky relu",
        params(hidden=st.just(Activation("leaky", lambda z: np.where(z > 0, z, z / 8), relu.pullback))),
    ),
    Twin(
        "network",
        "Hessian",
        "has no second derivative",
        params(hidden=st.just(attrs.evolve(tanh, name="flat", second=lambda z, a: 0 * z))),
    ),
    *(
        Twin(
            "network",
            _LAWS.get(twin.law, twin.law),
            twin.fault,
            params(hidden=st.just(tanh), head=st.just(twin.subject)),
        )
        for twin in heads.TWINS
        if twin.fault in _FAULTS
    ),
)
