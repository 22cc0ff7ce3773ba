"""Values that break the laws on purpose: for each law at least one."""

from fnnet.testing.laws.broken import (
    activations,
    augmentations,
    fits,
    gradients,
    heads,
    maps,
    networks,
    optimizers,
    orders,
    readers,
    schedules,
    trainings,
)
from fnnet.testing.laws.twin import Twin

TWINS: tuple[Twin, ...] = (
    *activations.TWINS,
    *heads.TWINS,
    *networks.TWINS,
    *optimizers.TWINS,
    *schedules.TWINS,
    *gradients.TWINS,
    *trainings.TWINS,
    *fits.TWINS,
    *orders.TWINS,
    *maps.TWINS,
    *augmentations.TWINS,
    *readers.TWINS,
)
