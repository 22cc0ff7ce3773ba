"""The tests of the laws can fail: each law is broken on purpose, and its test must notice."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import Phase, settings

from fnnet import (
    Grads,
    adam,
    backward,
    forward,
    hvp,
    input_gradient,
    save,
    sgd_fold,
    sgd_step,
    value_and_gradient,
)
from fnnet.data.absorb import absorb, absorb_targets
from fnnet.data.augment import augment
from fnnet.data.scaler import Scaler
from fnnet.data.subsets import concatenate, order, shuffled
from fnnet.metrics.calibration import calibration
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.initializers import _draw, he_normal
from fnnet.nn.network import backward_stream, forward_stream, input_cotangent, output_delta, pull_back
from fnnet.nn.tree import add as tree_add
from fnnet.nn.tree import map_layers, ravel, scale
from fnnet.optim.optimizer import State, later_state
from fnnet.optim.wrappers import clip, ema, l2
from fnnet.recipes.history import read_history
from fnnet.train.fold import kernels
from fnnet.train.fold.rates import row_factors
from fnnet.train.stopping import best
from tests.core import test_records
from tests.data import test_augment, test_dataset, test_scaler
from tests.helpers import patch
from tests.io import test_labels, test_model, test_own_functions
from tests.metrics import test_accuracy, test_calibration
from tests.nn import (
    test_calculus,
    test_hessians,
    test_initializers,
    test_jacobians,
    test_network,
    test_params,
    test_per_sample,
    test_space,
)
from tests.optim import test_optimizers, test_wrappers
from tests.recipes import test_checkpoint, test_history
from tests.train import test_descent, test_fit, test_fold, test_stopping


def writing_step(params: Any, grads: Any, lr: float) -> Any:
    """A step that changes its argument."""
    for layer in params.layers:
        for part in (layer.weights, layer.bias):
            part.base.setflags(write=True)
            part.base[...] += lr
    return sgd_step(params, grads, lr)


def sharing_forward(params: Any, x: Any, masks: Any = ()) -> Any:
    """A forward pass whose cache keeps the caller's own array."""
    cache = forward(params, x, masks)
    return type(cache).from_owned(x.view(), cache.pre_activations, cache.activations, cache.masks)


def lossy_order(n: int, seed: int, epoch: int) -> Any:
    """An order that takes one sample twice."""
    chosen = order(n, seed, epoch).copy()
    chosen[-1] = chosen[0]
    return chosen


def summed(params: Any, cache: Any, y: Any) -> Any:
    """The gradient of the sum instead of the mean."""
    n = 1 if cache.x.ndim == 1 else len(cache.x)
    return map_layers(lambda a: a * n, backward(params, cache, y))


def inexact_loss(params: Any, x: Any, y: Any) -> Any:
    """A loss that is not the network's, beside its gradient."""
    value, grads = value_and_gradient(params, x, y)
    return 1.001 * value, grads


Law = Callable[..., object]
BROKEN: list[tuple[str, Law, str, Any]] = [
    (
        "no shared memory",
        test_network.test_cache_copies_its_input,
        "tests.nn.test_network.forward",
        sharing_forward,
    ),
    (
        "derivative by the input",
        test_calculus.test_input_gradient_is_the_derivative,
        "tests.nn.test_calculus.input_gradient",
        lambda params, x, y: 1.001 * input_gradient(params, x, y),
    ),
    (
        "loss of the pass of a gradient",
        test_calculus.test_value_and_gradient_of_one_pass,
        "tests.nn.test_calculus.value_and_gradient",
        inexact_loss,
    ),
    (
        "chain rule",
        test_jacobians.test_the_chain_rule_of_two_networks,
        "fnnet.nn.jacobians.input_cotangent",
        lambda params, cache, last: input_cotangent(params, cache, last)[..., ::-1],
    ),
    (
        "Hessian, symmetric",
        partial(test_hessians.test_products_are_symmetric_and_linear, product=hvp),
        "fnnet.nn.hessians._bent",
        lambda f, z, a, g, dz: g * dz[..., ::-1],
    ),
    (
        "Gauss–Newton of one layer",
        test_hessians.test_one_layer_is_linear_in_its_weights,
        "fnnet.nn.hessians.pull_back",
        lambda params, cache, last: pull_back(params, cache, 1.001 * last),
    ),
    (
        "Gauss–Newton, positive",
        test_hessians.test_gauss_newton_is_positive,
        "fnnet.nn.hessians.pull_back",
        lambda params, cache, last: pull_back(params, cache, -last),
    ),
    (
        "Gauss–Newton, definition",
        test_hessians.test_gauss_newton_by_its_definition,
        "tests.nn.test_hessians.gauss_newton_product",
        hvp,
    ),
    (
        "gradient of each sample",
        test_per_sample.test_the_mean_is_the_batchs_gradient,
        "fnnet.nn.per_sample.output_delta",
        lambda params, cache, y: output_delta(params, cache, y) / len(cache.x),
    ),
    (
        "reference",
        test_network.test_forward_is_the_reference,
        "tests.nn.test_network.forward",
        lambda params, x: forward(scale(params, 1.001), x),
    ),
    (
        "reference, backward",
        test_network.test_backward_is_the_reference,
        "tests.strategies.backward",
        lambda params, cache, y: scale(backward(params, cache, y), 1.001),
    ),
    (
        "weights of samples",
        test_dataset.test_weights_stay_with_their_samples,
        "tests.data.test_dataset.shuffled",
        lambda data, seed: attrs.evolve(shuffled(data, seed), weights=data.weights),
    ),
    (
        "variance of a layer",
        test_initializers.test_each_layer_has_its_own_variance,
        "fnnet.nn.initializers._draw",
        lambda rng, initializer, fan_in, fan_out: _draw(rng, initializer, fan_out, fan_in).T,
    ),
    (
        "default initializer",
        test_initializers.test_defaults_follow_the_activation,
        "fnnet.nn.initializers.glorot_normal",
        he_normal,
    ),
    (
        "masks",
        test_network.test_backward_uses_the_caches_masks,
        "fnnet.nn.network.backward_stream",
        lambda params, cache, delta: backward_stream(params, attrs.evolve(cache, masks=()), delta),
    ),
    (
        "stream of the forward pass",
        test_network.test_forward_stream_gives_the_cache,
        "tests.nn.test_network.forward_stream",
        lambda params, x, masks: ((z, 1.001 * a) for z, a in forward_stream(params, x, masks)),
    ),
    (
        "stream of the backward pass",
        test_network.test_backward_stream_gives_backward,
        "tests.nn.test_network.backward_stream",
        lambda params, cache, delta: ((a, 1.001 * d) for a, d in backward_stream(params, cache, delta)),
    ),
    (
        "default gradient",
        partial(test_fit.test_default_gradient_is_of_the_mean, gradient=test_fit.of_the_mean),
        "tests.train.test_fit.mean_gradient",
        lambda params, x, y, weights: scale(mean_gradient(params, x, y, weights), 1.001),
    ),
    (
        "fold",
        test_fold.test_folds_compose,
        "tests.train.test_fold.sgd_fold",
        lambda params, x, y, lr, batch_size=1, order=None: sgd_fold(
            params, x[::-1], y[::-1], lr, batch_size=batch_size
        ),
    ),
    (
        "speed",
        test_fold.test_fast_fold_equals_plain_fold,
        "fnnet.train.fold.kernels.delta",
        lambda head, z, t, factor, d, delta=kernels.delta: [
            *delta(head, z, t, factor, d),
            partial(np.multiply, d, d.dtype.type(1.001), d),
        ],
    ),
    (
        "rates and weights",
        test_fold.test_rates_and_weights_are_the_steps,
        "fnnet.train.fold.row_factors",
        lambda rates, weights, batch, dtype: row_factors(rates, None, batch, dtype),
    ),
    (
        "which wrapper acts first",
        test_wrappers.test_the_outermost_acts_first,
        "tests.optim.test_wrappers.l2",
        lambda inner, weight: clip(l2(inner.optimizer, weight), inner.norm) if isinstance(inner, clip) else inner,
    ),
    (
        "the best",
        test_stopping.test_best_is_the_first_highest,
        "tests.train.test_stopping.best",
        lambda states, score, patience: best(states, lambda params: -score(params), patience=patience),
    ),
    (
        "round trip of a model",
        test_model.test_load_undoes_save,
        "tests.io.test_model.save",
        lambda params, path: save(map_layers(lambda a: a + 1, params), path),
    ),
    (
        "round trip of own functions",
        test_own_functions.test_load_undoes_save_of_own,
        "fnnet.io.model.find_function",
        lambda field, name, table: next(iter(table.values())),
    ),
    (
        "round trip of labels",
        test_labels.test_labels_come_back,
        "tests.io.test_labels.save",
        lambda params, path, labels: save(params, path, labels=sorted(labels)),
    ),
    (
        "resumption",
        test_fit.test_resumed_equals_uninterrupted,
        "fnnet.train.fit.order",
        lambda n, seed, epoch=0: order(n, seed, np.random.randint(99)),
    ),
    (
        "round trip of a checkpoint",
        test_checkpoint.test_resumed_runs_give_the_same_bits,
        "fnnet.recipes.encoding.State",
        lambda count, *others: State(count + 1, *others),
    ),
    (
        "round trip of a history",
        test_history.test_read_history_undoes_write,
        "tests.recipes.test_history.read_history",
        lambda path: read_history(path)[1:],
    ),
    (
        "calibration",
        test_calibration.test_perfect_calibration_has_zero_error,
        "tests.metrics.test_calibration.calibration",
        lambda confidence, correct, bins: calibration(0.99 * confidence, correct, bins),
    ),
    (
        "every sample",
        test_dataset.test_shuffling_keeps_every_sample,
        "fnnet.data.subsets.order",
        lossy_order,
    ),
    (
        "optimizers",
        partial(test_optimizers.test_each_step_is_the_equation, name="adam"),
        "fnnet.optim.optimizer.later_state",
        lambda before, count, slots: attrs.evolve(before, slots=tuple(Grads(slot.record_layers()) for slot in slots)),
    ),
    (
        "speed of optimizers",
        partial(test_descent.test_descend_is_plain_descent, optimizer=ema(adam(0.01), 0.9)),
        "fnnet.train.descent.later_state",
        lambda before, count, slots: later_state(before, count, slots[::-1]),
    ),
    (
        "identity of images",
        test_augment.test_no_strength_changes_no_image,
        "tests.data.test_augment.augment",
        lambda images, seed, warp, epoch=0: augment(images, seed, attrs.evolve(warp, shift=0.01), epoch),
    ),
    (
        "hash",
        test_records.test_signs_of_zero_and_nan_do_not_count,
        "fnnet.core.contents._canonical",
        lambda array: array,
    ),
    (
        "concatenation",
        test_dataset.test_concatenated_parts_are_the_data,
        "tests.data.test_dataset.concatenate",
        lambda parts: concatenate([*parts, parts[0]]),
    ),
    (
        "weights of scores",
        test_accuracy.test_weights_count_samples,
        "fnnet.metrics.accuracy.factors",
        lambda weights, samples, dtype: np.ones(samples),
    ),
    (
        "absorption",
        test_scaler.test_absorbed_scalers_change_no_output,
        "tests.data.test_scaler.absorb",
        lambda scaler, params: absorb(Scaler(scaler.mean * 1.001, scaler.scale), params),
    ),
    (
        "absorption of targets",
        test_scaler.test_absorbed_targets_are_raw_ones,
        "tests.data.test_scaler.absorb_targets",
        lambda scaler, params: absorb_targets(Scaler(scaler.mean, scaler.scale * 1.001), params),
    ),
    (
        "balance of classes",
        test_scaler.test_class_weights_balance_classes,
        "tests.data.test_scaler.class_weights",
        lambda labels: np.ones(len(labels)),
    ),
    (
        "vector space",
        test_space.test_axioms_of_a_vector_space,
        "tests.nn.test_space.add",
        lambda a, b: scale(tree_add(a, b), 1 + 1e-9),
    ),
    (
        "Cauchy-Schwarz",
        test_space.test_the_inner_product,
        "fnnet.nn.space._unit",
        lambda record: (np.abs(ravel(record)), 0),
    ),
    (
        "length of huge numbers",
        test_space.test_the_norm_is_a_norm,
        "fnnet.nn.space._unit",
        lambda record: (ravel(record), 0),
    ),
    (
        "immutable",
        test_params.test_records_copy_their_arrays,
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
        # the first counterexample is enough: no time goes into a smaller one
        function = law.func if isinstance(law, partial) else law
        quick = settings(deadline=None, phases=[Phase.explicit, Phase.generate])
        monkeypatch.setattr(function, "_hypothesis_internal_use_settings", quick, raising=False)
        with pytest.raises((AssertionError, RuntimeWarning)):
            law(**given)
