"""NumPy's numbers as arguments: they do what Python's do, to the bit, and change no dtype."""

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import Dataset, fit, init_params, ravel, sgd_fold
from fnnet import recipes as recipe_package
from fnnet.data import Warp
from fnnet.nn import smooth_labels
from fnnet.nn.dropout import dropout_masks
from fnnet.optim import OPTIMIZERS, clip, ema, l2, max_norm, momentum, sgd
from fnnet.optim.schedules import constant, cosine, exponential, linear, piecewise
from fnnet.recipes import FAST, Recipe
from fnnet.train import local_sgd

RNG = np.random.default_rng(0)
DATA = Dataset(RNG.random((20, 4), np.float32), RNG.integers(0, 3, 20))
PARAMS = init_params((4, 5, 3), seed=0)
N: Any = np  # whose integers a type checker does not take for an int
TENTH: list[Any] = [np.float64(0.1), np.float32(0.125), np.float16(0.125)]


def trained(**arguments: Any) -> bytes:
    *_, last = fit(PARAMS, DATA, epochs=2, **arguments)
    records: list[Any] = [last.params, *last.opt_state.slots]
    assert all(record.dtype == np.float32 for record in records)
    return b"".join(ravel(record).tobytes() for record in records)


@pytest.mark.parametrize("rate", TENTH)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rates_of_optimizers(name: str, rate: Any) -> None:
    make = OPTIMIZERS[name]
    expected = trained(optimizer=make(float(rate)), batch_size=4)
    assert trained(optimizer=make(rate), batch_size=N.int8(4)) == expected
    assert trained(optimizer=make(lambda step: rate), batch_size=N.uint8(4)) == expected


@pytest.mark.parametrize("number", TENTH)
@pytest.mark.parametrize(
    "make",
    [
        lambda number: momentum(0.1, number),
        lambda number: clip(sgd(0.1), number),
        lambda number: l2(sgd(0.1), number),
        lambda number: max_norm(sgd(0.1), number),
        lambda number: ema(sgd(0.1), number),
        lambda number: sgd(constant(number)),
        lambda number: sgd(exponential(number, number)),
        lambda number: sgd(linear(number, number / 2, N.int64(3))),
        lambda number: sgd(cosine(number, N.int32(9), warmup=N.int8(2), final=number / 2)),
        lambda number: sgd(piecewise([number, number / 2], [N.int64(3)])),
    ],
)
def test_strengths_and_schedules(make: Callable[[Any], Any], number: Any) -> None:
    assert trained(optimizer=make(number)) == trained(optimizer=make(float(number)))


@pytest.mark.parametrize("rate", TENTH)
def test_rates_of_plain_descent(rate: Any) -> None:
    expected = trained(lr=float(rate), batch_size=3)
    assert trained(lr=rate, batch_size=N.uint8(3), seed=N.int64(0)) == expected
    assert trained(lr=lambda epoch: rate, batch_size=3) == expected
    fast = [
        sgd_fold(PARAMS, DATA.x, DATA.y, lr, batch_size=size) for lr, size in ((rate, N.uint8(3)), (float(rate), 3))
    ]
    assert fast[0] == fast[1]
    by = [list(local_sgd(PARAMS, [DATA], epochs=1, lr=lr)) for lr in (rate, float(rate))]
    assert by[0] == by[1]


def test_a_large_batch_of_a_small_type() -> None:
    """64 · 64 samples are gathered at a time, which an 8-bit integer cannot hold."""
    assert trained(lr=0.1, batch_size=N.uint8(64)) == trained(lr=0.1, batch_size=64)


def test_numbers_of_recipes_are_pythons() -> None:
    recipe = Recipe(
        widths=(N.int64(5),),
        init="he-normal",
        lr=np.float64(0.1),
        epochs=N.int64(2),
        l2=N.float32(0.5),
        warp=Warp(shift=np.float64(1)),
    )
    assert recipe == Recipe(widths=(5,), init="he-normal", lr=0.1, epochs=2, l2=0.5, warp=Warp(shift=1.0))
    values = [value for value in attrs.astuple(recipe) if not isinstance(value, (str, tuple))]
    assert all(type(value) in (int, float) for value in values)


@pytest.mark.parametrize("name", ["lr", "l2", "average", "dropout", "smoothing"])
def test_a_recipe_resumes_to_the_same_bits(name: str) -> None:
    some = Dataset(np.tile(DATA.x, (1, 4)), DATA.y)
    changes: dict[str, Any] = {name: np.float64(0.1)}
    recipe = attrs.evolve(FAST, epochs=2, batch_size=4, widths=(5,), **changes)
    start = recipe_package.initial_params(recipe, 16, 3, 0)
    first, second = recipe_package.train(recipe, start, some)
    (resumed,) = recipe_package.train(recipe, first, some)
    assert resumed == second


def test_shares_keep_the_dtype() -> None:
    assert smooth_labels(np.array([1, 0]), 3, np.float64(0.1), np.float32).dtype == np.float32
    (mask,) = dropout_masks(PARAMS, 3, np.float64(0.5), seed=0, step=1)
    assert mask.dtype == np.float32


@pytest.mark.parametrize("wrong", ["0.1", None, True, np.nan, np.array([0.1])])
def test_what_is_not_a_number(wrong: Any) -> None:
    for make in (sgd, lambda lr: momentum(0.1, lr), lambda lr: l2(sgd(0.1), lr), lambda lr: ema(sgd(0.1), lr)):
        with pytest.raises(ValueError, match="expected a"):
            make(wrong)
    if wrong is not None:
        with pytest.raises(ValueError, match="^lr: expected a"):
            fit(PARAMS, DATA, epochs=1, lr=wrong)
