"""The laws of training and of what brings data to it, beyond their twins: what they take, and what they say."""

from functools import partial
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from fnnet import Dataset, Params, backward, fit, forward, init_params, sgd_step
from fnnet.testing import (
    LawBroken,
    check_augmentation,
    check_fit,
    check_map,
    check_order,
    check_reader,
    check_training,
    laws_of,
)
from fnnet.testing.laws.broken import TWINS
from fnnet.testing.laws.law import named
from fnnet.testing.laws.states import contents, copied, network_of
from fnnet.testing.laws.step import Training

CHECKS: dict[str, Any] = {
    "training": check_training,
    "fit": check_fit,
    "order": check_order,
    "map": check_map,
    "augmentation": check_augmentation,
    "reader": check_reader,
}
PARAMS = init_params((2, 1), seed=0)


def soul(params: Any, sample: Any, lr: float = 0.1) -> Any:
    x, y = sample
    return sgd_step(params, backward(params, forward(params, x), y), lr)


@pytest.mark.parametrize("kind", CHECKS)
def test_each_kind_has_a_check(kind: str) -> None:
    """It raises the error of the first law, and names a function by its name."""
    twin = next(twin for twin in TWINS if twin.kind == kind)
    subject = twin.subject.step if kind == "training" else twin.subject
    with pytest.raises(LawBroken, match=f"^{subject.__name__} breaks the law '{twin.law}':"):
        CHECKS[kind](subject, examples=100, seed=0)


def test_another_way_of_writing_a_step() -> None:
    check_training(soul, like=Training(lambda params, sample: soul(params, sample)), examples=20)
    with pytest.raises(LawBroken, match="breaks the law 'like'"):
        check_training(soul, like=partial(soul, lr=0.1001), examples=20)


def test_what_a_step_takes() -> None:
    """Samples, batches or both; a step that takes nothing at all breaks the first law with its error."""

    def of_batches(params: Any, batch: Any) -> Any:
        assert batch[0].ndim == 2
        return soul(params, batch)

    def nothing(params: Any, batch: Any) -> Any:
        raise ValueError("none of it")

    for step, batches, taken in (
        (soul, None, (True, True)),
        (soul, True, (False, True)),
        (soul, False, (True, False)),
        (of_batches, None, (False, True)),
        (nothing, None, (False, True)),
    ):
        training = Training(step, batches=batches)
        assert (training.takes_samples, training.takes_batches) == taken
    with pytest.raises(LawBroken, match="breaks the law 'shape'(.|\n)*ValueError: none of it"):
        check_training(nothing, examples=5)
    assert Training(soul)(PARAMS, (np.ones(2, np.float32), 0)).sizes == (2, 1)


def test_sizes_are_those_of_a_network() -> None:
    seen: set[tuple[int, ...]] = set()

    def noticing(params: Any, sample: Any) -> Any:
        seen.add(params.sizes)
        return soul(params, sample)

    check_training(noticing, network=init_params((3, 2, 2), seed=0), examples=5)
    assert seen == {(3, 2, 2)}
    assert "identity" not in [str(claim) for claim in laws_of(Training(soul, network=PARAMS), "training")]


def test_networks_are_found_in_states() -> None:
    @attrs.frozen
    class State:
        params: Params[Any]

    for state in (PARAMS, (PARAMS, 1), [PARAMS], {"params": PARAMS}, State(PARAMS)):
        assert network_of(state) is PARAMS
    assert network_of(3) == 3


def test_copies_of_any_state() -> None:
    """Of what no pickle holds, too; and contents that do not change with the value."""
    state = {"params": PARAMS, "rate": lambda k: 0.1, "v": np.zeros(2)}
    other = copied(state)
    assert other["rate"](0) == 0.1 and other["v"] is not state["v"]
    before = contents(state)
    state["v"] += 1  # type: ignore[operator]  # the values of the dict are of many types
    assert before[3][1].tolist() == [0, 0] and copied(PARAMS) == PARAMS


def test_partials_are_named_by_contents() -> None:
    assert named(partial(fit, lr=0.1)) == "partial(fit, lr=0.1)"
    assert named(partial(partial(fit, PARAMS), epochs=2)).startswith("partial(fit, Params(2-1,")


def test_readers_may_give_weights_and_rows(tmp_path: Path) -> None:
    rows = Dataset(np.eye(2), np.ones((2, 3)), np.array([1.0, 0.5]))
    other = Dataset(2 * np.eye(2), np.ones((2, 3)))
    check_reader(lambda: (rows, other))
    with pytest.raises(LawBroken, match="breaks the law 'datasets'"):
        check_reader(lambda: (rows, Dataset(np.eye(3), np.ones((3, 3)))))
