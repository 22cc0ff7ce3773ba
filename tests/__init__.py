"""The tests: laws as properties, a scalar reference, worked examples, errors, types, the command."""
