"""The heads of the library by name."""

from fnnet.nn.class_heads import logistic_cross_entropy, softmax_cross_entropy, softmax_squared_error
from fnnet.nn.head import Head
from fnnet.nn.number_heads import exp_poisson, identity_absolute_error, identity_huber, identity_squared_error

__all__ = [
    "HEADS",
    "exp_poisson",
    "identity_absolute_error",
    "identity_huber",
    "identity_squared_error",
    "logistic_cross_entropy",
    "softmax_cross_entropy",
    "softmax_squared_error",
]

HEADS: dict[str, Head] = {
    head.name: head
    for head in (
        softmax_cross_entropy,
        softmax_squared_error,
        identity_squared_error,
        identity_huber,
        identity_absolute_error,
        logistic_cross_entropy,
        exp_poisson,
    )
}
"""The heads of the library by name."""
