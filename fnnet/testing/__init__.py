"""For tests of code that uses the library: assertions, random records for hypothesis, and a pytest plugin.

`fnnet.testing.strategies` needs hypothesis. With the line `pytest_plugins = ["fnnet.testing.plugin"]` in the
`conftest.py` at the top of a project, pytest explains why `assert p == q` fails.
"""

from fnnet.testing.assertions import assert_close, assert_same_bits

__all__ = ["assert_close", "assert_same_bits"]
