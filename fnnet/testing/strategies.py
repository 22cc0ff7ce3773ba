"""Random networks, data and optimizers for hypothesis (extra `testing`), corner cases included.

One layer, width 1, one sample, one class, either dtype, with and without weights. Numbers are round, and a
counterexample shrinks to a small network of zeros and ones. Importing this registers the strategies for the types of
the records, so that `@given` and `st.from_type` find them: also `Params[np.float64]`, in that dtype.

>>> from hypothesis import find, strategies as st
>>> from fnnet import Params
>>> find(st.from_type(Params), lambda params: params.dtype == "float32")
Params(1-1, float32, identity, identity-squared-error, 2 parameters)
"""

try:
    import hypothesis  # noqa: F401  # before any module of this package needs a part of it, for the error
except ImportError:
    raise ImportError("fnnet.testing.strategies needs hypothesis: pip install 'fnnet[testing]'") from None

from fnnet.testing.networks import activations, grads, heads, masks, params, sizes
from fnnet.testing.problem import Problem
from fnnet.testing.registry import register
from fnnet.testing.rules import optimizers, schedules
from fnnet.testing.samples import datasets, problems

__all__ = [
    "Problem",
    "activations",
    "datasets",
    "grads",
    "heads",
    "masks",
    "optimizers",
    "params",
    "problems",
    "schedules",
    "sizes",
]

register()
