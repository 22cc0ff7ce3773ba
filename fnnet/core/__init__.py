"""What everything else builds on: array types, checks of arguments, seeds, immutable records."""

from fnnet.core import startup  # noqa: F401  # before all else, for Ctrl-C while the command imports the rest
