"""More values that break the laws, each as a user may err."""

from fnnet.testing.laws.twin import Twin
from tests.testing.wrong import activations, data, fits, heads, networks, trainings

TWINS: tuple[Twin, ...] = (
    *activations.TWINS,
    *heads.TWINS,
    *networks.TWINS,
    *trainings.TWINS,
    *fits.TWINS,
    *data.TWINS,
)
