"""The table, as Markdown."""

from collections.abc import Iterable, Sequence

from tests.bench.measure import Row


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers.

    >>> print(markdown(["case", "fnnet"], [["a", "1.0"]]))
    | case | fnnet |
    |---|---:|
    | a | 1.0 |
    """
    head, *body = (f"| {' | '.join(row)} |" for row in (header, *rows))
    return "\n".join([head, "|---|" + "---:|" * (len(header) - 1), *body])


def number(value: float) -> str:
    """Three digits, but no exponent.

    >>> number(0.8444), number(19.62), number(163.4), number(12345.6)
    ('0.84', '19.6', '163', '12346')
    """
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"


def ratios(rows: Sequence[Row]) -> str:
    """For each row the first contender's microseconds a sample, and the others' times as multiples of it."""
    first, *others = dict.fromkeys(name for row in rows for name in row.seconds)
    cells = (
        [row.title, number(row.microseconds), *(number(row.ratio(n)) if n in row.seconds else "–" for n in others)]
        for row in rows
    )
    return markdown(["", f"{first}, µs a sample", *others], cells)
