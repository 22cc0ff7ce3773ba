"""The benchmark itself: what it compares, in what order, what it prints."""

import gc
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType

import attrs
import numpy as np
import pytest

from fnnet import init_params, predict_proba, recipes
from fnnet.recipes.recipe import CLASSIC
from fnnet.recipes.suitable import rate_of
from tests.bench import against, cases, memory, optimizers, peers, table, whole
from tests.bench.__main__ import parser
from tests.bench.cases import Case, Problem
from tests.bench.jobs import recipe
from tests.bench.measure import Row, difference, measure
from tests.bench.peers import ours, plain


@pytest.fixture(autouse=True)
def no_old_garbage() -> Iterator[None]:
    """Collecting garbage before each turn would go through all that other tests have left."""
    gc.freeze()
    yield
    gc.unfreeze()


def small(kind: str, batch: int) -> Problem:
    return cases.problem(Case(kind, batch, 48, (6, 5)))


@pytest.mark.parametrize("kind, batch", [("train", 1), ("train", 2), ("train", 8), ("momentum", 2), ("adam", 8)])
def test_fnnet_and_its_definition_agree(kind: str, batch: int) -> None:
    problem = small(kind, batch)
    both = peers.turns(problem, {"fnnet": ours, "plain reduce": plain})
    assert difference({name: turn()[1] for name, turn in both.items()}, problem.start) < 1e-4


def test_other_arithmetic_is_rejected() -> None:
    problem = small("train", 1)
    goal = ours.train(problem)()
    wrong_rate = [a + 1.001 * (b - a) for a, b in zip(problem.start, goal, strict=True)]
    wrong_order = attrs.evolve(problem, x=problem.x[::-1], y=problem.y[::-1])
    for wrong in (
        wrong_rate,
        ours.train(wrong_order)(),
        ours.train(attrs.evolve(problem, case=Case("train", 2, 48, (6, 5))))(),
        [np.full_like(array, np.nan) for array in goal],
    ):
        with pytest.raises(ValueError, match=r"expected the same results.*got.*peer"):
            difference({"fnnet": goal, "peer": wrong}, problem.start)


@pytest.mark.parametrize("batch", [1, 48])
def test_predictions_and_gradients(batch: int) -> None:
    problem = small("predict", batch)
    (p,) = ours.predict(problem)()
    np.testing.assert_allclose(p.reshape(48, 10), predict_proba(problem.params, problem.x), rtol=1e-5)
    # one step of the definition from the initial weights is the rate times the gradient of the only batch
    if batch == 48:
        moved = [a - b for a, b in zip(problem.arrays, plain.train(problem)(), strict=True)]
        gradient = ours.gradient(problem)()
        for step, g in zip(moved, gradient, strict=True):
            np.testing.assert_allclose(step, cases.LR * g, atol=1e-7)


def test_rounds_alternate() -> None:
    calls: list[str] = []
    seconds = {"fnnet": [9.0, 1.0, 2.0, 4.0], "JAX": [9.0, 2.0, 12.0, 4.0]}

    def turn(name: str) -> tuple[float, list[float]]:
        calls.append(name)
        return seconds[name][calls.count(name) - 1], [1.0]

    row = measure("a case", 2, {name: partial(turn, name) for name in seconds}, [0.0], 3)
    assert calls == ["fnnet", "JAX"] * 4
    assert row == Row("a case", 2, {"fnnet": [1.0, 2.0, 4.0], "JAX": [2.0, 12.0, 4.0]}, 0.0)
    assert row.microseconds == 1e6 and row.ratio("JAX") == 2


def test_the_table_of_ratios() -> None:
    rows = [
        Row("one sample", 1000, {"fnnet": [0.01, 0.03, 0.02], "JAX": [0.0085, 0.03, 0.017]}, 0.0),
        Row("one image", 1000, {"fnnet": [0.002], "ONNX": [0.0018]}, 0.0),
    ]
    assert table.ratios(rows) == (
        "|  | fnnet, µs a sample | JAX | ONNX |\n"
        "|---|---:|---:|---:|\n"
        "| one sample | 20.0 | 0.85 | – |\n"
        "| one image | 2.00 | – | 0.90 |"
    )


def test_the_table_of_whole_jobs() -> None:
    outcomes = {
        "fnnet": [whole.Outcome(9.0, 300.0, 0.978), whole.Outcome(11.0, 301.0, 0.978)],
        "JAX": [whole.Outcome(12.5, 820.4, 0.9781)],
    }
    assert whole.cells(outcomes) == [
        ["fnnet", "10.00", "1.00", "301", "97.80%"],
        ["JAX", "12.50", "1.25", "820", "97.81%"],
    ]


def test_each_batch_has_a_row() -> None:
    found = optimizers.rows(1, batches=(1, 64), steps=4)
    assert [row.title for row in found] == ["batches of 1", "batches of 64"]
    assert all(row.seconds.keys() == optimizers.OPTIMIZERS.keys() for row in found)


def test_missing_peers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jax", None)
    found, missing = peers.load(["plain reduce", "JAX"])
    assert found == {"fnnet": ours, "plain reduce": plain}
    assert missing == "Left out, as not installed: JAX (no module jax)."
    assert peers.load([]) == ({"fnnet": ours}, "")
    with pytest.raises(ValueError, match=r"peers: expected some of fnnet, .*, got Theano"):
        peers.load(["Theano"])


def test_every_case_cuts_into_whole_batches() -> None:
    everything = [*cases.CASES, *cases.GROWTH]
    assert all(case.samples % case.batch == 0 for case in everything)
    assert len({case.name for case in everything}) == len(everything)
    assert all(hasattr(ours, case.kind) for case in everything)


@pytest.mark.parametrize("side", [7, 14, 28, 56])
def test_images_of_other_sizes(side: int) -> None:
    posed = cases.problem(Case("train", 1, 300, (), side=side))
    assert posed.x.shape == (300, side * side) and posed.params.sizes == (side * side, 10)
    np.testing.assert_allclose(posed.x.mean(), cases.problem(Case("train", 1, 300, ())).x.mean(), rtol=1e-4)


def test_images_come_again() -> None:
    data = cases.problem(Case("train", 1, 60_001, (), side=7)).data
    np.testing.assert_array_equal(data.x[-1], data.x[0])


def test_memory_counts_what_work_allocates() -> None:
    def train(problem: Problem) -> Callable[[], int]:
        return lambda: np.ones(2**17).nbytes

    peer = ModuleType("peer")
    vars(peer)["train"] = train
    data, weights, most = memory.peak(Case("train", 1, 48, (6, 5)), peer)
    assert 1 <= most < 1.01 and weights == pytest.approx((785 * 6 + 7 * 5 + 6 * 10) * 4 / 2**20)
    assert data == pytest.approx(48 * (784 * 4 + 8) / 2**20, rel=0.01)


def test_the_parser(capsys: pytest.CaptureFixture[str]) -> None:
    options = parser().parse_args(["train-1", "--peers", "JAX", "--repeats", "3"])
    assert (options.cases, options.peers, options.repeats, options.against) == (["train-1"], ["JAX"], 3, None)
    for wrong in (["--repeats", "0"], ["--whole", "--optimizers"]):
        with pytest.raises(SystemExit, match="2"):
            parser().parse_args(wrong)
    assert "expected an integer of at least 1, got '0'" in capsys.readouterr().err
    with pytest.raises(ValueError, match=r"case: expected one of train-1, .*, got 'none-such'"):
        cases.chosen(["none-such"])


def test_the_jobs_follow_our_recipe() -> None:
    params = init_params(recipe.SIZES, seed=0)
    assert all(
        map(np.array_equal, cases.arrays(params), cases.arrays(recipes.initial_params(CLASSIC, 784, 10, seed=0)))
    )
    assert CLASSIC.batch_size == 1
    assert [recipe.rate(epoch) for epoch in range(3)] == [rate_of(CLASSIC) * CLASSIC.decay**epoch for epoch in range(3)]


@pytest.mark.slow
def test_a_process_is_measured() -> None:
    outcome = whole.run(["-c", "print('Epoch: 1, Accuracy: 97.50%')"])
    assert outcome.seconds > 0 and outcome.peak_mebibytes > 1 and outcome.accuracy == 0.975


@pytest.mark.slow
def test_two_checkouts_take_turns() -> None:
    # a checkout against itself: two processes, the same arithmetic
    (row,) = against.rows(against.ROOT, cases.chosen(["predict-1"]), repeats=2)
    assert row.difference == 0 and [len(seconds) for seconds in row.seconds.values()] == [2, 2]
    with pytest.raises(ValueError, match="against: expected a checkout of fnnet"):
        against.rows(against.ROOT / "tests", [], repeats=1)
