"""The laws of an optimizer that compare numbers: with those of another network, dtype, rule, or size of g."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Numbers
from fnnet.nn.params import Dense, Grads, Params
from fnnet.nn.tree import ravel, scale, unravel
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import adam
from fnnet.testing.laws.law import Example, Law
from fnnet.testing.laws.mismatch import require, require_between, require_close
from fnnet.testing.laws.walks import DOUBLE, LARGE, RATE, SMALL, displacement, has_rate, network, walk, walks, with_rate

_LATE, _LATER = 47, 97


def _examples(o: Optimizer) -> st.SearchStrategy[Example]:
    return walks(3, DOUBLE)


def _wide_examples(o: Optimizer) -> st.SearchStrategy[Example]:
    small, large = walks(2, DOUBLE, SMALL), walks(1, DOUBLE, st.just(LARGE))
    return st.sampled_from([small] * 49 + [large]).flatmap(lambda chosen: chosen)


def _path(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> list[Numbers]:
    return [displacement(params, after) for after, _ in walk(o, params, grads)]


def _reversed(record: Any) -> Any:
    """The same network, or its gradient, with the units of each hidden layer in the opposite order."""
    last, layers = len(record.layers) - 1, []
    for k, layer in enumerate(record.layers):
        rows, columns = slice(None, None, -1 if k else 1), slice(None, None, -1 if k < last else 1)
        layers.append(Dense(layer.weights[rows, columns], layer.bias[columns]))
    return Grads(layers) if isinstance(record, Grads) else Params(layers, record.hidden, record.head)


def _symmetry(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    mirrored = walk(o, _reversed(params), [_reversed(g) for g in grads])
    for k, ((one, _), (other, _)) in enumerate(zip(walk(o, params, grads), mirrored)):
        require_close(_reversed(other), one, 1e-9, 1e-9, f"θ after step {k}, with hidden units in the opposite order")


def _float32(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    narrow = _path(o, params.astype(np.float32), [g.astype(np.float32) for g in grads])
    near = [_path(o, params, [scale(g, factor) for g in grads]) for factor in (1.0, 1 - 1e-6, 1 + 1e-6)]
    size = float(abs(ravel(params)).max())
    for k, (got, *wide) in enumerate(zip(narrow, *near)):
        slack = 1e-4 * abs(wide[0]).max() + 1e-6 * size
        low, high = np.min(wide, axis=0) - slack, np.max(wide, axis=0) + slack
        require_between(got, low, high, f"θ' - θ after step {k}")


def _constant(o: Optimizer, g: float, steps: int) -> list[Numbers]:
    """The steps from θ = 0, over and over, where no penalty acts, along one gradient."""
    params = network((1, 1), np.float64)
    state, grads, found = o.init(params), unravel(Grads(params.layers), np.array([g, -g])), []
    for _ in range(steps):
        after, state = o.step(params, grads, state)
        found.append(ravel(after))
    return found


def _rate(o: Optimizer, g: float) -> None:
    o = with_rate(o, RATE)
    steps, (double,) = _constant(o, g, _LATER), _constant(o, 2 * g, 1)
    if not np.allclose(double, 2 * steps[0], 1e-9, 0):
        return  # η is no factor of g, as for Adam
    late, later = (abs(steps[k - 1]).max() / (RATE * abs(g)) for k in (_LATE, _LATER))
    if abs(later - late) <= 0.01 * later:
        require(later >= 0.99, f"steps of η g = {RATE * g:g} or more, after {_LATER} steps", f"{later:.4g} η g")


def _kind(o: Optimizer, g: float) -> None:
    own = has_rate(o)
    first, *others = (abs(step).max() for step in _constant(with_rate(o, RATE), g, 3))
    if own:
        require(abs(first - RATE) <= 0.01 * RATE, f"a first step of η = {RATE:g}", f"{first:.4g}")
    elif "adamw" not in _words(o):  # whose decay shows after the first step
        holds = all(abs(step - first) <= 0.02 * first for step in others)
        require(holds, f"steps of one length, {first:.4g}", ", ".join(f"{step:.4g}" for step in others))


def _is_adam(o: Optimizer) -> bool:
    """Whether it says that it is Adam: by its name, or as a subclass that remembers the same."""
    same = isinstance(o, adam) and o.remembers == adam.remembers
    return same or not _words(o).isdisjoint({"adam", "adamw"})


def _words(o: Optimizer) -> set[str]:
    return set(o.kind.lower().replace("_", "-").split("-"))


def like(other: Optimizer) -> Law:
    """The law that an optimizer takes the same steps as another."""

    def test(o: Optimizer, params: Params[Any], grads: list[Grads[Any]], repeats: int) -> None:
        size = float(abs(ravel(params)).max())
        for k, (got, expected) in enumerate(zip(*(_path(each, params, grads * repeats) for each in (o, other)))):
            allowed = 1e-7 * float(abs(expected).max()) + 1e-14 * size
            require_close(got, expected, 0, allowed, f"θ' - θ of {other} after step {k}")

    def examples(o: Optimizer) -> st.SearchStrategy[Example]:
        return walks(3, DOUBLE, repeats=st.sampled_from([1, 1, 1, 2, 20]))

    return Law(
        "like", f"the steps of {other}", "1e-7 of the largest: where ε stands is a matter of taste", examples, test
    )


LAWS = (
    Law(
        "symmetry",
        "a permutation of hidden units, of θ and of g, commutes with steps",
        "1e-9, for sums in another order",
        _wide_examples,
        _symmetry,
    ),
    Law(
        "float32",
        "steps in float32 = steps in float64, of gradients within 1e-6",
        "1e-4 of the largest step, 1e-6 of the largest θ",
        _examples,
        _float32,
    ),
    Law(
        "rate",
        "where steps are linear in g, a constant g is followed at η g a step or faster, in the end",
        "1 %, for means that are not there yet",
        lambda o: st.fixed_dictionaries({"g": st.sampled_from([1.0, -0.5, 1 / 1024])}),
        _rate,
        has_rate,
    ),
    Law(
        "kind",
        "what is Adam by name, or a subclass of it, moves by η along a constant g: both means are corrected",
        "1 % to 2 %, for ε",
        lambda o: st.fixed_dictionaries({"g": st.sampled_from([1000.0, -4000.0])}),
        _kind,
        _is_adam,
    ),
)
