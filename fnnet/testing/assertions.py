"""Assertions about records, arrays and numbers, which say where two of them differ."""

from fnnet.core.checks import check_number
from fnnet.testing.differences import explain
from fnnet.testing.relations import Close, Relation, SameBits


def assert_close(a: object, b: object, rtol: float | None = None, atol: float | None = None) -> None:
    """Raise AssertionError unless two values have the same structure and close numbers: |a - b| ≤ atol + rtol |b|.

    Args:
        a: a record such as `Params` or `TrainState`, an array, a number, or a tuple or list of these.
        b: what it should be.
        rtol: the relative tolerance, at least 0. When not given it is ε^(2/3) of each array's dtype, so that two thirds
            of the digits agree: 2.4e-5 for float32, 3.7e-11 for float64.
        atol: the absolute tolerance, at least 0; when not given, the same.

    Types, dtypes and shapes must be the same; so must activations, heads, optimizers, integers and names. NaN is close
    to NaN, an infinity to itself, -0 to 0. A Python number has no dtype: it takes that of the other where it is of
    floats.

    Raises:
        AssertionError: they are not close. It names at most five places, the greatest difference first.
        ValueError: a tolerance is negative or not finite, or numbers are masked.

    Law: it passes when `np.allclose(a, b, rtol, atol, equal_nan=True)` holds of every pair of arrays of floats.

    >>> import numpy as np
    >>> from fnnet import Dense, Grads
    >>> a, b = Grads([Dense(np.ones((3, 2)), np.zeros(2))]), Grads([Dense(np.ones((3, 2)), np.array([0, 0.5]))])
    >>> assert_close(a, a)
    >>> assert_close(a, b, rtol=0.1, atol=0)
    Traceback (most recent call last):
    AssertionError: not close:
    layers[0].bias[1]: 0.0, not 0.5, off by 0.5, 1 times |b|, where 0.05 is allowed; 1 of 2 differ
    """
    __tracebackhide__ = True
    tolerances = (
        None if value is None else check_number(name, value) for name, value in (("rtol", rtol), ("atol", atol))
    )
    _require("not close", a, b, Close(*tolerances))


def assert_same_bits(a: object, b: object) -> None:
    """Raise AssertionError unless two values are the same to the last bit.

    Args:
        a: a record such as `Params` or `TrainState`, an array, a number, or a tuple or list of these.
        b: what it should be.

    It is stricter than the equality of records: -0 and 0 are equal but have other bits, and so have NaNs of other
    payloads.

    Raises:
        AssertionError: a bit, a type, a dtype, a shape or a function differs. It names at most five places, the
            greatest difference first.
        ValueError: numbers are masked.

    >>> import numpy as np
    >>> from fnnet import Dense
    >>> a, b = Dense(np.eye(2), np.zeros(2)), Dense(np.eye(2), np.array([0.0, -0.0]))
    >>> a == b
    True
    >>> assert_same_bits(a, b)
    Traceback (most recent call last):
    AssertionError: not the same bits:
    bias[1]: 0.0, not -0.0: equal numbers of other bits; 1 of 2 differ
    """
    __tracebackhide__ = True
    _require("not the same bits", a, b, SameBits())


def _require(claim: str, a: object, b: object, relation: Relation) -> None:
    __tracebackhide__ = True
    if lines := explain(a, b, relation):
        raise AssertionError("\n".join((f"{claim}:", *lines)))
