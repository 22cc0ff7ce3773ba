"""The tests of the laws can fail: each law is broken on purpose, and its test must notice."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import Grads, adam, backward, forward, input_gradient, save, sgd_fold, sgd_step
from fnnet.data.augment import augment
from fnnet.data.dataset import order
from fnnet.metrics.calibration import calibration
from fnnet.nn.tree import average, map_layers, scale
from fnnet.optim.optimizer import State
from fnnet.optim.wrappers import ema
from fnnet.recipes.history import read_history
from fnnet.train.fold import kernels
from tests import (
    test_augment,
    test_calibration,
    test_checkpoint,
    test_dataset,
    test_descent,
    test_fold,
    test_history,
    test_network,
    test_optimizers,
    test_records,
    test_saliency,
    test_storage,
    test_training,
    test_wrappers,
)
from tests.helpers import patch


def writing_step(params: Any, grads: Any, lr: float) -> Any:
    """A step that changes its argument."""
    for layer in params.layers:
        for part in (layer.weights, layer.bias):
            part.base.setflags(write=True)
            part.base[...] += lr
    return sgd_step(params, grads, lr)


def sharing_forward(params: Any, x: Any, masks: Any = ()) -> Any:
    """A cache that keeps the caller's own array."""
    cache = forward(params, x, masks)
    return type(cache).from_owned(x.view(), cache.pre_activations, cache.activations, cache.masks)


def biased_order(n: int, seed: int, epoch: int) -> Any:
    """An order in which the first sample is favored."""
    chosen = order(n, seed, epoch)
    return np.sort(chosen) if epoch % 10 == 0 else chosen


def lossy_order(n: int, seed: int, epoch: int) -> Any:
    """An order that takes one sample twice."""
    chosen = order(n, seed, epoch).copy()
    chosen[-1] = chosen[0]
    return chosen


def summed(params: Any, cache: Any, y: Any) -> Any:
    """The gradient of the sum, not of the mean."""
    n = 1 if cache.x.ndim == 1 else len(cache.x)
    return map_layers(lambda a: a * n, backward(params, cache, y))


Law = Callable[..., object]
BROKEN: list[tuple[str, Law, str, Any]] = [
    (
        "purity",
        test_network.test_no_input_changes_and_the_same_input_gives_the_same_bits,
        "tests.test_network.sgd_step",
        writing_step,
    ),
    (
        "no shared memory",
        test_network.test_a_cache_does_not_share_memory_with_its_input,
        "tests.test_network.forward",
        sharing_forward,
    ),
    (
        "derivative",
        test_network.test_backward_is_the_derivative_of_the_loss,
        "fnnet.nn.gradcheck.backward",
        lambda params, cache, y: scale(backward(params, cache, y), 1.001),
    ),
    (
        "derivative by the input",
        test_saliency.test_it_is_the_derivative_of_each_samples_loss,
        "tests.test_saliency.input_gradient",
        lambda params, x, y: 1.001 * input_gradient(params, x, y),
    ),
    (
        "reference",
        test_network.test_forward_is_the_reference,
        "tests.test_network.forward",
        lambda params, x: forward(scale(params, 1.001), x),
    ),
    (
        "reference, backward",
        test_network.test_backward_and_loss_are_the_reference,
        "tests.test_network.backward",
        lambda params, cache, y: scale(backward(params, cache, y), 1.001),
    ),
    (
        "batch",
        test_network.test_the_gradient_of_a_batch_is_the_mean_of_its_samples_gradients,
        "tests.test_network.backward",
        summed,
    ),
    (
        "shards",
        test_network.test_weighted_shards_combine_to_the_batch_in_any_grouping,
        "tests.test_network.average",
        lambda records, weights=None: average(records),
    ),
    (
        "fold",
        test_fold.test_a_fold_over_two_parts_is_the_fold_over_the_second_of_the_first,
        "tests.test_fold.sgd_fold",
        lambda params, x, y, lr, batch_size=1, order=None: sgd_fold(
            params, x[::-1], y[::-1], lr, batch_size=batch_size
        ),
    ),
    (
        "speed",
        test_fold.test_fast_equals_plain,
        "fnnet.train.fold.kernels.delta",
        lambda head, z, t, rate, d, delta=kernels.delta: delta(head, z, t, 1.001 * rate, d),
    ),
    (
        "symmetry",
        test_network.test_permuting_hidden_units_commutes_with_a_step,
        "tests.test_network.sgd_step",
        lambda params, grads, lr: sgd_step(
            params, map_layers(lambda a: a * np.arange(a.size).reshape(a.shape), grads), lr
        ),
    ),
    (
        "identity",
        test_network.test_no_rate_or_no_gradient_changes_nothing,
        "tests.test_network.sgd_step",
        lambda params, grads, lr: sgd_step(params, grads, lr + 1e-3),
    ),
    (
        "round trip of a model",
        test_storage.test_loading_undoes_saving,
        "tests.test_storage.save",
        lambda params, path: save(map_layers(lambda a: a + 1, params), path),
    ),
    (
        "resumption",
        test_training.test_resumed_training_equals_uninterrupted,
        "fnnet.train.fit.order",
        lambda n, seed, epoch=0: order(n, seed, np.random.randint(99)),
    ),
    (
        "round trip of a checkpoint",
        test_checkpoint.test_a_run_goes_on_to_the_same_bits,
        "fnnet.recipes.encoding.State",
        lambda count, slots, has_average: State(count + 1, slots, has_average),
    ),
    (
        "what was measured comes back",
        test_history.test_a_history_is_read_as_it_was_written,
        "tests.test_history.read_history",
        lambda path: read_history(path)[1:],
    ),
    (
        "calibration",
        test_calibration.test_who_is_as_often_right_as_sure_has_no_error,
        "tests.test_calibration.calibration",
        lambda confidence, right, bins: calibration(0.99 * confidence, right, bins),
    ),
    (
        "finite",
        test_network.test_activations_are_finite_at_the_extremes,
        "fnnet.nn.activations._sigmoid.__code__",
        (lambda z: 1 / (1 + 2.718 ** (-z))).__code__,
    ),
    (
        "every sample",
        test_dataset.test_a_shuffle_keeps_every_sample_with_its_target,
        "fnnet.data.dataset.order",
        lossy_order,
    ),
    ("even shuffle", test_dataset.test_no_place_is_favored, "tests.test_dataset.order", biased_order),
    (
        "optimizers",
        partial(test_optimizers.test_each_step_is_the_equation, name="adam"),
        "fnnet.optim.optimizer.State",
        lambda count, slots, has_average=False: State(0, slots, has_average),
    ),
    (
        "speed of optimizers",
        partial(test_descent.test_it_is_the_fold_of_the_pure_step, optimizer=ema(adam(0.01), 0.9)),
        "fnnet.train.descent.frozen_state",
        lambda before, count, slots: State(
            count, tuple(Grads(slot.frozen()) for slot in slots[::-1]), before.has_average
        ),
    ),
    (
        "identity of images",
        test_augment.test_without_strength_images_stay_the_same,
        "tests.test_augment.augment",
        lambda images, seed, warp, epoch=0: augment(images, seed, attrs.evolve(warp, shift=0.01), epoch),
    ),
    (
        "same images",
        test_augment.test_the_same_arguments_give_the_same_images,
        "fnnet.data.augment.generator",
        lambda *_: np.random.default_rng(),
    ),
    (
        "even masks",
        test_wrappers.test_masks_have_mean_one_and_differ_from_step_to_step,
        "fnnet.nn.dropout.generator",
        lambda *_: np.random.default_rng(0),
    ),
    (
        "immutable",
        test_records.test_records_do_not_share_memory_with_their_makers,
        "fnnet.nn.params.frozen",
        lambda array: array,
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("law, target, broken", [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_law_is_noticed(law: Law, target: str, broken: object, request: pytest.FixtureRequest) -> None:
    fixtures = {"tmp_path_factory"} & set(inspect.signature(law).parameters)
    given = {name: request.getfixturevalue(name) for name in fixtures}
    with pytest.MonkeyPatch.context() as monkeypatch:
        patch(monkeypatch, target, broken)
        with pytest.raises((AssertionError, RuntimeWarning)):
            law(**given)
