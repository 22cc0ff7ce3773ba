"""Right values, written as a user would: no law may be said to be broken."""

from typing import Any

from tests.testing.right import activations, gradients, heads, optimizers, schedules

RIGHT: tuple[tuple[str, Any], ...] = (
    *(("activation", f) for f in activations.RIGHT),
    *(("head", h) for h in heads.RIGHT),
    *(("optimizer", o) for o in optimizers.RIGHT),
    *(("schedule", s) for s in schedules.RIGHT),
    *(("gradient", g) for g in gradients.RIGHT),
)
"""Each with its kind. Any: a value of that kind."""
