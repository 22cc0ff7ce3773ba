"""The strategies for tests of users: they reach their corners, give valid values only, and shrink to small ones."""

import importlib
import sys
from collections.abc import Callable
from typing import Any, TypeVar, get_args

import attrs
import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from fnnet import (
    Activation,
    Cache,
    Dataset,
    Dense,
    Grads,
    Head,
    Params,
    TrainState,
    accuracy,
    backward,
    forward,
    identity,
    identity_squared_error,
    init_params,
    loss,
    ravel,
    softmax_cross_entropy,
    tree,
)
from fnnet.nn import Domain
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.domains import distribution
from fnnet.nn.heads import HEADS
from fnnet.optim import OPTIMIZERS, Optimizer, State, schedules
from fnnet.optim.wrappers import Wrapper
from fnnet.testing import strategies
from fnnet.testing.numbers import FACTORS, REAL, arrays, filled, grid
from fnnet.testing.strategies import Problem
from fnnet.testing.targets import rows, targets_of
from fnnet.typing import Numbers

T = TypeVar("T")

PARAMS = init_params((3, 4, 2, 1), seed=0)
NETWORKS: dict[str, Callable[[Params[Any]], bool]] = {
    "one layer": lambda params: len(params.layers) == 1,
    "four layers": lambda params: len(params.layers) == 4,
    "width 1": lambda params: set(params.sizes) == {1},
    "width 5": lambda params: 5 in params.sizes[1:-1],
    "float32": lambda params: params.dtype == np.float32,
    "float64": lambda params: params.dtype == np.float64,
    "small": lambda params: bool(0 < abs(ravel(params)).max() <= 1 / 4),
    "large": lambda params: bool(abs(ravel(params)).max() > 3),
    "all different": lambda params: len(set(ravel(params).tolist())) == tree.count(params) > 6,
} | {name: lambda params, name=name: name in (params.hidden.name, params.head.name) for name in ACTIVATIONS | HEADS}
DATA: dict[str, Callable[[Dataset[Any]], bool]] = {
    "one sample": lambda data: len(data) == 1,
    "six samples": lambda data: len(data) == 6,
    "one feature": lambda data: data.x.shape[1] == 1,
    "one class": lambda data: data.y.ndim == 1 and data.outputs == 1,
    "five classes": lambda data: data.y.ndim == 1 and data.outputs == 5,
    "one target": lambda data: data.y.ndim == 2 and data.outputs == 1,
    "negative targets": lambda data: data.y.ndim == 2 and bool(data.y.min() < 0),
    "float32": lambda data: data.x.dtype == np.float32,
    "float64": lambda data: data.x.dtype == np.float64,
    "no weights": lambda data: data.weights is None,
    "weights": lambda data: data.weights is not None and len(set(data.weights.tolist())) > 1,
    "a weight of 0": lambda data: data.weights is not None and 0 in data.weights and bool(data.weights.any()),
}


def first(strategy: st.SearchStrategy[T], condition: Callable[[T], Any]) -> T:
    """The smallest example that hypothesis finds, among at most 2,000, without its database."""
    shrunk = settings(max_examples=2000, database=None, phases=[Phase.generate, Phase.shrink])
    return find(strategy, condition, settings=shrunk)


def is_reached(strategy: st.SearchStrategy[T], condition: Callable[[T], Any], examples: int = 2000) -> bool:
    """Whether one of so many examples is like that; it is not made smaller."""
    generated = settings(max_examples=examples, database=None, phases=[Phase.generate])
    try:
        find(strategy, condition, settings=generated)
    except NoSuchExample:
        return False
    return True


def is_missing(strategy: st.SearchStrategy[T], condition: Callable[[T], Any]) -> bool:
    """Whether no example of 50 is like that."""
    return not is_reached(strategy, condition, 50)


@pytest.mark.parametrize("corner", NETWORKS)
def test_networks_reach_corners(corner: str) -> None:
    assert is_reached(strategies.params(), NETWORKS[corner])


@pytest.mark.parametrize("corner", DATA)
def test_data_reaches_corners(corner: str) -> None:
    assert is_reached(strategies.datasets(), DATA[corner])


@pytest.mark.parametrize("head", HEADS.values())
@pytest.mark.parametrize("rank", [1, 2])
def test_problems_reach_both_targets(head: Head, rank: int) -> None:
    """Also where one output is one class, and with weights."""
    problems = strategies.problems(head=st.just(head))
    assert is_missing(problems, lambda problem: problem.params.head != head)
    assert is_reached(problems, lambda problem: problem.y.ndim == rank and problem.params.sizes[-1] > 1)
    assert is_reached(problems, lambda problem: problem.y.ndim == rank and problem.params.sizes[-1] == 1)
    assert is_reached(problems, lambda problem: problem.y.ndim == rank and problem.weights is not None)


def test_narrowed_strategies_are_noticed() -> None:
    """What looks for corners fails where one is missing."""
    narrow = strategies.params(sizes=strategies.sizes(layers=1), dtype=np.float64)
    assert is_missing(narrow, NETWORKS["four layers"]) and is_missing(narrow, NETWORKS["float32"])
    assert is_missing(strategies.datasets(weighted=st.just(False)), DATA["weights"])


@given(strategies.problems())
def test_problems_are_valid(problem: Problem[Any]) -> None:
    params, data = problem.params, problem.data
    assert 2 <= len(params.sizes) <= 5 and set(params.sizes) <= set(range(1, 6))
    assert data.x.shape[1] == params.sizes[0] and 1 <= len(data) <= 6
    assert params.dtype == problem.x.dtype and ravel(params).dtype == params.dtype
    assert (ravel(params) * 512 % 1 == 0).all() and abs(ravel(params)).max() <= 4
    assert (problem.x * 32 % 1 == 0).all() and abs(problem.x).max() <= 4
    if problem.weights is not None:
        assert problem.weights.dtype == params.dtype and problem.weights.max() <= 2
    backward(params, forward(params, problem.x), problem.y, problem.weights)
    if params.head.gives_probabilities and problem.weights is None:
        assert 0 <= accuracy(params, data) <= 1


@given(st.data())
def test_shapes_follow_the_network(data: st.DataObject) -> None:
    params, samples = data.draw(strategies.params()), data.draw(st.integers(0, 3))
    grads = data.draw(strategies.grads(params))
    assert tree.add(params, grads).dtype == params.dtype
    masks = data.draw(strategies.masks(params, samples))
    assert [mask.shape for mask in masks] == [(samples, width) for width in params.sizes[1:-1]]
    assert all(mask.dtype == params.dtype and set((mask * 8).ravel()) <= set(range(17)) for mask in masks)
    forward(params, np.zeros((samples, params.sizes[0]), params.dtype), masks)


def test_masks_reach_zero_and_two() -> None:
    assert is_reached(
        strategies.masks(PARAMS, 2), lambda masks: any(mask.min() == 0 and mask.max() == 2 for mask in masks)
    )
    assert first(strategies.masks(init_params((3, 1), seed=0), 2), lambda masks: True) == ()


@given(strategies.optimizers(), st.data())
def test_optimizers_take_steps(optimizer: Optimizer, data: st.DataObject) -> None:
    grads = data.draw(strategies.grads(PARAMS))
    params, state = optimizer.step(PARAMS, grads, optimizer.init(PARAMS))
    assert tree.is_finite(params) and state.count == 1
    assert isinstance(hash(optimizer), int) and optimizer == eval(repr(optimizer), {**vars(schedules), **KINDS})


KINDS = {kind.__name__: kind for kind in (*map(type, (f(0.1) for f in OPTIMIZERS.values())), *Wrapper.__subclasses__())}


@pytest.mark.parametrize("name", KINDS)
def test_optimizers_are_all_there(name: str) -> None:
    """Each of the library's, each wrapper around another one, and each with a schedule as its rate."""
    kind = KINDS[name]
    assert is_reached(strategies.optimizers(), lambda optimizer: type(optimizer) is kind)
    of_kind: st.SearchStrategy[Any] = st.from_type(kind)  # Any: only a wrapper has an optimizer, others a rate
    if issubclass(kind, Wrapper):
        assert is_reached(of_kind, lambda outer: isinstance(outer.optimizer, Wrapper))
    else:
        assert is_reached(of_kind, lambda found: callable(found.lr))


def test_strategies_have_short_names() -> None:
    """Hypothesis writes them into its errors, and warns where they are long."""
    for strategy in (
        strategies.optimizers(),
        strategies.schedules(),
        strategies.problems(),
        st.from_type(KINDS["ema"]),
    ):
        assert len(repr(strategy)) < 1000


@given(strategies.schedules(), st.integers(0, 100))
def test_schedules_give_rates(schedule: schedules.Schedule, step: int) -> None:
    assert 0 <= schedule(step) <= 1 and schedule(step) == schedule(step)


@pytest.mark.parametrize("name", sorted(set(schedules.__all__) - {"Schedule"}))
def test_schedules_are_all_there(name: str) -> None:
    assert is_reached(strategies.schedules(), lambda schedule: type(schedule).__name__ == name)


def test_counterexamples_are_small() -> None:
    """A wrong claim about deep networks is refuted by a small one, of whole numbers, most of them 0."""
    wrong = first(strategies.params(), lambda params: len(params.layers) > 1 and ravel(params)[0] > 0)
    assert (wrong.sizes, wrong.hidden, wrong.head) == ((1, 1, 1), identity, identity_squared_error)
    assert ravel(wrong).tolist() == [1, 0, 0, 0]
    problem = first(strategies.problems(), lambda p: loss(p.params, p.x, p.y, p.weights) > 0)
    assert tree.count(problem.params) <= 6 and len(problem.data) == 1
    assert problem.weights is None and problem.params.dtype == np.float64
    assert first(strategies.optimizers(), lambda optimizer: True) == OPTIMIZERS["sgd"](0)
    assert first(strategies.schedules(), lambda schedule: True) == schedules.constant(0)


def test_large_networks_are_fast() -> None:
    """Numbers are drawn 127 at a time, so that size is no matter for hypothesis, which would refuse so many draws."""
    assert is_reached(
        strategies.params(sizes=st.just((784, 128, 64, 10))), lambda params: tree.count(params) == 109_386
    )
    data = strategies.datasets(features=st.just(784), samples=st.just(1000))
    assert is_reached(data, lambda data: len(np.unique(data.x, axis=0)) > 100), "rows repeat only after 127"


RECORDS = (Activation, Cache, Dataset, Dense, Grads, Head, Optimizer, Params, Problem, State, TrainState)


@pytest.mark.parametrize("kind", [*RECORDS, *KINDS.values(), *map(vars(schedules).get, schedules.__all__[1:])])
def test_types_have_strategies(kind: type[Any]) -> None:
    assert isinstance(first(st.from_type(kind), lambda record: True), kind)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", [Dataset, Dense, Grads, Params, Problem, State, TrainState])
def test_types_may_name_their_dtype(kind: Any, dtype: type[Any]) -> None:
    def has_other_dtype(record: Any) -> bool:
        while not hasattr(record, "dtype"):
            values = [getattr(record, field.name) for field in attrs.fields(type(record))]
            values = [v for value in values for v in (value if isinstance(value, tuple) else [value])]
            if not (values := [value for value in values if hasattr(value, "dtype") or attrs.has(type(value))]):
                return False  # the state of an optimizer that remembers nothing
            record = values[0]
        return bool(record.dtype != dtype)

    assert get_args(kind[dtype]) == (dtype,)
    assert is_reached(st.from_type(kind), has_other_dtype)
    assert is_missing(st.from_type(kind[dtype]), has_other_dtype)


@given(...)
def test_given_reads_annotations(params: Params[np.float64], optimizer: Optimizer, head: Head) -> None:
    assert params.dtype == np.float64 and isinstance(optimizer, Optimizer) and head in HEADS.values()


def own_head(domain: Domain) -> Head:
    """A head of a user's, of whose domain the strategies know only what it contains."""
    return attrs.evolve(identity_squared_error, name="own", domain=domain)


OWN_DOMAINS: dict[str, Callable[[Numbers], Any]] = {
    "signs": lambda t: np.all(abs(t) == 1),
    "whole": lambda t: np.all((t >= 0) & (t % 1 == 0)),
    "one-hot": lambda t: np.all((t == 0) | (t == 1)) and np.all(t.sum(axis=-1) == 1),
}


@pytest.mark.parametrize("name", OWN_DOMAINS)
def test_own_domains_get_their_targets(name: str) -> None:
    head = own_head(Domain(name, OWN_DOMAINS[name]))
    problems = strategies.problems(sizes=strategies.sizes().map(lambda sizes: (*sizes, 3)), head=st.just(head))
    found = first(problems, lambda problem: problem.y.ndim == 2 and len(problem.y) > 1)
    assert head.domain.contains(found.y)
    assert is_missing(problems, lambda problem: problem.y.ndim == 2 and not head.domain.contains(problem.y))
    # labels stand for one-hot rows, which signs are not
    assert is_missing(problems, lambda problem: problem.y.ndim == 1) == (name == "signs")


def test_sums_of_targets_are_1_or_are_not() -> None:
    """A domain of distributions takes what is almost 1 for 1, of which no law of derivatives holds."""
    rng = np.random.default_rng(0)
    for _ in range(20000):
        t = targets_of(distribution, filled(rng.bytes(2), (1, 2), REAL))
        assert abs(t.sum() - 1) < 1e-12


def test_strange_domains_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^head: expected a domain with .*, got only 7; use Problem\(params, data\)"):
        assert is_reached(
            rows(own_head(Domain("only 7", lambda t: np.all(t == 7))), 1, 1, np.float64), lambda targets: True
        )


def test_problems_must_match() -> None:
    params = init_params((3, 2), seed=0, dtype=np.float64)
    with pytest.raises(ValueError, match="^data: expected 3 features, float64, got Dataset"):
        Problem(params, Dataset(np.eye(2), np.array([0, 1])))
    narrow: Dataset[Any] = Dataset(np.eye(3, dtype=np.float32), np.arange(3))  # Any: a type checker refuses it
    with pytest.raises(ValueError, match="^data: expected 3 features, float64, got Dataset"):
        Problem(params, narrow)
    with pytest.raises(ValueError, match="^y: expected labels from 0 to 1, got 2"):
        Problem(params, Dataset(np.eye(3), np.arange(3)))


def test_numbers_are_round_first() -> None:
    assert REAL[:7].tolist() == [0, 1, -1, 2, -2, 3, -3] and len(set(REAL)) == len(REAL) == 256
    assert FACTORS[:3].tolist() == [0, 1, 2] and FACTORS.max() == 2
    assert grid(0, 1, 0.25).tolist() == [0, 1, 0.5, 0.25, 0.75]
    assert first(arrays((), REAL), lambda number: number < 0).tolist() == -1
    assert first(arrays((0, 3), REAL), lambda array: True).shape == (0, 3)


def test_own_functions_can_be_given() -> None:
    mine = Activation("mine", lambda z: z * 2, lambda z, a, g: g * 2)
    found = first(strategies.params(hidden=st.just(mine), head=st.just(softmax_cross_entropy)), lambda params: True)
    assert (found.hidden, found.head) == (mine, softmax_cross_entropy)


def test_missing_hypothesis_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the extra is named."""
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, "fnnet.testing.strategies")
    message = r"^fnnet\.testing\.strategies needs hypothesis: pip install 'fnnet\[testing\]'$"
    with pytest.raises(ImportError, match=message):
        importlib.import_module("fnnet.testing.strategies")
