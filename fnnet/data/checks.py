"""What the arrays of a data set must be, and how to convert arrays that are something else."""

from typing import cast

import numpy as np

from fnnet.core.arrays import AnyRank, F, Order, unmasked
from fnnet.core.messages import invalid


def require_float_inputs(name: str, inputs: AnyRank) -> None:
    """Check that inputs are float32 or float64.

    Raises:
        ValueError: they are of another dtype.

    >>> require_float_inputs("x", np.zeros((1, 784), np.float16))
    Traceback (most recent call last):
        ...
    ValueError: x: expected float32 or float64, got float16; use x.astype(np.float32)
    """
    if inputs.dtype not in (np.float32, np.float64):
        cure = f"{name}.astype(np.float32)"
        if inputs.dtype.kind in "iu":
            cure = f"{cure} / 255 for pixels, {cure} for other numbers"
        raise invalid(name, "float32 or float64", inputs.dtype, cure)


def check_inputs(x: AnyRank) -> None:
    """Check that inputs are finite floats of shape (n, features).

    Raises:
        ValueError: the shape or dtype is another, or a number is NaN or infinite.

    >>> check_inputs(np.zeros((2, 28, 28)))
    Traceback (most recent call last):
        ...
    ValueError: x: expected shape (n, features), at least one feature, got (2, 28, 28); use x.reshape(len(x), -1)
    """
    require_float_inputs("x", x)
    if x.ndim != 2 or x.shape[1] == 0:
        cures = {1: "x.reshape(-1, 1) for one feature, x.reshape(1, -1) for one sample", 3: "x.reshape(len(x), -1)"}
        raise invalid(
            "x", "shape (n, features), at least one feature", x.shape, cures.get(x.ndim, "") if x.size else ""
        )
    if not _is_finite(x):
        raise invalid("x", "finite numbers", "NaN or infinity")


def check_targets(y: AnyRank, n: int, dtype: np.dtype[F]) -> None:
    """Check that targets are labels of shape (n,), from 0, or finite numbers of shape (n, outputs) in this dtype.

    Raises:
        ValueError: they are not.

    >>> check_targets(np.array([True, False]), 2, np.dtype(np.float64))
    Traceback (most recent call last):
        ...
    ValueError: y: expected integer labels (2,) or float64 (2, outputs), got bool (2,); use y.astype(np.int64)
    """
    are_labels = y.dtype.kind == "i" and y.shape == (n,)
    are_rows = y.dtype == dtype and y.ndim == 2 and len(y) == n and y.shape[1] > 0
    if not (are_labels or are_rows):
        expected = f"integer labels ({n},) or {dtype} ({n}, outputs)"
        raise invalid("y", expected, f"{y.dtype} {y.shape}", _conversion(y, n, dtype))
    if are_labels and y.min(initial=0) < 0:
        raise invalid("y", "labels of at least 0", y.min(), "np.unique(y, return_inverse=True)[1]")
    if are_rows and not _is_finite(y):
        raise invalid("y", "finite numbers", "NaN or infinity")


def as_indices(rows: object, n: int) -> Order:
    """Which of n samples: indices as they are, or those of a mask of booleans.

    Raises:
        ValueError: they are neither integers of shape (k,) nor booleans of shape (n,).

    >>> as_indices(np.array([True, False, True]), 3)
    array([0, 2])
    >>> as_indices(np.array([0.0, 1.0]), 3)
    Traceback (most recent call last):
        ...
    ValueError: indices: expected integers (k,) or booleans (3,), got float64 (2,)
    """
    expected = f"integers (k,) or booleans ({n},)"
    if isinstance(rows, tuple):  # NumPy takes it for indices of several axes
        raise invalid("indices", expected, "a tuple")
    if isinstance(rows, list) and not rows:
        return np.empty(0, np.int64)  # NumPy would make floats
    indices = unmasked("indices", rows)
    if indices.dtype.kind == "b" and indices.shape == (n,):
        return np.flatnonzero(indices)
    if indices.dtype.kind not in "iu" or indices.ndim != 1:
        raise invalid("indices", expected, f"{indices.dtype} {indices.shape}")
    return cast(Order, indices)  # of any integers, as indices are


def _conversion(y: AnyRank, n: int, dtype: np.dtype[F]) -> str:
    """How to convert the targets of n samples; empty if it takes more than an expression."""
    kind, to_dtype = y.dtype.kind, "" if y.dtype == dtype else f".astype(np.{dtype})"
    if y.shape == (n,):
        floats = f"y.astype(np.int64) for labels, y.reshape(-1, 1){to_dtype} for numbers"
        return {"b": "y.astype(np.int64)", "f": floats, "U": "np.unique(y, return_inverse=True)[1]"}.get(kind, "")
    if y.shape == (n, 1) and kind == "i":
        return f"y.reshape(-1) for labels, y{to_dtype} for numbers"
    return f"y{to_dtype}" if y.ndim == 2 and len(y) == n and y.size and kind in "bif" else ""


def _is_finite(array: AnyRank) -> bool:
    # the extremes are enough, without an array of booleans as long as the data: if a number is NaN, both are
    return bool(np.isfinite(array.min(initial=0)) and np.isfinite(array.max(initial=0)))
