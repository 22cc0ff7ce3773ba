"""Functions as arguments: what can be called as it will be is taken, and what cannot is shown in one line."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from fnnet.core.functions import check_takes
from fnnet.nn.adversary import adversarial_gradient

GRADIENT = ("params", "x", "y", "weights", "step")


class Lazy:
    """What raises an error of its own when it is asked for its signature, as types do that are not there."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    @property
    def __signature__(self) -> Any:
        raise self.error

    def __call__(self, state: object) -> object:
        return state


@pytest.mark.parametrize("error", [NameError("Params"), RuntimeError(), KeyError(1), ImportError(), RecursionError()])
def test_unknown_signatures_are_taken(error: Exception) -> None:
    check_takes("step", Lazy(error), ("state",))


def test_what_it_shows_is_one_short_line() -> None:
    def odd(a: object, b: object = np.zeros((99, 99))) -> None:  # a default that is long to write
        pass

    odd.__name__ = "evil\n\x1b[2J" * 99
    with pytest.raises(TypeError) as caught:
        check_takes("step", odd, ("a", "b", "c"))
    message = str(caught.value)
    assert message.isprintable() and len(message) < 200 and message.endswith("(a, b=...)")


def test_a_partial_is_shown_by_its_function() -> None:
    """As a function of what is left of it: here the distance has a name, so that the others must have one, too."""
    check_takes("gradient", partial(adversarial_gradient, 0.5), GRADIENT)
    with pytest.raises(TypeError, match=r"got adversarial_gradient\(\*, distance=\.\.\., params, x, "):
        check_takes("gradient", partial(adversarial_gradient, distance=0.5), GRADIENT)
