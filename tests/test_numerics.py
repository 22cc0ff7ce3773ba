"""For every finite input the result is finite, or the error is clear; in both dtypes."""

import pickle
from typing import Any

import numpy as np
import pytest

from fnnet import (
    Dataset,
    Dense,
    Diverged,
    Params,
    adam,
    backward,
    fit,
    forward,
    init_params,
    loss,
    predict_proba,
    ravel,
    sgd,
    sgd_fold,
)
from fnnet.data.subsets import order
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.tree import is_finite, map_layers
from fnnet.optim.optimizers import OPTIMIZERS
from fnnet.optim.schedules import per_epoch, piecewise
from fnnet.optim.wrappers import clip
from fnnet.train.state import TrainState, locate_divergence
from tests.helpers import patch

F32, F64 = np.float32, np.float64
DTYPES: list[type[np.float32] | type[np.float64]] = [F32, F64]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("head", [head for head in HEADS.values() if head.gives_probabilities])
@pytest.mark.parametrize("size", [1e-38, 1e30])
def test_logits_of_any_size_are_handled(dtype: Any, head: Any, size: float) -> None:
    """The loss and the gradient stay finite."""
    weights = np.array([[1, -1, 0.5]], dtype) * dtype(size)
    params = Params((Dense(weights, np.zeros(3, dtype)),), ACTIVATIONS["identity"], head)
    x = np.array([[1.0], [-1.0]], dtype)
    y = np.array([1, 2])
    assert np.abs(forward(params, x).pre_activations[-1]).max() == dtype(size)
    assert np.isfinite(predict_proba(params, x)).all()
    assert np.isfinite(loss(params, x, y))
    assert is_finite(backward(params, forward(params, x), y))


def samples(kind: str, dtype: Any) -> Any:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(32, 4))
    scale = {"tiny": 1e-38, "huge": 1e8, "no variance": 0.0}.get(kind, 1.0)
    shift = 0.5 if kind == "no variance" else 0.0
    y = np.zeros(32, np.int64) if kind == "one label" else rng.integers(0, 3, 32)
    return Dataset((x * scale + shift).astype(dtype), y)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", ["tiny", "huge", "no variance", "one label"])
@pytest.mark.parametrize("hidden", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_training_is_finite_or_diverges(dtype: Any, kind: str, hidden: Any) -> None:
    """On data of any kind, divergence is an error that holds the last finite parameters."""
    data = samples(kind, dtype)
    params: Any = init_params((4, 5, 3), seed=0, hidden=hidden, dtype=dtype)
    ways: list[Any] = [{"lr": 0.1}, *({"optimizer": make(1e-2)} for make in OPTIMIZERS.values())]
    for way in ways:
        try:
            epochs = list(fit(params, data, epochs=2, batch_size=4, **way))
        except Diverged as error:
            assert kind == "huge" and all(np.isfinite(layer.weights).all() for layer in error.params.layers)
        else:
            assert all(is_finite(epoch.params) for epoch in epochs)


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_class_needs_no_training(dtype: Any) -> None:
    data = Dataset(np.ones((5, 2), dtype), np.zeros(5, np.int64))
    params = init_params((2, 3, 1), seed=0, dtype=dtype)
    assert loss(params, data.x, data.y) == 0
    (epoch,) = fit(params, data, epochs=1, lr=0.5)
    assert epoch.params == params


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("batch_size", [1, 3, 8])
@pytest.mark.parametrize("by", ["lr", "sgd", "adam"])
def test_divergence_names_the_step(dtype: Any, batch_size: int, by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sample of 32 is so large that the step on it overflows; the first two epochs have rate 0."""
    patch(monkeypatch, "fnnet.train.fit._CHUNK", 8)
    usual, culprit, steps, rates = samples("usual", dtype), 19, -(-32 // batch_size), [0.0, 0.0, 1e4]
    x = usual.x.copy()
    x[culprit] = np.finfo(dtype).max / 100
    data = Dataset(x, usual.y)
    params: Any = map_layers(lambda a: a / 100, init_params((4, 3), seed=0, dtype=dtype))
    ways: dict[str, Any] = {
        "lr": {"lr": per_epoch(piecewise([0.0, 1e4], [2]), steps)},
        "sgd": {"optimizer": clip(sgd(lambda step: rates[step // steps]), 1e99)},
        "adam": {"optimizer": adam(0.0)},  # which squares the gradient
    }
    done = []
    with pytest.raises(Diverged) as caught:
        for epoch in fit(params, data, epochs=3, batch_size=batch_size, seed=1, **ways[by]):
            done.append(epoch)
    error, places = caught.value, order(32, 1, len(done))
    step = places.tolist().index(culprit) // batch_size
    assert len(done) == (0 if by == "adam" else 2)
    assert (error.epoch, error.step) == (len(done) + 1, step + 1)
    how = {
        "lr": f"with sgd(per_epoch(piecewise((0.0, 10000.0), (2,)), {steps}))",
        "sgd": "with clip(sgd(<lambda>), 1e+99)",
        "adam": "with adam(0.0)",
    }[by]
    assert str(error) == f"training diverged in epoch {error.epoch}, step {error.step}, {how}"
    before = places[: step * batch_size]
    last: Any = params
    if by != "adam":
        last = sgd_fold(last, data.x[before], data.y[before], 1e4, batch_size=batch_size)
    reached: Any = error.params
    np.testing.assert_allclose(ravel(reached), ravel(last), rtol=1e-3)
    assert pickle.loads(pickle.dumps(error)).params == error.params


def test_unrepeated_divergence_is_located() -> None:
    """It is put at the last step: steps taken one by one round differently, and may stay finite."""
    params = init_params((4, 3), seed=0)
    start = TrainState(2, params, sgd(0.1).init(params))
    error = locate_divergence(lambda at, part: at, start, np.arange(7), 2, 10, "somehow")
    assert (error.epoch, error.step, error.params) == (3, 14, params)
