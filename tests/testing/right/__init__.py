"""Right values, written as a user would: no law may be said to be broken."""

from typing import Any

from tests.testing.right import activations, heads

RIGHT: tuple[tuple[str, Any], ...] = (
    *(("activation", f) for f in activations.RIGHT),
    *(("head", h) for h in heads.RIGHT),
)
"""Each with its kind. Any: a value of that kind."""
