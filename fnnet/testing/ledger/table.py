"""The tables of the ledger, as wide as the terminal: 80 columns elsewhere."""

from shutil import get_terminal_size
from textwrap import wrap

from fnnet.testing.laws.law import LawBroken
from fnnet.testing.laws.twin import Twin
from fnnet.testing.ledger.entries import Entry

HEADER = f"{'law':16} {'objects':>7} {'examples':>8} {'seconds':>7}  {'result':7} equation"


def row(entry: Entry) -> str:
    """An entry of the table; its equation takes further lines if it is long."""
    result = "BROKEN" if entry.broken else "holds"
    numbers = f"{entry.objects:7} {entry.examples:8} {entry.seconds:7.2f}"
    return _lines(f"{entry.law.name:16} {numbers}  {result:7} ", entry.law.equation)


def twin_row(twin: Twin, error: LawBroken | None) -> str:
    """A twin, the law that it breaks, and whether the law has noticed."""
    result = "noticed" if error else "MISSED"
    return _lines(f"{twin.law:16} {result:7} {twin.kind:12} ", twin.fault)


def _lines(start: str, text: str) -> str:
    """The start of a line and a text, which goes on below itself where it is long."""
    indent = " " * len(start)
    return "\n".join(wrap(start + text, get_terminal_size().columns, subsequent_indent=indent, drop_whitespace=True))
