"""The kinds of values that have laws: what each is, and how it is called."""

from typing import Any

from hypothesis.strategies import SearchStrategy

from fnnet.core.functions import check_takes
from fnnet.core.messages import invalid, wrong_type
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head
from fnnet.nn.params import Params
from fnnet.optim.optimizer import Optimizer
from fnnet.testing.laws.augmentation import Augmentation, takes_epoch
from fnnet.testing.laws.loop import Loop
from fnnet.testing.laws.step import Training

_TYPES: dict[type, str] = {
    Activation: "activation",
    Head: "head",
    Params: "network",
    SearchStrategy: "network",
    Optimizer: "optimizer",
}
_CURES = {
    "activation": "Activation(name, f, lambda z, a, g: g * df(z)), where df is f'",
    "head": "Head(name, apply, loss, delta, domain)",
    "network": "init_params(sizes, seed=0)",
    "optimizer": "elementwise(name, lr, slots, equation) or pure(name, initial, move) of fnnet.optim",
    "reader": "a function without arguments, such as partial(load, path)",
}
_TAKES = {
    "schedule": ("step",),
    "gradient": ("params", "x", "y", "weights", "step"),
    "training": ("state", "batch"),
    "fit": ("start", "data", "epochs="),
    "order": ("n", "seed", "epoch"),
    "map": ("f", "items"),
    "augmentation": ("images", "seed", "epoch"),
    "reader": (),
}
"""The arguments of each kind of function; of those with `=`, their names."""


def check_kind(name: str, value: object, kind: str) -> None:
    """Raise TypeError unless a value is of a kind.

    >>> check_kind("activation", abs, "activation")
    Traceback (most recent call last):
    TypeError: activation: expected Activation, got builtin_function_or_method; use Activation(name, f, ...
    """
    types = tuple(known for known, its_kind in _TYPES.items() if its_kind == kind)
    expected = " or ".join(known.__name__ for known in types) or "a function"
    value = _bare(value)
    if isinstance(value, type) and kind != "map":  # the builtin `map` is a class
        raise TypeError(f"{name}: expected {expected}, got the class {value.__name__}; use {value.__name__}(…)")
    if types and isinstance(value, types):
        return
    if types or not callable(value):
        given, method = type(value).__name__, f"its method {kind}" if hasattr(value, kind) else ""
        raise wrong_type(name, expected, value, {given: method or _CURES.get(kind, "")})
    by_name = kind == "augmentation" and takes_epoch(value)
    check_takes(name, value, ("images", "seed", "epoch=") if by_name else _TAKES[kind])


def _bare(value: Any) -> Any:
    """The function of what is known with it."""
    if isinstance(value, Augmentation):
        return value.function
    if isinstance(value, Training):
        return value.step
    return value.fit if isinstance(value, Loop) else value


def kind_of(value: object) -> str:
    """The kind of a value, where its type tells it.

    Raises:
        ValueError: it does not, as that of a function.

    >>> from fnnet import adam
    >>> kind_of(adam())
    'optimizer'
    """
    for known, kind in _TYPES.items():
        if isinstance(value, known):
            return kind
    kinds = ", ".join(dict.fromkeys((*_TYPES.values(), *_TAKES)))
    raise invalid("kind", f"what this {type(value).__name__} is", None, f"one of {kinds}")
