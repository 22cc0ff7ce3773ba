"""Several networks as one, and networks at a temperature."""

from functools import reduce

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import (
    Activation,
    Dataset,
    Dense,
    Params,
    accuracy,
    apply,
    init_params,
    load,
    loss,
    predict,
    relu,
    save,
    sigmoid,
    tanh,
)
from fnnet.core.arrays import F, Numbers
from fnnet.nn.ensemble import ensemble, tempered
from fnnet.nn.head import Head
from fnnet.nn.heads import HEADS, identity_squared_error, logistic_cross_entropy, softmax_cross_entropy
from fnnet.nn.network import forward
from tests.strategies import activations, heads, random_params, random_targets, seeds

widths = st.lists(st.lists(st.integers(1, 4), min_size=4, max_size=4), min_size=1, max_size=4)
CONVEX = [head for head in HEADS.values() if head.name != "softmax-squared-error"]


@st.composite
def members(draw: st.DrawFn, head: Head | None = None) -> tuple[Params[np.float64], ...]:
    """Networks of any hidden widths, for the same features and outputs."""
    depth, features, outputs = draw(st.integers(0, 3)), draw(st.integers(1, 4)), draw(st.integers(1, 3))
    hidden, chosen, seed = draw(activations), head or draw(heads), draw(seeds)
    return tuple(
        random_params((features, *between[:depth], outputs), hidden, chosen, seed + k, np.float64)
        for k, between in enumerate(draw(widths))
    )


def inputs(networks: tuple[Params[F], ...], n: int = 5) -> Numbers:
    return np.random.default_rng(1).normal(size=(n, networks[0].sizes[0]))


def logits(params: Params[np.float64], x: Numbers) -> Numbers:
    return forward(params, x).pre_activations[-1]


@given(members())
def test_logits_are_the_mean_of_theirs(networks: tuple[Params[np.float64], ...]) -> None:
    x = inputs(networks)
    expected = np.mean([logits(params, x) for params in networks], axis=0)
    np.testing.assert_allclose(logits(ensemble(networks), x), expected, rtol=1e-9, atol=1e-9)


@given(members(identity_squared_error))
def test_real_outputs_are_their_mean(networks: tuple[Params[np.float64], ...]) -> None:
    x = inputs(networks)
    expected = np.mean([apply(params, x) for params in networks], axis=0)
    np.testing.assert_allclose(apply(ensemble(networks), x), expected, rtol=1e-9, atol=1e-9)


@given(members(softmax_cross_entropy))
def test_probabilities_are_geometric_means(networks: tuple[Params[np.float64], ...]) -> None:
    x = inputs(networks)
    products = np.exp(np.mean([np.log(apply(params, x)) for params in networks], axis=0))
    expected = products / products.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(apply(ensemble(networks), x), expected, rtol=1e-6, atol=1e-9)


@given(st.sampled_from(CONVEX).flatmap(members), seeds)
def test_it_is_no_worse_than_the_mean(networks: tuple[Params[np.float64], ...], seed: int) -> None:
    """By Jensen's inequality, where the loss is convex in the logits."""
    x, (first, *_) = inputs(networks), networks
    y = random_targets(first.head, len(x), first.sizes[-1], seed, np.float64, as_labels=False)
    if first.head.name == "exp-poisson":
        y = np.abs(y)
    mean = float(np.mean([loss(params, x, y) for params in networks]))
    assert loss(ensemble(networks), x, y) <= mean + 1e-9 * abs(mean)


@given(members())
def test_one_network_is_itself(networks: tuple[Params[np.float64], ...]) -> None:
    assert ensemble(networks[:1]) == networks[0]


@given(members())
def test_ensembles_of_ensembles(networks: tuple[Params[np.float64], ...]) -> None:
    """Of equal numbers of networks are that of all."""
    x = inputs(networks)
    nested = ensemble([ensemble(networks), ensemble(networks[::-1])])
    np.testing.assert_allclose(logits(nested, x), logits(ensemble(networks), x), rtol=1e-9, atol=1e-9)


def test_widths_are_added(tmp_path_factory: pytest.TempPathFactory) -> None:
    networks = [init_params((4, width, 3, 2), seed=width, hidden=tanh) for width in (2, 5)]
    both = ensemble(networks)
    assert both.sizes == (4, 7, 6, 2) and both.dtype == np.float32 and both.hidden == tanh
    path = tmp_path_factory.mktemp("models") / "both.npz"
    save(both, path)
    assert load(path) == both
    x = np.random.default_rng(0).random((50, 4), np.float32)
    assert accuracy(both, Dataset(x, predict(both, x))) == 1


@pytest.mark.parametrize(
    "other, message",
    [
        (init_params((4, 2), 0), r"networks: expected 2 layers, as the first has, got 1 layer$"),
        (init_params((5, 3, 2), 0), r"networks: expected 4-…-2, as the first has, got 5-…-2$"),
        (init_params((4, 3, 1), 0), r"networks: expected 4-…-2, as the first has, got 4-…-1$"),
        (init_params((4, 3, 2), 0, dtype=np.float64), r"networks: expected float32, as the first has, got float64$"),
        (
            init_params((4, 3, 2), 0, tanh),
            r"networks: expected sigmoid and softmax-cross-entropy, .* got tanh and s.*$",
        ),
        (
            init_params((4, 3, 2), 0, head=logistic_cross_entropy),
            r"networks: .*, got sigmoid and logistic-cross-entr.*$",
        ),
    ],
)
def test_members_must_fit(other: Params[np.float32], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ensemble([init_params((4, 3, 2), 0), other])


def test_there_must_be_networks() -> None:
    with pytest.raises(ValueError, match=r"^networks: expected at least one network, got none$"):
        ensemble([])
    with pytest.raises(TypeError, match=r"^networks: expected networks, got list of int$"):
        ensemble([7])  # type: ignore[list-item]  # what is refused
    with pytest.raises(TypeError, match=r"^networks: expected networks, got Params; use \[params\]$"):
        ensemble(init_params((3, 2), 0))  # type: ignore[arg-type]  # what is refused
    with pytest.raises(TypeError, match=r"^params: expected Params, got int$"):
        tempered(7, 2.0)  # type: ignore[arg-type]  # what is refused


def test_temperatures_keep_numbers_finite() -> None:
    """Those of the biases, too."""
    for weights, bias in ((1e10, 0.0), (0.0, 1e10)):
        layer = Dense(np.full((2, 2), weights, np.float32), np.full(2, bias, np.float32))
        with pytest.raises(ValueError, match="^temperature: expected one by which the last layer can"):
            tempered(Params((layer,), sigmoid, identity_squared_error), 1e-30)


def test_names_alone_do_not_make_them_fit() -> None:
    """Activations of one name may be other functions."""
    one, two = (init_params((1, 1, 1), 0, attrs.evolve(f, name="mine")) for f in (relu, tanh))
    with pytest.raises(ValueError, match=r"^networks: expected the activation and the head of the first, got "):
        ensemble([one, two])


def test_huge_biases_have_a_mean() -> None:
    layers = (Dense(np.zeros((1, 1), np.float32), np.zeros(1, np.float32)),)
    huge = Dense(np.ones((1, 1), np.float32), np.full(1, 3e38, np.float32))
    params = Params((*layers, huge), sigmoid, identity_squared_error)
    np.testing.assert_allclose(ensemble([params, params]).layers[1].bias, 3e38, rtol=1e-6)


@pytest.mark.parametrize("temperature", [1e-40, 1e-300])
def test_temperatures_keep_weights_finite(temperature: float) -> None:
    with pytest.raises(
        ValueError, match=r"^temperature: expected one by which the last layer can be divided in float32, got"
    ):
        tempered(init_params((3, 2), 0), temperature)


@given(members(softmax_cross_entropy), st.sampled_from([0.25, 0.5, 1, 2, 8]))
def test_temperature_divides_logits(networks: tuple[Params[np.float64], ...], temperature: float) -> None:
    (params, *_), x = networks, inputs(networks)
    np.testing.assert_allclose(logits(tempered(params, temperature), x) * temperature, logits(params, x), atol=1e-9)
    assert tempered(params, 1) == params
    assert np.array_equal(predict(tempered(params, temperature), x), predict(params, x))
    twice = reduce(tempered, [temperature, temperature], params)  # powers of 2: exact
    assert twice == tempered(params, temperature**2)


@pytest.mark.parametrize("temperature", [0, -1, np.inf, np.nan])
def test_temperatures_are_positive(temperature: float) -> None:
    with pytest.raises(ValueError, match="^temperature: expected a .*number"):
        tempered(init_params((2, 1), 0), temperature)


def test_own_activations_are_kept() -> None:
    mine = Activation("mine", lambda z: z * 2, lambda z, a, g: g * 2)
    assert ensemble([init_params((2, 3, 1), seed, mine) for seed in (0, 1)]).hidden is mine
