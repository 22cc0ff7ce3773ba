"""A pytest plugin: where two records are not equal, `assert p == q` says which layer, which array, which index.

It is asked for by a line in the `conftest.py` at the top of a project, and loaded by no other project:

    pytest_plugins = ["fnnet.testing.plugin"]

An entry point would load it, with fnnet and NumPy, whenever pytest starts where fnnet is installed, before coverage is
measured; and pytest would rewrite the assertions of every module of fnnet.
"""

import attrs

from fnnet.core.call import Call
from fnnet.core.messages import quoted
from fnnet.core.records import Immutable
from fnnet.nn.activation import Activation
from fnnet.nn.head import Head
from fnnet.testing.differences import explain, field_names
from fnnet.testing.relations import Equal


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Why two values that hold records of fnnet are not equal; None leaves other values to pytest.

    >>> from fnnet import relu, tanh
    >>> pytest_assertrepr_compare("==", relu, tanh)
    ['Activation(relu) == Activation(tanh)', '', 'Activation(relu), not Activation(tanh)']
    """
    if op != "==" or not (_has_record(left) and _has_record(right)):
        return None
    lines = explain(left, right, Equal())
    return [f"{quoted(left)} == {quoted(right)}", "", *lines] if lines else None


def _has_record(value: object) -> bool:
    """Whether this is a record of fnnet, or a tuple, a list or a record of attrs with one in it."""
    if isinstance(value, (tuple, list)):
        return any(map(_has_record, value))
    if isinstance(value, (Immutable, Activation, Head, Call)):
        return True
    return attrs.has(type(value)) and any(_has_record(getattr(value, name)) for name in field_names(value))
