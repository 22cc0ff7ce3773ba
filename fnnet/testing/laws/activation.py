"""The laws of an activation a = f(z) with its pullback g ↦ g f'(z)."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.nn.activation import Activation
from fnnet.testing.laws.law import EXACT, NARROW, Example, Law
from fnnet.testing.laws.mismatch import require, require_close, require_same
from fnnet.testing.laws.slopes import TOLERANCE, require_slope
from fnnet.testing.numbers import REAL, arrays, dtypes, grid

_FAR = np.concatenate([grid(-100, 100, 10), grid(-9, 9, 1)])
_NEAR = REAL[abs(REAL * 16) % 1 == 0]  # multiples of 1/16
PLACES = np.concatenate([_NEAR, _FAR])[:256]
"""Where activations are tried: 0 first, multiples of 1/16 up to 4, whole numbers up to 9, tens up to 100."""

_FACTORS = np.array([0.0, 1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 3.0])
_SHAPES = st.sampled_from([(1,), (1, 1), (3,), (2, 3), (40,), (5, 8), (0, 3), (127,)])


def _examples(dtypes: st.SearchStrategy[type[Any]], *factors: str) -> st.SearchStrategy[Example]:
    """z, and arrays of its shape and dtype by other names."""

    def of(chosen: tuple[tuple[int, ...], type[Any]]) -> st.SearchStrategy[Example]:
        shape, dtype = chosen
        others = {name: arrays(shape, _FACTORS.astype(dtype)) for name in factors}
        return st.fixed_dictionaries({"z": arrays(shape, PLACES.astype(dtype)), **others})

    return st.tuples(_SHAPES, dtypes).flatmap(of)


def _z(f: Activation) -> st.SearchStrategy[Example]:
    return _examples(st.just(np.float64))


def _z_in_either(f: Activation) -> st.SearchStrategy[Example]:
    return _examples(dtypes)


def _z_and_g(f: Activation) -> st.SearchStrategy[Example]:
    return _examples(dtypes, "g")


def _results(f: Activation, z: Numbers, g: Numbers) -> Iterator[tuple[str, Numbers]]:
    """f(z), f'(z) g and f''(z), each by its name, each from copies that it may not write to."""
    a = f.apply(z.copy())
    yield "apply(z)", a
    yield "pullback(z, a, g)", f.pullback(z.copy(), a.copy(), g.copy())
    if f.second:
        yield "second(z, a)", f.second(z.copy(), a.copy())


def _shape(f: Activation, z: Numbers, g: Numbers) -> None:
    for name, result in _results(f, z, g):
        require(isinstance(result, (np.ndarray, np.generic)), f"{name}: an array", type(result).__name__)
        got = f"{result.dtype} {result.shape}"
        require(got == f"{z.dtype} {z.shape}", f"{name}: {z.dtype} {z.shape}", got)


def _pure(f: Activation, z: Numbers, g: Numbers) -> None:
    a = f.apply(z.copy())
    first = dict(_results(f, z, g))
    given: dict[str, tuple[Numbers, ...]] = {"apply": (z,), "pullback": (z, a, g), "second": (z, a)}
    for name, arguments in given.items():
        if function := getattr(f, name):
            copies = tuple(argument.copy() for argument in arguments)
            function(*copies)
            require_same(copies, arguments, f"the arguments of {name}, afterwards")
    for _ in range(2):  # a result that alternates is not seen by an even number of calls
        for name, again in _results(f, z, g):
            require_same(again, first[name], f"{name}, again")


def _own_memory(f: Activation, z: Numbers, g: Numbers) -> None:
    first = dict(_results(f, z, g))
    kept = {name: np.copy(result) for name, result in first.items()}
    dict(_results(f, 1 - z, 1 - g))
    for name, result in first.items():
        require_same(np.copy(result), kept[name], f"{name}, after other calls")
    a = f.apply(z)
    require(not np.shares_memory(a, z), "apply: a new array", "z itself, or a view of it")
    result = f.pullback(z, a, g)
    for name, argument in (("z", z), ("a", a), ("g", g)):
        require(not np.shares_memory(result, argument), "pullback: a new array", f"{name} itself, or a view of it")


def _local(f: Activation, z: Numbers) -> None:
    one = np.ones_like(z)
    together = dict(_results(f, z, one))
    for i in np.ndindex(z.shape):
        for name, alone in _results(f, z[i].reshape(1), one[i].reshape(1)):
            require_close(together[name][i].reshape(1), alone, 1e-6, 1e-6, f"{name} of number {list(i)} alone")
    for layout, laid in (("Fortran's order", _fortran), ("every second place", _strided)):
        a, ones = f.apply(laid(z)), laid(one)
        require_close(a, together["apply(z)"], 1e-6, 1e-6, f"apply(z) of z in {layout}")
        slope = f.pullback(laid(z), laid(together["apply(z)"]), ones)
        require_close(slope, together["pullback(z, a, g)"], 1e-6, 1e-6, f"pullback(z, a, g) of arrays in {layout}")


def _fortran(z: Numbers) -> Numbers:
    return np.array(z, order="F")


def _strided(z: Numbers) -> Numbers:
    """A view of the same numbers, of which each is at every second place."""
    view: Numbers = np.repeat(z, 2, axis=-1)[..., ::2]
    return view


def _linear(f: Activation, z: Numbers, g: Numbers) -> None:
    a = f.apply(z)
    slope = f.pullback(z, a, np.ones_like(g))
    require_close(f.pullback(z, a, g), g * slope, 1e-4, 1e-4, "pullback(z, a, g)")


def _derivative(f: Activation, z: Numbers) -> None:
    slope = f.pullback(z, f.apply(z), np.ones_like(z))
    require_slope(f.apply, z, np.ones_like(z), slope, "f'(z)")


def _second(f: Activation, z: Numbers) -> None:
    def slope(z: Numbers) -> Numbers:
        return f.pullback(z, f.apply(z), np.ones_like(z))

    smooth = abs(slope(z + 1e-4) - slope(z - 1e-4)) < 1e-2  # no kink is near, where f'' is a matter of taste
    z = z[smooth]
    require(f.second, "second", None)
    second: Any = f.second
    require_slope(slope, z, np.ones_like(z), second(z, f.apply(z)), "f''(z)")


def _float32(f: Activation, z: Numbers) -> None:
    narrow = dict(_results(f, z.astype(np.float32), np.ones_like(z, np.float32)))
    for name, wide in _results(f, z, np.ones_like(z)):
        require_close(narrow[name].astype(np.float64), wide, 1e-4, 1e-4, f"{name} in float64")


def _finite(f: Activation, z: Numbers) -> None:
    for name, result in _results(f, z, np.ones_like(z)):
        require(np.isfinite(result).all(), f"{name}: finite numbers", result)


def like(other: Activation) -> Law:
    """The law that an activation is the same as another way of writing it."""

    def test(f: Activation, z: Numbers) -> None:
        mine, others = (dict(_results(each, z, np.ones_like(z))) for each in (f, other))
        for name in mine.keys() & others.keys():
            require_close(mine[name], others[name], 1e-9, 1e-9, f"{name} of {other}")

    return Law("like", f"f = {other.name}, f' too", "1e-9, for rounding", _z, test)


LAWS = (
    Law("shape", "apply(z), pullback(z, a, g), second(z, a) have the shape and dtype of z", EXACT, _z_and_g, _shape),
    Law("pure", "no argument changes, and the same arguments give the same bits", EXACT, _z_and_g, _pure),
    Law(
        "own memory",
        "apply(z) and pullback(z, a, g) share no memory with z, a, g, nor with what later calls return",
        EXACT,
        _z_and_g,
        _own_memory,
    ),
    Law(
        "local",
        "f(z)[i] = f(z[i]), however z lies in memory",
        "1e-6: vectors may be rounded otherwise than numbers",
        _z_in_either,
        _local,
    ),
    Law("finite", "f(z), f'(z) are finite for |z| ≤ 100", EXACT, _z_in_either, _finite),
    Law(
        "derivative",
        "pullback(z, f(z), 1) = f'(z); at a kink, between the slopes of both sides",
        TOLERANCE,
        _z,
        _derivative,
    ),
    Law("linear", "pullback(z, a, g) = g pullback(z, a, 1)", NARROW, _z_and_g, _linear),
    Law("float32", "f and f' in float32 = f and f' in float64", NARROW, _z, _float32),
    Law("second", "second(z, f(z)) = f''(z), away from kinks", TOLERANCE, _z, _second, lambda f: f.second is not None),
)
