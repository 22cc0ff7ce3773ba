"""More values that break the laws, each as a user may err."""

from fnnet.testing.laws.twin import Twin
from tests.testing.wrong import (
    activations,
    data,
    fits,
    gradients,
    heads,
    networks,
    optimizers,
    schedules,
    trainings,
)

TWINS: tuple[Twin, ...] = (
    *activations.TWINS,
    *heads.TWINS,
    *networks.TWINS,
    *optimizers.TWINS,
    *schedules.TWINS,
    *gradients.TWINS,
    *trainings.TWINS,
    *fits.TWINS,
    *data.TWINS,
)
