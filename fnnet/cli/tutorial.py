"""`fnnet tutorial`: write the tutorial as a notebook."""

import json
import os
import re
import shlex
from argparse import Namespace
from importlib.resources import files

from fnnet.cli.notebook import is_as_written, notebook
from fnnet.core.messages import one_line, shown
from fnnet.io.files import open_regular, replacing

SECTION = "From a neuron to 99 %"
"""The part of fnnet/README.md that is the tutorial."""

_MOST_BYTES = 64 << 20  # of a notebook that was run


def run(arguments: Namespace) -> None:
    """Write the notebook, and print how to open it."""
    written = json.dumps(notebook(tutorial()), ensure_ascii=False, indent=1) + "\n"
    _check_replaceable(arguments.file)
    with replacing(arguments.file) as file:
        file.write(written.encode())
    print(f"Saved to {shown(arguments.file)}\n  {one_line(shlex.join(['jupyter', 'lab', arguments.file]))}")


def tutorial() -> str:
    """The tutorial, as a page of its own.

    >>> tutorial().splitlines()[0]
    '# From a neuron to 99 %'
    """
    page = files("fnnet").joinpath("README.md").read_text(encoding="utf-8")
    section = page.partition(f"\n## {SECTION}\n")[2].partition("\n## ")[0]
    return re.sub("^#(#+ )", r"\1", f"## {SECTION}\n{section}", flags=re.MULTILINE)


def _check_replaceable(path: str) -> None:
    """Refuse to replace what somebody else has written, or changed.

    Raises:
        ValueError: there is another file, or a tutorial whose cells were changed.
    """
    if not os.path.exists(path):
        return
    with open_regular(path) as file:
        content = file.read(_MOST_BYTES)
    try:
        is_ours = is_as_written(json.loads(content))
    except (ValueError, RecursionError):
        is_ours = False
    if not is_ours:
        expected = "a new file, or a tutorial whose cells are as they were written"
        raise ValueError(f"{shown(path)}: expected {expected}, got another file; use another name")
