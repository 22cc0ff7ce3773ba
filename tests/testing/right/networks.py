"""Networks with the activations and heads of users, and ready ones."""

import numpy as np
from hypothesis import strategies as st

from fnnet import init_params
from fnnet.nn.activations import relu
from fnnet.nn.heads import exp_poisson
from fnnet.testing.strategies import params
from tests.testing.right import activations, heads

RIGHT = (
    params(hidden=st.sampled_from(activations.RIGHT)),
    params(head=st.sampled_from(heads.RIGHT)),
    params(hidden=st.sampled_from(activations.RIGHT), head=st.sampled_from(heads.RIGHT)),
    params(hidden=st.just(relu), sizes=st.just((3, 5, 5, 5, 2))),
    init_params((3, 4, 2), seed=0),
    init_params((1, 1), seed=0, head=exp_poisson, dtype=np.float64),
    init_params((784, 30, 10), seed=0, hidden=relu),
)
