"""More values that break the laws, each as a user may err."""

from fnnet.testing.laws.twin import Twin
from tests.testing.wrong import activations, heads, networks

TWINS: tuple[Twin, ...] = (*activations.TWINS, *heads.TWINS, *networks.TWINS)
