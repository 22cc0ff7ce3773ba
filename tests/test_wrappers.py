"""Regularisation: identities at zero strength, bounds kept, masks that depend on (seed, step) alone."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, Grads, Params, backward, fit, forward, init_params, loss, ravel, relu, unravel
from fnnet.nn.dropout import dropout_gradient, dropout_masks
from fnnet.nn.targets import smooth_labels
from fnnet.nn.tree import map_layers, scale
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import adam, sgd
from fnnet.optim.wrappers import averaged_params, clip, ema, l2, max_norm
from fnnet.train.state import TrainState
from fnnet.train.stopping import stop_early
from tests.strategies import Problem, problems, problems64, seeds


def stepped(optimizer: Optimizer, params: Params[np.float64], grads: Grads[np.float64]) -> Params[np.float64]:
    return optimizer.step(params, grads, optimizer.init(params))[0]


def gradient(problem: Problem[np.float64]) -> Grads[np.float64]:
    return backward(problem.params, forward(problem.params, problem.x), problem.y)


@given(problems64(), st.floats(0.01, 10))
def test_clipping_bounds_the_length_and_keeps_the_direction(problem: Problem[np.float64], norm: float) -> None:
    params, g = problem.params, ravel(gradient(problem))
    moved = ravel(params) - ravel(stepped(clip(sgd(1.0), norm), params, gradient(problem)))
    length = float(np.linalg.norm(g))
    expected = g if length <= norm else g * (norm / length)
    np.testing.assert_allclose(moved, expected, rtol=1e-6, atol=1e-9)


def test_clipping_knows_lengths_whose_squares_are_no_numbers() -> None:
    params: Params[np.float64] = init_params((2, 2), seed=0, dtype=np.float64)
    grads = map_layers(lambda a: np.full_like(a, 1e170), Grads(params.layers))
    moved = ravel(params) - ravel(stepped(clip(sgd(1.0), 1e-3), params, grads))
    np.testing.assert_allclose(moved, 1e-3 / np.sqrt(6), rtol=1e-9)


@given(problems64())
def test_what_has_no_strength_changes_nothing(problem: Problem[np.float64]) -> None:
    params, grads = problem.params, gradient(problem)
    plain = stepped(adam(0.1), params, grads)
    for optimizer in (
        l2(adam(0.1), 0.0),
        max_norm(adam(0.1), 1e9),
        clip(adam(0.1), 1e9),
        ema(adam(0.1), 0.9),
    ):
        assert stepped(optimizer, params, grads) == plain
    masks = dropout_masks(params, len(problem.x), 0.0, seed=0, step=0)
    assert backward(params, forward(params, problem.x, masks), problem.y) == grads
    assert dropout_gradient(0.0, 0, params, problem.x, problem.y, 3) == grads


@given(problems64(), st.floats(0, 1))
def test_l2_is_the_gradient_of_the_penalty(problem: Problem[np.float64], weight: float) -> None:
    params, zero = problem.params, scale(Grads(problem.params.layers), 0)
    moved = stepped(l2(sgd(1.0), weight), params, zero)
    for layer, old in zip(moved.layers, params.layers):
        np.testing.assert_allclose(layer.weights, (1 - weight) * old.weights, rtol=1e-12, atol=1e-15)
        assert np.array_equal(layer.bias, old.bias)


@given(problems(), st.floats(0.125, 3, width=32))
def test_max_norm_holds_after_every_step(problem: Problem[np.float32], limit: float) -> None:
    params = problem.params
    optimizer = max_norm(sgd(0.0), limit)
    moved, _ = optimizer.step(params, Grads(params.layers), optimizer.init(params))
    for layer, old in zip(moved.layers, params.layers):
        lengths, before = np.linalg.norm(layer.weights, axis=0), np.linalg.norm(old.weights, axis=0)
        assert (lengths <= limit * (1 + 1e-6)).all() and layer.weights.dtype == old.weights.dtype
        np.testing.assert_allclose(lengths, np.minimum(before, limit), rtol=1e-5)


def test_the_moving_average_follows_its_equation() -> None:
    params: Params[np.float64] = init_params((2, 2), seed=0, dtype=np.float64)
    grads, optimizer = Grads(params.layers), ema(sgd(0.5), 0.75)
    state, mean = optimizer.init(params), ravel(params)
    assert averaged_params(params, state) == params
    for t in range(1, 4):
        params, state = optimizer.step(params, grads, state)
        mean += 0.25 / (1 - 0.75**t) * (ravel(params) - mean)
    np.testing.assert_allclose(ravel(averaged_params(params, state)), mean, rtol=1e-12)
    assert state.count == 3


@given(st.lists(st.integers(0, 4), min_size=1), st.floats(0, 1))
def test_smooth_labels_are_distributions(labels: list[int], weight: float) -> None:
    rows = smooth_labels(np.array(labels), 5, weight, np.float64)
    np.testing.assert_allclose(rows.sum(axis=1), 1)
    assert (rows >= 0).all() and rows.dtype == np.float64
    if weight < 1:
        assert rows.argmax(axis=1).tolist() == labels


@given(problems(), seeds, st.integers(0, 99), st.sampled_from([0.0, 0.2, 0.5, 0.9]))
def test_masks_depend_on_seed_and_step_alone(problem: Problem[np.float32], seed: int, step: int, rate: float) -> None:
    params = problem.params
    masks = dropout_masks(params, 7, rate, seed, step)
    for mask, other, width in zip(masks, dropout_masks(params, 7, rate, seed, step), params.sizes[1:]):
        assert np.array_equal(mask, other) and mask.dtype == params.dtype and mask.shape == (7, width)
        assert set(np.unique(mask)) <= {0, params.dtype.type(1 / (1 - rate))}


def test_masks_have_mean_one_and_differ_from_step_to_step() -> None:
    params = init_params((1, 1000, 1000, 1), seed=0)
    first, second = (dropout_masks(params, 100, 0.3, 0, step) for step in (0, 1))
    assert not np.array_equal(first[0], second[0]) and not np.array_equal(first[0], first[1])
    assert float(first[0].mean()) == pytest.approx(1, abs=0.01)


@given(seeds)
def test_the_gradient_through_masks_is_the_derivative(seed: int) -> None:
    """A mask is a diagonal matrix after a hidden layer: the network with its next weights' rows scaled, one sample."""
    params: Params[np.float64] = init_params((3, 6, 2), seed=seed, dtype=np.float64)
    x, masks = np.random.default_rng(seed).normal(size=(1, 3)), dropout_masks(params, 1, 0.5, seed, 0)
    y = np.array([1])
    grads = backward(params, forward(params, x, masks), y)
    theta, h = ravel(params), 1e-6

    def masked_loss(vector: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        return float(-np.log(forward(unravel(params, vector), x, masks).output[0, 1]))

    for i in range(0, len(theta), 5):
        d = np.zeros_like(theta)
        d[i] = h
        slope = (masked_loss(theta + d) - masked_loss(theta - d)) / (2 * h)
        assert slope == pytest.approx(float(ravel(grads)[i]), rel=1e-4, abs=1e-7)


@given(problems(), seeds, st.integers(0, 9), st.sampled_from([0.1, 0.5, 0.9]))
def test_the_gradient_of_dropout_is_the_one_through_its_masks(
    problem: Problem[np.float32], seed: int, step: int, rate: float
) -> None:
    params, x, y = problem.params, problem.x, problem.y
    masks = dropout_masks(params, len(x), rate, seed, step)
    there = forward(params, x, masks)
    assert dropout_gradient(rate, seed, params, x, y, step) == backward(params, there, y)


WRAPPERS: list[Callable[[Optimizer], Optimizer]] = [
    lambda optimizer: optimizer,
    partial(clip, norm=0.5),
    partial(l2, weight=1e-3),
    partial(max_norm, limit=1.0),
    partial(ema, decay=0.9),
    lambda optimizer: ema(clip(max_norm(l2(optimizer, 1e-3), 2.0), 1.0), 0.99),
]


@pytest.mark.parametrize("wrap", WRAPPERS)
@pytest.mark.parametrize("rate", [0.0, 0.4])
def test_training_with_all_of_it_resumes_exactly(wrap: Callable[[Optimizer], Optimizer], rate: float) -> None:
    rng = np.random.default_rng(0)
    data = Dataset(rng.normal(size=(50, 4)).astype(np.float32), rng.integers(0, 3, 50))
    params: Params[np.float32] = init_params((4, 8, 3), seed=0, hidden=relu)
    optimizer = wrap(adam(lambda step: 0.01 / (1 + step)))
    train = partial(
        fit, epochs=4, optimizer=optimizer, batch_size=8, seed=3, gradient=partial(dropout_gradient, rate, 5)
    )
    whole: list[TrainState[np.float32]] = list(train(params, data))
    rest: list[TrainState[np.float32]] = list(train(whole[1].params, data, start=2, state=whole[1].opt_state))
    assert rest == whole[2:]
    assert loss(whole[-1].params, data.x, data.y) < loss(params, data.x, data.y)


def test_data_may_be_a_function_of_the_epoch() -> None:
    one, other = Dataset(np.eye(2), np.array([0, 1])), Dataset(np.eye(2), np.array([1, 0]))
    params: Params[np.float64] = init_params((2, 2), seed=0, dtype=np.float64)
    changing = list(fit(params, lambda epoch: other if epoch else one, epochs=2, lr=0.5))
    (first,) = fit(params, one, epochs=1, lr=0.5)
    *_, second = fit(first.params, other, epochs=2, start=1, lr=0.5)
    assert [epoch.params for epoch in changing] == [first.params, second.params]


def test_early_stopping_waits_for_its_patience() -> None:
    params: Params[np.float32] = init_params((1, 1), seed=0)
    stream = [TrainState(k, params) for k in range(1, 10)]
    scores = iter([1, 3, 2, 2, 4, 4, 3, 9, 9])
    assert [e.epoch for e in stop_early(stream, lambda p: next(scores), patience=2)] == [1, 2, 3, 4]
    rising = iter(range(9))
    assert list(stop_early(stream, lambda p: next(rising), patience=1)) == stream


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: clip(sgd(0.1), 0), "norm: expected a number above 0, got 0"),
        (lambda: max_norm(sgd(0.1), -1), "limit: expected a number above 0, got -1"),
        (lambda: l2(sgd(0.1), -1), "weight: expected a finite number of at least 0, got -1"),
        (lambda: ema(sgd(0.1), 1), "decay: expected a number of at least 0 and less than 1, got 1"),
        (lambda: smooth_labels(np.array([0]), 2, 2, np.float64), "weight: expected from 0 to 1, got 2"),
        (
            lambda: dropout_masks(init_params((1, 1), seed=0), 1, 1.0, 0, 0),
            "rate: expected a number of at least 0 and less than 1, got 1.0",
        ),
        (
            lambda: forward(
                init_params((1, 1, 1), seed=0), np.ones((1, 1), np.float32), (np.ones((1, 1), np.float32),) * 2
            ),
            "masks: expected shapes [(1, 1)], one for each hidden layer, got [(1, 1), (1, 1)]",
        ),
    ],
)
def test_strengths_out_of_range_say_so(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message


def test_the_ends_of_the_ranges_are_in_them() -> None:
    assert ema(sgd(0.1), 0).name == "averaged sgd"
    assert smooth_labels(np.array([1]), 2, 1, np.float64).tolist() == [[0.5, 0.5]]


def test_early_stopping_looks_at_the_parameters_and_wants_a_rise() -> None:
    stream = [TrainState(k, init_params((1, 1), seed=k)) for k in range(9)]
    seen: list[Params[np.float32]] = []

    def flat(params: Params[np.float32]) -> float:
        seen.append(params)
        return 1.0

    assert [epoch.epoch for epoch in stop_early(stream, flat, patience=3)] == [0, 1, 2, 3]
    assert seen == [epoch.params for epoch in stream[:4]]
    assert len(list(stop_early(stream, lambda params: float("nan"), patience=3))) == 3
