"""Tables of HTML: what a notebook shows in the place of a `repr`."""

from collections.abc import Iterable, Sequence

from fnnet.core.messages import cut

_MOST = 20  # rows; of more, the first and the last
_LONGEST = 80  # characters of a cell
_LONGEST_CAPTION = 160


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table as HTML, short and safe: whatever the texts are, they are shown and not interpreted.

    Args:
        caption: what stands above it.
        header: the titles of the columns.
        rows: a cell for each column. Of more than twenty rows the first ten and the last ten are shown.

    >>> print(table("a < b", ["n"], [[1]]))
    <table><caption>a &lt; b</caption><tr><th>n</th></tr><tr><td>1</td></tr></table>
    """
    shown: list[Sequence[object]] = list(rows)
    if len(shown) > _MOST:
        half = _MOST // 2
        shown[half:-half] = [["…"] * len(header)]
    lines = "".join(_row("td", row) for row in shown)
    return f"<table><caption>{_text(caption, _LONGEST_CAPTION)}</caption>{_row('th', header)}{lines}</table>"


def _row(kind: str, cells: Iterable[object]) -> str:
    return f"<tr>{''.join(f'<{kind}>{_text(str(cell), _LONGEST)}</{kind}>' for cell in cells)}</tr>"


def _text(text: str, longest: int) -> str:
    from html import escape  # here, since few programs show a table

    return escape(cut(text, longest))
