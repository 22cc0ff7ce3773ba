"""The laws of activations, heads, optimizers, and all else that a network is trained with (extra `testing`).

A law is an equation that holds of every right value of a kind, with random examples to try it on.
"""

try:
    import hypothesis  # noqa: F401  # before any module of this package needs a part of it, for the error
except ImportError:
    raise ImportError("the laws of fnnet.testing need hypothesis: pip install 'fnnet[testing]'") from None

from fnnet.testing.laws.check import laws_of
from fnnet.testing.laws.check_data import check_augmentation, check_map, check_order, check_reader
from fnnet.testing.laws.check_functions import check_activation, check_head, check_network
from fnnet.testing.laws.check_steps import check_gradient, check_optimizer, check_schedule
from fnnet.testing.laws.check_training import check_fit, check_training
from fnnet.testing.laws.law import Claim, Law, LawBroken

__all__ = [
    "Claim",
    "Law",
    "LawBroken",
    "check_activation",
    "check_augmentation",
    "check_fit",
    "check_gradient",
    "check_head",
    "check_map",
    "check_network",
    "check_optimizer",
    "check_order",
    "check_reader",
    "check_schedule",
    "check_training",
    "laws_of",
]
