"""Right values, written as a user would: no law may be said to be broken."""

from typing import Any

from tests.testing.right import activations, data, fits, gradients, heads, networks, optimizers, schedules, trainings

_BY_KIND: dict[str, tuple[Any, ...]] = {
    "activation": activations.RIGHT,
    "head": heads.RIGHT,
    "network": networks.RIGHT,
    "optimizer": optimizers.RIGHT,
    "schedule": schedules.RIGHT,
    "gradient": gradients.RIGHT,
    "training": trainings.RIGHT,
    "fit": fits.RIGHT,
    "order": data.ORDERS,
    "map": data.MAPS,
    "augmentation": data.AUGMENTATIONS,
    "reader": data.READERS,
}

RIGHT: tuple[tuple[str, Any], ...] = tuple((kind, value) for kind, values in _BY_KIND.items() for value in values)
"""Each with its kind. Any: a value of that kind."""
