"""`History`: the rows of a run, which a notebook shows as a table."""

from fnnet.core.tables import table
from fnnet.recipes.row import Row

_COLUMNS = {  # the title of each measure
    f"{samples}_{measure}": f"{title} {measure}"
    for samples, title in (("train", "training"), ("validation", "validation"), ("test", "test"))
    for measure in ("loss", "accuracy")
}


class History(tuple[Row, ...]):
    """A tuple of rows that a notebook shows as a table, with a column for each measure that was taken.

    `read_history` gives one, and `History(track(states, test))` makes one of a training. In all else it is the tuple.

    >>> history = History([Row(1, 2.5, None, None, 0.5, 0.75)])
    >>> history == (Row(1, 2.5, None, None, 0.5, 0.75),)
    True
    >>> print(history._repr_html_().partition("<tr>")[2].partition("</tr>")[0])
    <th>epoch</th><th>seconds</th><th>test loss</th><th>test accuracy</th>
    """

    __slots__ = ()

    def _repr_html_(self) -> str:
        measured = [name for name in _COLUMNS if any(getattr(row, name) is not None for row in self)]
        header = ["epoch", "seconds", *(_COLUMNS[name] for name in measured)]
        rows = [[row.epoch, f"{row.seconds:.1f}", *(_cell(row, name) for name in measured)] for row in self]
        return table(f"{len(self)} epoch{'s' * (len(self) != 1)}", header, rows)


def _cell(row: Row, name: str) -> str:
    value: float | None = getattr(row, name)
    if value is None:
        return "–"
    return f"{value:.2%}" if name.endswith("accuracy") else f"{value:.4f}"
