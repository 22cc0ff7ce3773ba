"""For tests of code that uses the library: laws, assertions, random records for hypothesis, and a pytest plugin.

The laws and `fnnet.testing.strategies` need hypothesis. With the line `pytest_plugins = ["fnnet.testing.plugin"]` in
the `conftest.py` at the top of a project, pytest explains why `assert p == q` fails.
"""

from typing import TYPE_CHECKING

from fnnet.testing.assertions import assert_close, assert_same_bits

if TYPE_CHECKING:
    from fnnet.testing.laws import (
        LawBroken,
        check_activation,
        check_augmentation,
        check_fit,
        check_gradient,
        check_head,
        check_map,
        check_network,
        check_optimizer,
        check_order,
        check_reader,
        check_schedule,
        check_training,
        laws_of,
    )

__all__ = [
    "LawBroken",
    "assert_close",
    "assert_same_bits",
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


def __getattr__(name: str) -> object:
    """The laws, on first use: whoever needs assertions alone does not import hypothesis."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from fnnet.testing import laws

    return getattr(laws, name)
