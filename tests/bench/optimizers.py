"""What an optimizer adds to the cost of plain gradient descent."""

from collections.abc import Callable, Sequence
from functools import partial

from fnnet import adam, adamw, fit, momentum
from fnnet.optim import ema, l2, nesterov, schedules, sgd
from tests.bench.cases import Case, Problem, arrays, problem
from tests.bench.measure import Row, clock, measure

PLAIN = "plain"
OPTIMIZERS = {
    PLAIN: None,
    "schedule": sgd(schedules.exponential(0.01, 0.9999)),
    "momentum": momentum(0.01),
    "Nesterov": nesterov(0.01),
    "L2": l2(sgd(0.01), 1e-4),
    "average": ema(sgd(0.01), 0.999),
    "Adam": adam(1e-3),
    "AdamW": adamw(1e-3),
    "Adam, averaged": ema(adam(1e-3), 0.999),
}


def rows(repeats: int, batches: Sequence[int] = (1, 8, 32, 128), steps: int = 2048) -> list[Row]:
    """For each batch size some steps of `fit` with each optimizer, against plain gradient descent."""
    return [_row(problem(Case("fit", batch, min(batch * steps, 16384))), repeats) for batch in batches]


def _row(problem: Problem, repeats: int) -> Row:
    turns = {name: clock(_epoch(problem, optimizer)) for name, optimizer in OPTIMIZERS.items()}
    return measure(f"batches of {problem.case.batch}", problem.case.samples, turns, None, repeats)


def _epoch(problem: Problem, optimizer: object) -> Callable[[], list[object]]:
    how = {"optimizer": optimizer} if optimizer else {"lr": 0.01}
    run = partial(fit, problem.params, problem.data, epochs=1, batch_size=problem.case.batch, **how)
    return lambda: arrays(next(run()).params)
