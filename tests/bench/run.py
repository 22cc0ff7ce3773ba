"""A run of the benchmark: measure what was asked for, put the report together."""

import sys
from collections.abc import Mapping, Sequence

from fnnet import load_mnist
from fnnet.data.loaders import Pair
from tests.bench import table, whole
from tests.bench.about import blas, circumstances
from tests.bench.cases import CASES, WHOLE, WHOLE_TARGETS, Case, chosen
from tests.bench.contender import Contender
from tests.bench.contenders import LOADERS, OURS, Field, assemble
from tests.bench.growth import CONTENDERS, DEPTH, WIDTH, Growth
from tests.bench.measure import Measurement, measure
from tests.bench.optimizers import cost
from tests.bench.options import Options


def run(options: Options) -> str:
    """The report, as Markdown.

    Raises:
        AssertionError: a contender computes something else.
    """
    library = blas()
    field = assemble({name: LOADERS[name] for name in (OURS, *options.peers)}, options.threads)
    sections = [circumstances(field.present.values(), options.threads, library)]
    if field.missing:
        sections.append(field.notice)
    sections += _cases(options, field)
    if any(WHOLE.startswith(word) for word in options.cases):
        sections += _whole(options, field)
    if options.growth:
        data = load_mnist()
        sections += [_growth(kind, field, data, options.repeats) for kind in (WIDTH, DEPTH)]
    if options.optimizers:
        _tell("optimizers")
        sections += ["What optimizers cost, by the cost of plain descent:", cost(load_mnist(), options.repeats)]
    return "\n\n".join(sections)


def _cases(options: Options, field: Field) -> list[str]:
    cases = chosen(CASES, options.cases)
    if not cases:
        return []
    found = _measured(cases, field.present, load_mnist(), options.repeats)
    return [table.ratios(found), table.agreement(found), table.times(found)]


def _measured(
    cases: Sequence[Case], contenders: Mapping[str, Contender], data: Pair, repeats: int
) -> list[Measurement]:
    found = []
    for case in cases:
        _tell(case.title)
        found.append(measure(case, contenders, data, repeats))
    return found


def _whole(options: Options, field: Field) -> list[str]:
    names = [OURS, *(name for name in field.present if name in whole.JOBS)]
    epochs = "one epoch" if options.epochs == 1 else f"{options.epochs} epochs"
    _tell(f"the whole job, {epochs}: {', '.join(names)}")
    outcomes = whole.compare(names, options.epochs, options.whole_repeats)
    return [f"The whole job from cold, {epochs}:", table.whole(outcomes, WHOLE_TARGETS)]


def _growth(kind: Growth, field: Field, data: Pair, repeats: int) -> str:
    contenders = {name: field.present[name] for name in CONTENDERS if name in field.present}
    return table.growth(kind, _measured(kind.cases, contenders, data, repeats))


def _tell(text: str) -> None:
    """Say on standard error what is going on, as the tables come last."""
    print(f"measuring {text}", file=sys.stderr, flush=True)
