"""A page of Markdown with examples, as a notebook."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

_EXAMPLES = re.compile(r"^```python\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_OURS = "fnnet"
"""Where the metadata of a notebook says that we wrote it, and which cells."""


def notebook(page: str) -> dict[str, Any]:
    """The notebook of a page: its text as cells of Markdown, its examples as cells of code that can be run in order.

    A cell of code ends after each example that shows an output, because Jupyter shows the last value of a cell; the
    prompts and the outputs are left out.

    Args:
        page: Markdown in which examples with the prompts `>>>` and `...` stand between lines of three backquotes.

    Raises:
        ImportError: nbformat is not installed.

    Law: the same page gives the same notebook.
    """
    try:
        from nbformat import v4
    except ImportError:
        raise ImportError("notebooks need nbformat: pip install 'fnnet[notebook]'") from None
    make = {"markdown": v4.new_markdown_cell, "code": v4.new_code_cell}
    cells = [make[kind](text, id=f"cell-{k}") for k, (kind, text) in enumerate(_cells(page))]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, _OURS: _digest(cells)}
    made: dict[str, Any] = v4.new_notebook(cells=cells, metadata=metadata)
    return made


def is_as_written(value: Any) -> bool:
    """Whether what was read from JSON is a notebook of `notebook` whose cells nobody has changed.

    It may have been run: outputs do not count.

    >>> is_as_written({"cells": [], "metadata": {}}), is_as_written(["cells"])
    (False, False)
    """
    try:
        return bool(value["metadata"][_OURS] == _digest(value["cells"]))
    except (LookupError, TypeError):
        return False


def _digest(cells: Any) -> str:
    """Of what the cells say, but for empty ones: Jupyter adds one when the last is run.

    In files, the lines of a cell may be the items of a list.
    """
    said = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    return sha256(repr([(kind, text) for kind, text in said if text.strip()]).encode()).hexdigest()


def _cells(page: str) -> Iterator[tuple[str, str]]:
    """The kind and the source of each cell."""
    for k, part in enumerate(_EXAMPLES.split(page)):
        if k % 2:
            yield from (("code", source) for source in _sources(part))
        elif text := part.strip():
            yield "markdown", text


def _sources(examples: str) -> Iterator[str]:
    """The code up to each example that shows an output, and what is left; lines between examples stay."""
    from doctest import DocTestParser, Example  # here, since it loads a debugger: other commands start sooner

    source = ""
    for part in DocTestParser().parse(examples):
        source += part.source if isinstance(part, Example) else part
        if isinstance(part, Example) and part.want:
            yield source.strip()
            source = ""
    if source.strip():
        yield source.strip()
