"""The reference in plain Python has an entry for everything it is compared with, and says so where one is missing."""

from collections.abc import Callable

import pytest

from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.initializers import INITIALIZERS
from fnnet.optim.optimizers import OPTIMIZERS
from tests import reference


def test_reference_covers_the_library() -> None:
    for kind, ours, table in (
        ("activation", ACTIVATIONS, reference.ACTIVATIONS),
        ("head", HEADS, reference.HEADS),
        ("optimizer", OPTIMIZERS, reference.OPTIMIZERS),
        ("initializer", {name.split("-")[0] for name in INITIALIZERS}, reference.VARIANCES),
    ):
        for name in ours:
            reference.find(table, kind, name)


@pytest.mark.parametrize(
    "call, missing",
    [
        (lambda: reference.forward([], "mish", "softmax-cross-entropy", []), "activation 'mish'"),
        (lambda: reference.backward([], "mish", "softmax-cross-entropy", [], []), "activation 'mish'"),
        (lambda: reference.forward([], "tanh", "hinge", []), "head 'hinge'"),
        (lambda: reference.head_loss("hinge", [], []), "head 'hinge'"),
        (lambda: reference.head_delta("hinge", [], []), "head 'hinge'"),
        (lambda: reference.find(reference.OPTIMIZERS, "optimizer", "lion"), "optimizer 'lion'"),
        (lambda: reference.find(reference.VARIANCES, "initializer", "orthogonal"), "initializer 'orthogonal'"),
    ],
)
def test_missing_entries_say_what_to_do(call: Callable[[], object], missing: str) -> None:
    with pytest.raises(LookupError) as caught:
        call()
    assert str(caught.value) == f"{missing} has no reference in plain Python; add it to tests/reference.py"
