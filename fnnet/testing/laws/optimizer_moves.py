"""The laws of an optimizer about where a step goes: not far, downhill, and nowhere where nothing calls for a step."""

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
from hypothesis import strategies as st

from fnnet.nn.params import Grads, Params
from fnnet.nn.tree import is_finite, ravel, scale, unravel
from fnnet.optim.elementwise import Elementwise
from fnnet.optim.optimizer import Optimizer, State
from fnnet.testing.laws.law import EXACT, Example, Law
from fnnet.testing.laws.mismatch import require
from fnnet.testing.laws.walks import (
    DOUBLE,
    RATE,
    displacement,
    end,
    few_walks,
    has_rate,
    network,
    takes_schedules,
    walk,
    walks,
    with_rate,
    zeros_like,
)

_EIGHT_EPS = "8 ε |θ|, for a rule that adds to θ what it takes from it"
_SCALES = st.lists(st.sampled_from([1.0, 1e15, 1e-15, 1e8, 1e-8]), min_size=3, max_size=3)
_FACTORS = st.lists(st.sampled_from([2.0, 0.0, -1.0, 0.5, 1e3]), min_size=4, max_size=4)


def _finite(o: Optimizer, params: Params[Any], grads: list[Grads[Any]], scales: list[float], later: int) -> None:
    scaled = [scale(g, factor) for g, factor in zip(grads, scales)]
    _require_finite(walk(o, params, scaled), 0)
    # and as if many steps had been taken, at a rate that any schedule may have
    o = with_rate(o, RATE)
    params, state = end(o, params, scaled)
    _require_finite(walk(o, params, scaled, attrs.evolve(state, count=later)), later)


def _require_finite(path: Iterator[tuple[Params[Any], State[Any]]], count: int) -> None:
    for k, (after, state) in enumerate(path):
        require(is_finite(after), f"finite parameters after step {count + k}", after)
        require(all(map(is_finite, state.layered)), f"finite slots after step {count + k}", state.slots)


def _steady(o: Optimizer, g: float) -> None:
    params = network((1, 1), np.float32)
    grads = unravel(Grads(params.layers), np.full(2, g))
    for k, (after, state) in enumerate(walk(with_rate(o, RATE), params, [grads] * 300)):
        if not is_finite(after) or not all(map(is_finite, state.layered)):
            require(abs(ravel(params)).max() > 1e9, f"finite numbers after step {k}", (after, state.slots))
            return  # it has diverged, as with too large a rate
        params = after


def _still(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    for after, state in walk(with_rate(o, RATE), zeros_like(params), [zeros_like(g) for g in grads]):
        require(not ravel(after).any(), "θ = 0 as before", after)
        require(all(map(is_finite, state.layered)), "finite slots", state.slots)


def _require_unmoved(before: Params[Any], after: Params[Any], when: str) -> None:
    moved, allowed = abs(displacement(before, after)), 8 * np.finfo(before.dtype).eps * abs(ravel(before))
    require((moved <= allowed).all(), f"θ {when} as before, {ravel(before)}", str(ravel(after)))


def _zero_rate(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    for k, (after, _) in enumerate(walk(with_rate(o, 0.0), params, grads)):
        _require_unmoved(params, after, f"after step {k}")


def _schedule(o: Optimizer, params: Params[Any], grads: list[Grads[Any]], j: int) -> None:
    o = with_rate(o, lambda step: 0.0 if step == j else RATE)
    path = [params, *(after for after, _ in walk(o, params, grads))]
    _require_unmoved(path[j], path[j + 1], f"after step {j}, whose rate is 0,")


def _downhill(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    after, _ = end(with_rate(o, RATE), zeros_like(params), grads)
    climb = float(ravel(after) @ ravel(grads[0]))
    require(climb <= 0, "⟨Δθ, g⟩ ≤ 0", climb)


def _inward(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    after, _ = end(with_rate(o, RATE), params, [zeros_like(g) for g in grads])
    growth = float(displacement(params, after) @ ravel(params))
    require(growth <= 1e-12, "⟨Δθ, θ⟩ ≤ 0", growth)


def _every_number(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    after, _ = end(with_rate(o, RATE), zeros_like(params), grads)
    moved, due = ravel(after) != 0, ravel(grads[0]) != 0
    if has_rate(o) or moved.any():  # all else may have the rate 0 at this step
        expected = f"a step of every number whose g, {ravel(grads[0])}, is not 0, unless some are frozen on purpose"
        require(moved[due].all(), expected, str(ravel(after)))


def _memory(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    o, ones = with_rate(o, RATE), unravel(grads[0], np.ones(ravel(grads[0]).shape))
    _, state = end(o, params, [ones, *grads])
    for i, slot in enumerate(state.layered):
        require(ravel(slot).any(), f"slot {i}: written to in place, by some step", "zeros, as in the first state")


def _local(o: Optimizer, params: Params[Any], grads: list[Grads[Any]], others: list[float]) -> None:
    def changed(record: Any, k: int) -> Any:
        vector = ravel(record) * others[k] + others[k]
        vector[0] = ravel(record)[0]
        return unravel(record, vector)

    among = [changed(g, k) for k, g in enumerate(grads, start=1)]
    for (one, _), (other, _) in zip(walk(o, params, grads), walk(o, changed(params, 0), among)):
        got, expected = float(ravel(other)[0]), float(ravel(one)[0])
        holds = abs(got - expected) <= 1e-9 * (abs(expected) + abs(float(ravel(params)[0])))
        require(holds, f"the first number = {expected!r}, whatever the others are", repr(got))


def _one_step(o: Optimizer) -> st.SearchStrategy[Example]:
    return walks(1, DOUBLE)


LAWS = (
    Law(
        "still",
        "where θ = 0 and g = 0, nothing moves, and slots stay finite",
        EXACT,
        lambda o: few_walks(),
        _still,
    ),
    Law(
        "finite",
        "θ and slots are finite for gradients from 1e-15 to 1e15",
        EXACT,
        lambda o: walks(scales=_SCALES, later=st.sampled_from([3, 62, 999, 10_000])),
        _finite,
    ),
    Law(
        "steady",
        "300 steps along one gradient are finite, unless they diverge",
        EXACT,
        lambda o: st.fixed_dictionaries({"g": st.sampled_from([1.0, -0.03125])}),
        _steady,
    ),
    Law("zero rate", "at lr = 0, θ' = θ", _EIGHT_EPS, lambda o: walks(), _zero_rate, has_rate),
    Law(
        "schedule",
        "where lr(j) = 0, step j leaves θ as it is; steps count from 0",
        _EIGHT_EPS,
        lambda o: walks(j=st.integers(0, 2)),
        _schedule,
        takes_schedules,
    ),
    Law("downhill", "the first step from θ = 0, where penalties vanish: ⟨Δθ, g⟩ ≤ 0", EXACT, _one_step, _downhill),
    Law("inward", "the first step along g = 0: ⟨Δθ, θ⟩ ≤ 0, as penalties pull toward 0", "1e-12", _one_step, _inward),
    Law(
        "every number", "the first step from θ = 0 moves each number whose g is not 0", EXACT, _one_step, _every_number
    ),
    Law(
        "memory",
        "each slot of an elementwise rule is written to",
        EXACT,
        lambda o: few_walks(),
        _memory,
        lambda o: isinstance(o, Elementwise),
    ),
    Law(
        "local",
        "under an elementwise rule, no number depends on another",
        "1e-9: vectors may be rounded otherwise than numbers",
        lambda o: walks(3, DOUBLE, others=_FACTORS),
        _local,
        lambda o: isinstance(o, Elementwise),
    ),
)
