"""Values that break the laws on purpose: for each law at least one."""

from fnnet.testing.laws.broken import activations
from fnnet.testing.laws.twin import Twin

TWINS: tuple[Twin, ...] = (*activations.TWINS,)
