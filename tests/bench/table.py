"""The tables, as Markdown."""

from collections.abc import Iterable, Mapping, Sequence

from tests.bench.agreement import PROBABILITIES_TOLERANCE, WEIGHTS_TOLERANCE
from tests.bench.contenders import OURS
from tests.bench.growth import Growth, verdict
from tests.bench.measure import Measurement
from tests.bench.timing import Times
from tests.bench.whole import Outcome

_ABSENT = "–"


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers.

    >>> print(markdown(["case", "fnnet"], [["a", "1.0"]]))
    | case | fnnet |
    |---|---:|
    | a | 1.0 |
    """
    rule = "|---|" + "---:|" * (len(header) - 1)
    lines = [f"| {' | '.join(row)} |" for row in (header, *rows)]
    return "\n".join([lines[0], rule, *lines[1:]])


def number(value: float) -> str:
    """Three digits, but no exponent.

    >>> number(0.8444), number(19.62), number(163.4), number(12345.6)
    ('0.84', '19.6', '163', '12346')
    """
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"


def _microseconds(seconds: float, count: int) -> str:
    return number(seconds / count * 1e6)


def _columns(measurements: Sequence[Measurement]) -> list[str]:
    """Everybody who took part in anything, in order, fnnet first."""
    return list(dict.fromkeys([OURS, *(name for m in measurements for name in m.times)]))


def ratios(measurements: Sequence[Measurement]) -> str:
    """For each case fnnet's median, and the peers' as multiples of it, with the target in brackets."""
    _, *peers = _columns(measurements)

    def cell(m: Measurement, name: str) -> str:
        if name not in m.times:
            return _ABSENT
        target = f" ({m.targets[name]:g})" if name in m.targets else ""
        return f"{number(m.ratio(name))}{target}"

    rows = [
        [m.title, f"{_microseconds(m.times[OURS].median, m.count)} µs", *(cell(m, name) for name in peers)]
        for m in measurements
    ]
    return markdown(["peer's time / ours (target)", OURS, *peers], rows)


def times(measurements: Sequence[Measurement]) -> str:
    """For each case and contender, the median and the best, in microseconds a sample."""
    names = _columns(measurements)

    def cell(m: Measurement, name: str) -> str:
        if name not in m.times:
            return _ABSENT
        seconds = m.times[name]
        return f"{_microseconds(seconds.median, m.count)} / {_microseconds(seconds.best, m.count)}"

    rows = [[m.title, *(cell(m, name) for name in names)] for m in measurements]
    return markdown(["µs a sample, median / best", *names], rows)


def agreement(measurements: Sequence[Measurement]) -> str:
    """How far anybody was from the reference."""
    worst = max(
        ((difference, name) for m in measurements for name, difference in m.differences.items()),
        default=(0.0, OURS),
    )
    return (
        f"All reach the same weights, to {WEIGHTS_TOLERANCE:g} of the distance moved, and the same "
        f"probabilities, to {PROBABILITIES_TOLERANCE:g}; the farthest is {worst[1]}, by {worst[0]:.0e}."
    )


def whole(outcomes: Mapping[str, Sequence[Outcome]], targets: Mapping[str, float]) -> str:
    """The processes from cold: time, memory and what they learned."""
    medians = {name: Times(tuple(o.seconds for o in runs)) for name, runs in outcomes.items()}
    rows = []
    for name, runs in outcomes.items():
        ratio = number(medians[name].median / medians[OURS].median)
        target = f" ({targets[name]:g})" if name in targets else ""
        spent = f"{number(medians[name].median)} / {number(medians[name].best)}"
        peak = max(o.peak_mebibytes for o in runs)
        rows += [[name, str(len(runs)), spent, ratio + target, f"{peak:.0f}", f"{runs[-1].accuracy:.2%}"]]
    header = ["process", "runs", "s, median / best", "ratio (target)", "peak MiB", "test accuracy"]
    return markdown(header, rows)


def growth(kind: Growth, measurements: Sequence[Measurement]) -> str:
    """The cost along one quantity, and a sentence on the crossings for each peer."""
    names = _columns(measurements)
    header = [kind.quantity, *(f"{name}, µs" for name in names), *(f"{name} / ours" for name in names[1:])]
    rows = [
        [
            str(value),
            *(_microseconds(m.times[name].median, m.count) for name in names),
            *(number(m.ratio(name)) for name in names[1:]),
        ]
        for value, m in zip(kind.values, measurements)
    ]
    sentences = [verdict(name, kind.quantity, kind.values, [m.ratio(name) for m in measurements]) for name in names[1:]]
    return "\n\n".join([markdown(header, rows), " ".join(sentences)]).strip()
