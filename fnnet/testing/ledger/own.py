"""An object of one's own, by the names of its module and of itself."""

import os
import sys
from importlib import import_module

from fnnet.core.messages import invalid, quoted


def find(name: str) -> object:
    """The object `module:name`; the module may be a file of the working directory.

    Raises:
        ValueError: the text has another form, or the module has no such name.
        ImportError: the module cannot be imported.

    >>> find("fnnet.nn:relu")
    Activation(relu)
    """
    module, separator, attribute = name.partition(":")
    if not (module and separator and attribute):
        raise invalid("--object", "MODULE:NAME", quoted(name))
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        value: object = import_module(module)
    except Exception as error:  # whatever a module raises
        raise ImportError(f"--object: cannot import {quoted(module)}: {type(error).__name__}: {error}") from error
    for part in attribute.split("."):
        if not hasattr(value, part):
            raise invalid("--object", f"a name in {module}", quoted(attribute))
        value = getattr(value, part)
    return value
