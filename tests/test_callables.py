"""Public functions pickle and can be curried; records come back from pickling equal and immutable."""

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import (
    Diverged,
    adam,
    data,
    metrics,
    momentum,
    nn,
    recipes,
)
from fnnet.data.augment import Warp
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.heads import HEADS
from fnnet.nn.initializers import INITIALIZERS
from fnnet.optim.elementwise import elementwise
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.optim.pure import pure
from fnnet.optim.schedules import constant, cosine, exponential, join, linear, per_epoch, piecewise
from fnnet.optim.wrappers import clip, decay, ema, l2, max_norm
from fnnet.recipes.checkpoint import Checkpoint, digest
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.run import initial_params
from tests.calls import (
    CACHE,
    CALLS,
    DATA,
    FUNCTIONS,
    GRADS,
    PARAMS,
    PUBLIC,
    SCALER,
    STATE,
    TRAINED,
    X,
    Y,
    equation,
    no_move,
    no_slots,
    write_files,
)
from tests.helpers import arrays, pickled
from tests.strategies import random_params


def content(value: Any) -> Any:
    """The contents of a result down to the bits, through records and partial functions, for comparison."""
    if isinstance(value, partial):
        return content((value.func, value.args, tuple(value.keywords.items())))
    if attrs.has(type(value)):
        return content((type(value), *attrs.astuple(value, recurse=False)))
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, dict):
        return content(tuple(value.items()))
    if isinstance(value, (tuple, list, Iterator)):
        return tuple(map(content, value))
    return value


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory with the files that the loaders read."""
    monkeypatch.chdir(tmp_path)
    write_files()


def test_every_public_function_has_a_call() -> None:
    assert sorted(CALLS) == sorted(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_pickle_by_name(name: str) -> None:
    function = FUNCTIONS[name]
    assert getattr(importlib.import_module(function.__module__), function.__qualname__) is function
    assert pickled(function) is function


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_can_be_curried(name: str, folder: None) -> None:
    """Calling a pickled partial function of the first arguments with the rest gives the same result."""
    function, (args, kwargs) = FUNCTIONS[name], CALLS[name]
    whole = content(function(*args, **kwargs))
    for k in range(len(args) + 1):
        curried = pickled(partial(function, *args[:k], **kwargs))
        assert content(curried(*pickled(args[k:]))) == whole


RECIPE = Recipe(epochs=2, batch_size=3, optimizer="adam", average=0.5, warp=Warp(shift=1))
*_, LAST = recipes.train(RECIPE, initial_params(RECIPE, 4, 3, seed=0), DATA)

RECORDS: list[object] = [
    *(random_params((4, 3, 2), f, h, 0, np.float32) for f in ACTIVATIONS.values() for h in HEADS.values()),
    *ACTIVATIONS.values(),
    *HEADS.values(),
    *INITIALIZERS.values(),
    *(make(0.1) for make in OPTIMIZERS.values()),
    *(make(cosine(0.1, 9, warmup=2)) for make in OPTIMIZERS.values()),
    *(wrap(adam(), 0.5) for wrap in (clip, l2, decay, max_norm, ema)),
    ema(clip(l2(max_norm(decay(adam(), 0.01), 2.0), 0.1), 1.0), 0.9),
    elementwise("step", 0.1, 0, equation),
    pure("pure", no_slots, no_move),
    constant(0.1),
    exponential(0.1, 0.5),
    linear(1.0, 0.5, 9),
    per_epoch(constant(0.1), 3),
    cosine(0.1, 9),
    piecewise([1.0, 0.1], [3]),
    join(constant(0.1), 2, per_epoch(exponential(0.1, 0.5), 3)),
    GRADS,
    nn.sample_gradients(PARAMS, X, Y),
    CACHE,
    DATA,
    SCALER,
    data.Source(DATA, DATA, ("a", "b", "c")),
    STATE,
    momentum(0.1).init(PARAMS),
    RECIPE,
    RECIPE.warp,
    LAST,
    TRAINED,
    Checkpoint(RECIPE, 0, len(DATA), digest(DATA), LAST),
    Diverged(1, 2, "with sgd(3.0)", PARAMS),
    metrics.predictions(PARAMS, DATA),
    metrics.calibration(np.array([0.5]), np.array([True])),
    metrics.evaluate(PARAMS, DATA),
    recipes.Row.of(1, 0.5, None, metrics.evaluate(PARAMS, DATA)),
    recipes.Result({"epochs": 1}, 0, 0.5),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_records_survive_pickling(record: Any) -> None:
    """They come back equal and immutable."""
    other = pickled(record)
    assert content(other) == content(record)
    # this one is compared by identity
    identities = Diverged
    assert isinstance(record, identities) or other == record
    if attrs.has(type(other)):
        for field in attrs.fields(type(other)):
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                setattr(other, field.name, None)
    for array in arrays(other):
        with pytest.raises(ValueError):
            array.flags.writeable = True


def test_every_kind_of_record_is_tested() -> None:
    packages = (*PUBLIC, recipes)
    kinds = (getattr(package, name) for package in packages for name in package.__all__)
    public = {kind for kind in kinds if isinstance(kind, type) and attrs.has(kind)}
    held = {type(record) for record in RECORDS} | {type(PARAMS.layers[0]), type(PARAMS.head.domain)}
    assert public <= held


def test_optimizers_survive_pickling() -> None:
    """They take the same steps as before."""
    optimizer = ema(clip(l2(max_norm(adam(cosine(0.1, 9)), 2.0), 0.1), 1.0), 0.9)
    steps: list[Callable[..., object]] = [optimizer.step, pickled(optimizer).step]
    one, other = (step(PARAMS, mean_gradient(PARAMS, X, Y), optimizer.init(PARAMS)) for step in steps)
    assert one == other
