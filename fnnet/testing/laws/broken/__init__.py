"""Values that break the laws on purpose: for each law at least one."""

from fnnet.testing.laws.broken import activations, gradients, heads, optimizers, schedules
from fnnet.testing.laws.twin import Twin

TWINS: tuple[Twin, ...] = (*activations.TWINS, *heads.TWINS, *optimizers.TWINS, *schedules.TWINS, *gradients.TWINS)
