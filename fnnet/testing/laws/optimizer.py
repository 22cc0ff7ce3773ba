"""The laws of an optimizer: `init` gives its first state, `step` the parameters θ and the state one step later."""

from typing import Any

import attrs
from hypothesis import strategies as st

from fnnet.nn.params import Grads, Params
from fnnet.nn.tree import is_finite, scale
from fnnet.optim.optimizer import Optimizer, State
from fnnet.testing.laws import optimizer_moves, optimizer_values
from fnnet.testing.laws.law import EXACT, Example, Law
from fnnet.testing.laws.mismatch import require, require_same
from fnnet.testing.laws.walks import (
    end,
    few_walks,
    network,
    rebuilt,
    walk,
    walks,
)
from fnnet.train.descent import descend, plain_descent
from fnnet.train.state import TrainState


def _first(o: Optimizer) -> st.SearchStrategy[Example]:
    return few_walks().map(lambda example: {"params": example["params"]})


def _few(o: Optimizer) -> st.SearchStrategy[Example]:
    return few_walks()


def _walks(o: Optimizer) -> st.SearchStrategy[Example]:
    return walks()


def _layout(state: State[Any]) -> str:
    parts = (
        f"Grads of {slot.dtype}" if isinstance(slot, Grads) else f"{slot.dtype} {slot.shape}" for slot in state.slots
    )
    return ", ".join(parts) or "none"


def _state(o: Optimizer, params: Params[Any]) -> None:
    state = o.init(params)
    require(isinstance(state, State), "init(params): a State", type(state).__name__)
    o.check_state(params, state)
    require(isinstance(state.count, int) and state.count == 0, "count of init(params) = 0", state.count)
    require(all(map(is_finite, state.layered)), "slots of init(params): finite numbers", state.layered)
    require_same(o.init(params), state, "init(params), a second time")


def _shape(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    first = o.init(params)
    for after, state in walk(o, params, grads, first):
        require(isinstance(after, Params) and isinstance(state, State), "step: (Params, State)", (after, state))
        got, expected = (f"{each.sizes} {each.dtype}, {each.hidden}, {each.head}" for each in (after, params))
        require(got == expected, f"step: a network {expected}", got)
        require(_layout(state) == _layout(first), f"slots: {_layout(first)}, as in init(params)", _layout(state))
        require(state.optimizer == first.optimizer, f"a state of {first.optimizer}", f"of {state.optimizer}")


def _clock(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    for k, (_, state) in enumerate(walk(o, params, grads), start=1):
        require(isinstance(state.count, int) and state.count == k, f"count after {k} steps = {k}", state.count)


def _pure(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    value, first = rebuilt(o), o.init(params)
    comparable = value == o  # records are; a class may not say when its values are equal
    given, kept = (params, grads, first), rebuilt((params, grads, first))
    path = [(params, first), *walk(o, params, grads, first)]
    require_same(given, kept, "the arguments, afterwards")
    other = network((2, 2), params.dtype.type)
    for k in reversed(range(len(grads))):
        end(o, other, [Grads(other.layers)])
        again = o.step(path[k][0], grads[k], path[k][1])
        require_same(again, path[k + 1], f"step {k}, a second time")
    require(not comparable or value == o, f"the same optimizer afterwards, {value!r}", repr(o))


def _in_place_examples(o: Optimizer) -> st.SearchStrategy[Example]:
    return walks(
        count=st.sampled_from([0, 62, 63, 999]),
        steps=st.sampled_from([*range(1, 13), 70]),
        smallness=st.sampled_from([1.0, 1e-39, 1e-309]),
    )


def _in_place(
    o: Optimizer, params: Params[Any], grads: list[Grads[Any]], count: int, steps: int, smallness: float
) -> None:
    # subnormal numbers become 0 at every 64th step
    small, slopes = scale(params, smallness), [scale(g, smallness) for g in grads]

    def gradient(params: Params[Any], x: Any, y: Any, weights: Any, step: int) -> Grads[Any]:
        return slopes[(step - count) % len(slopes)]

    start, batches = TrainState(0, small, attrs.evolve(o.init(small), count=count)), [(small, small, None)] * steps
    any_batches: Any = batches
    expected = plain_descent(o, gradient, start, any_batches)
    require_same(descend(o, gradient, start, any_batches), expected, f"descend, {steps} steps from step {count} on")


def _resume(o: Optimizer, params: Params[Any], grads: list[Grads[Any]]) -> None:
    half = end(o, params, grads[:2])
    whole = end(o, half[0], grads[2:], half[1])
    resumed = end(rebuilt(o), rebuilt(half[0]), grads[2:], rebuilt(half[1]))
    require_same(resumed, whole, "resumed after 2 steps, from copies of the optimizer and its state")


LAWS = (
    Law(
        "state",
        "init(θ) is a state of 0 steps, of this kind, of finite numbers; a pure function",
        EXACT,
        _first,
        _state,
    ),
    Law("shape", "step keeps shapes and dtypes, of the network and of what is remembered", EXACT, _few, _shape),
    Law("clock", "each step adds 1 to count", EXACT, _few, _clock),
    Law(
        "pure", "a step changes no argument; the same step again, after others, has the same bits", EXACT, _walks, _pure
    ),
    Law("in place", "descend = one pure step a batch, to the bit", EXACT, _in_place_examples, _in_place),
    Law("resume", "resumed from a pickle or copy = uninterrupted, to the bit", EXACT, _walks, _resume),
    *optimizer_moves.LAWS,
    *optimizer_values.LAWS,
)
