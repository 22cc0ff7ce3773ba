"""What everything else builds on: array types, checks of arguments, seeds, immutable records."""
