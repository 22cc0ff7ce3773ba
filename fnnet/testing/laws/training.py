"""The laws of a step of training: (state, batch) ↦ state, which `functools.reduce` takes over batches (x, y)."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import attrs
import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.inference import loss
from fnnet.nn.initializers import init_params
from fnnet.nn.params import Dense, Params
from fnnet.nn.tree import is_finite, ravel, scale
from fnnet.testing.laws.cases import SEEDS, Samples, networks
from fnnet.testing.laws.law import EXACT, NARROW, Example, Law
from fnnet.testing.laws.mismatch import require, require_between, require_close, require_same
from fnnet.testing.laws.states import contents, copied, global_randomness, network_of
from fnnet.testing.laws.step import EASY, Training
from fnnet.testing.numbers import dtypes

_WIDE = st.just(np.float64)
_ROUNDING = "1e-7 of the numbers, for rounding in float64"
_FEW, _LONG = st.integers(1, 4), st.sampled_from([*range(2, 9), *range(2, 9), 100])
_COUNTS = st.sampled_from([1, 2, 3, 5, 8, 40])  # of samples in a batch
_TRIALS = 200
_MOST = 50  # examples of laws that take several runs each


@st.composite
def _runs(
    draw: st.DrawFn,
    t: Training,
    types: st.SearchStrategy[type[Any]] = dtypes,
    steps: st.SearchStrategy[int] = _FEW,
    together: bool | None = None,
    like: Params[Any] | None = None,
    length: float = 1.0,
) -> Example:
    """A network and batches that it is trained on: several samples each, or one sample each, as the step takes them."""
    params = draw(networks(like or t.network, draw(types)))
    forms = [taken for taken, is_taken in ((False, t.takes_samples), (True, t.takes_batches)) if is_taken]
    chosen = draw(st.sampled_from(forms)) if together is None else together
    n, seed, count = draw(_COUNTS) if chosen else 1, draw(SEEDS), draw(steps)
    batches = [
        t.samples(params, max(1, n - (k == count - 1)), seed + k, length) for k in range(count)
    ]  # the last: smaller
    return {"params": params, "batches": batches if chosen else [(x[0], y[0]) for x, y in batches]}


def _with_cut(t: Training) -> st.SearchStrategy[Example]:
    return st.tuples(_runs(t, steps=_LONG), st.integers(0, 6)).map(
        lambda drawn: drawn[0] | {"k": drawn[1] % len(drawn[0]["batches"])}
    )


def _with_seed(t: Training, together: bool | None = None) -> st.SearchStrategy[Example]:
    runs = _runs(t, _WIDE, together=together)
    return st.tuples(runs, SEEDS).map(lambda drawn: drawn[0] | {"seed": drawn[1]})


def _far(t: Training) -> st.SearchStrategy[Example]:
    return _runs(t, steps=st.just(1), length=10 if t.network else 1000)  # of a network given, outputs may be exp(z)


def _nothing(t: Training) -> st.SearchStrategy[Example]:
    """Networks with one class."""
    shapes = st.sampled_from([(1, 1), (2, 1), (3, 2, 1)])
    likes = shapes.map(lambda sizes: init_params(sizes, seed=0, dtype=np.float64))
    return likes.flatmap(lambda like: _runs(t, _WIDE, like=like))


def _seeds(t: Training) -> st.SearchStrategy[Example]:
    return st.fixed_dictionaries({"seed": SEEDS})


def _shape(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    state = first = t.start(params)
    require_same(network_of(state), params, "the network of the first state")
    for batch in batches:
        state = t.step(state, batch)
        require(type(state) is type(first), f"a state of type {type(first).__name__}", type(state).__name__)
        network = network_of(state)
        require(isinstance(network, Params), "a network in the state", type(network).__name__)
        for name in ("sizes", "dtype", "hidden", "head"):
            got, expected = getattr(network, name), getattr(params, name)
            require(got == expected, f"{name}: {expected}", f"{got}")


def _pure(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    state, start = t.start(params), contents(params)
    require_same(contents(t.start(params)), contents(state), "start(params), again")
    for batch in batches:
        randomness, given = global_randomness(), (contents(state), contents(batch))
        first = t.step(state, batch)
        require(global_randomness() == randomness, "the global random state, as it was", "another")
        require_same((contents(state), contents(batch)), given, "state and batch, afterwards")
        result = contents(first)
        _train_another(t, params, batches)
        for _ in range(2):
            require_same(contents(t.step(state, batch)), result, "step(state, batch), again")
        require_same(contents(first), result, "step(state, batch), after other steps")
        state = first
    require_same(contents(params), start, "params, afterwards")


def _train_another(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    t.run(scale(params, -0.5), batches)


def _own_memory(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    x, y = (np.array(part) for part in batches[0])
    state = t.step(t.start(params), (x, y if y.ndim else y[()]))
    before = contents(state)
    x[...], y[...] = 7, 0
    require_same(contents(state), before, "the state, after the batch is overwritten")


def _fold(t: Training, params: Params[Any], batches: Sequence[Samples], k: int) -> None:
    whole = t.run(params, batches)
    state = t.run(params, batches[:k])
    _train_another(t, params, batches)
    require_same(contents(t.go_on(state, batches[k:])), contents(whole), "the state after all batches")


def _resume(t: Training, params: Params[Any], batches: Sequence[Samples], k: int) -> None:
    whole = t.run(params, batches)
    state = copied(t.run(params, batches[:k]))
    require_same(contents(t.go_on(state, batches[k:])), contents(whole), "the state after all batches")


def _finite(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    network = network_of(t.run(params, batches))
    require(is_finite(network), "a network of finite numbers", network)


def _order(t: Training, params: Params[Any], batches: Sequence[Samples], seed: int) -> None:
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(x)) for x, _ in batches]
    mixed = [(x[order], y[order]) for (x, y), order in zip(batches, orders)]
    _require_near(t, params, mixed, batches, "the network, whatever the order in a batch")


def _mean(t: Training, params: Params[Any], batches: Sequence[Samples], seed: int) -> None:
    twice = [(np.concatenate([x, x]), np.concatenate([y, y])) for x, y in batches]
    _require_near(t, params, twice, batches, "the network, of batches twice over")


def _one_sample(t: Training, params: Params[Any], batches: Sequence[Samples], seed: int) -> None:
    rows = [(x[np.newaxis], np.asarray(y)[np.newaxis]) for x, y in batches]
    _require_near(t, params, batches, rows, "the network, of samples")


def _require_near(
    t: Training, params: Params[Any], batches: Sequence[Samples], others: Sequence[Samples], what: str
) -> None:
    got, expected = (network_of(t.run(params, each)) for each in (batches, others))
    require_close(got, expected, 1e-7, 1e-7, what)


def _symmetry(t: Training, params: Params[Any], batches: Sequence[Samples], seed: int) -> None:
    got = network_of(t.run(permuted(params, seed), batches))
    expected = permuted(network_of(t.run(params, batches)), seed)
    require_close(got, expected, 1e-7, 1e-7, "the network with hidden units permuted")


def permuted(params: Params[Any], seed: int) -> Params[Any]:
    """The same function with the units of each hidden layer in another order."""
    rng = np.random.default_rng(seed)
    layers: list[Dense[Any]] = []
    order = np.arange(params.sizes[0])
    for layer, width in zip(params.layers, params.sizes[1:]):
        is_last = len(layers) == len(params.layers) - 1
        before, order = order, np.arange(width) if is_last else rng.permutation(width)
        layers.append(Dense(layer.weights[np.ix_(before, order)], layer.bias[order]))
    return attrs.evolve(params, layers=tuple(layers))


def _downhill(t: Training, seed: int) -> None:
    """The mean cosine of what three steps on a batch do and of its gradient, for each array of a network."""
    cosines, moves = [], []
    for trial in range(_TRIALS):
        params, batch, gradient = _easy(t, 1000 * seed + trial, 2)
        moved = network_of(t.run(params, [batch] * 3))
        pairs = list(zip(_arrays(moved), _arrays(params), _arrays(gradient)))
        cosines.append([_cosine(after - before, g) for after, before, g in pairs])
        moves.append([bool((after != before).any() or not g.any()) for after, before, g in pairs])
    names = [f"layers[{k // 2}].{('weights', 'bias')[k % 2]}" for k in range(len(cosines[0]))]
    for name, cosine, moved_at_all in zip(names, np.mean(cosines, axis=0), np.any(moves, axis=0)):
        require(moved_at_all, f"{name} to move", "it never does")
        require(cosine <= 0.5, f"{name}: mean cosine ≤ 0.5, for -1 is downhill", f"{cosine:.2f}")


def _easy(t: Training, seed: int, n: int) -> tuple[Params[Any], Samples, Any]:
    """A network, samples that it can learn by heart, as the step takes them, and the gradient of their loss."""
    like = t.network or EASY
    rng = np.random.default_rng(seed)
    params: Params[Any] = attrs.evolve(
        like, layers=tuple(Dense(_drawn(rng, layer.weights), _drawn(rng, layer.bias)) for layer in like.layers)
    )
    x, y = t.samples(params, n if t.takes_batches else 1, seed)
    return params, (x, y) if t.takes_batches else (x[0], y[0]), mean_gradient(params, x, y)


def _drawn(rng: np.random.Generator, like: Numbers) -> Numbers:
    return np.asarray(rng.normal(size=like.shape) / np.sqrt(like.shape[0]))


def _arrays(record: Any) -> list[Numbers]:
    return [part for layer in record.layers for part in (layer.weights, layer.bias)]


def _cosine(a: Numbers, b: Numbers) -> float:
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.sum(a * b)) / lengths if lengths else 0.0


def _learning(t: Training, seed: int) -> None:
    params, _, _ = _easy(t, seed, 3)
    x, y = t.samples(params, 3, seed)
    batches = [(x, y)] if t.takes_batches else list(zip(x, y))
    before = loss(params, x, y)
    network = network_of(t.run(params, (batches * _TRIALS)[:_TRIALS]))
    after = loss(network, x, y)
    require(after < before, f"a loss of less than {before:.6g} after {_TRIALS} steps", f"{after:.6g}")


def _identity(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    before, after = (float(np.abs(ravel(each)).sum()) for each in (params, network_of(t.run(params, batches))))
    require(after <= before * (1 + 1e-9), f"Σ|θ| ≤ {before:.9g}", f"{after:.9g}")


def _float32(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
    got = ravel(network_of(t.run(params, batches))).astype(np.float64)
    wide = [(x.astype(np.float64), _widened(y)) for x, y in batches]
    # what jumps for parameters that differ by rounding, such as a sign, may jump in float32
    here, *near = (
        ravel(network_of(t.run(scale(params.astype(np.float64), factor), wide))) for factor in (1, 1 + 1e-6, 1 - 1e-6)
    )
    slack = 1e-4 * (1 + abs(here)) + sum(abs(other - here) for other in near)
    require_between(got, here - slack, here + slack, "all numbers of the network in float64")


def _widened(y: Any) -> Any:
    return y.astype(np.float64) if y.dtype.kind == "f" else y


def like(other: Any) -> Law:
    """The law that a step is the same as another way of writing it; the other is a `Training`, or a step alone."""

    def test(t: Training, params: Params[Any], batches: Sequence[Samples]) -> None:
        got, expected = (network_of(each.run(params, batches)) for each in (t, Training.of(other)))
        require_close(got, expected, 1e-7, 1e-7, "the network of the other")

    return Law("like", "step = other", _ROUNDING, partial(_runs, types=_WIDE), test)


LAWS = (
    Law(
        "shape",
        "the network of start(params) is params; that of step(state, batch) has its sizes, dtype, activation and head",
        EXACT,
        _runs,
        _shape,
        most=_MOST,
    ),
    Law(
        "pure",
        "state, batch and the global random state do not change, and the same arguments give the same bits",
        EXACT,
        _runs,
        _pure,
        most=_MOST,
    ),
    Law("own memory", "step(state, batch) shares no memory with the batch", EXACT, _runs, _own_memory, most=_MOST),
    Law(
        "fold",
        "reduce(step, batches, s) = reduce(step, batches[k:], reduce(step, batches[:k], s)), "
        "whatever is trained in between",
        EXACT,
        _with_cut,
        _fold,
        most=_MOST,
    ),
    Law(
        "resume",
        "reduce(step, batches, s) = reduce(step, batches[k:], pickled(reduce(step, batches[:k], s)))",
        EXACT,
        _with_cut,
        _resume,
        most=_MOST,
    ),
    Law("finite", "features up to 1000 lead to finite numbers; up to 10, with a network given", EXACT, _far, _finite),
    Law(
        "order",
        "the samples of a batch may come in any order",
        _ROUNDING,
        partial(_with_seed, together=True),
        _order,
        lambda t: t.takes_means,
    ),
    Law(
        "mean",
        "step(s, batch ++ batch) = step(s, batch)",
        _ROUNDING,
        partial(_with_seed, together=True),
        _mean,
        lambda t: t.takes_means,
    ),
    Law(
        "one sample",
        "step(s, (x, y)) = step(s, ([x], [y]))",
        _ROUNDING,
        partial(_with_seed, together=False),
        _one_sample,
        lambda t: t.takes_samples and t.takes_batches,
    ),
    Law(
        "symmetry",
        "permuting hidden units and training commute",
        _ROUNDING,
        _with_seed,
        _symmetry,
    ),
    Law(
        "downhill",
        "each array of a network moves, and on average not along its gradient",
        f"a mean cosine of 0.5, 7 standard deviations from the 0 of a random direction in {_TRIALS} networks",
        _seeds,
        _downhill,
        most=2,
    ),
    Law("learning", "a few samples are learned by heart: their loss falls", EXACT, _seeds, _learning, most=3),
    Law(
        "identity",
        "where there is nothing to learn, one class, no parameters grow: Σ|θ| does not rise",
        "1e-9, for rounding",
        _nothing,
        _identity,
        lambda t: t.network is None,
    ),
    Law(
        "float32",
        "training in float32 is that in float64",
        NARROW,
        partial(_runs, types=st.just(np.float32)),
        _float32,
    ),
)
