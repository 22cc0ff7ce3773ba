"""The public laws hold of the library's own steps and loops, and of the maps that work is given to."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import pytest

from fnnet import fit
from fnnet.nn.dropout import dropout_gradient
from fnnet.optim.optimizer import Optimizer
from fnnet.optim.optimizers import adam
from fnnet.optim.wrappers import clip, ema, l2, max_norm
from fnnet.testing import check_map, laws_of
from fnnet.testing.laws import Claim
from fnnet.testing.ledger.objects import OBJECTS

CLAIMS = [claim for kind in ("training", "fit", "map") for value in OBJECTS[kind] for claim in laws_of(value, kind)]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.title}-{claim}")
def test_training_obeys_its_laws(claim: Claim) -> None:
    claim.check()


WRAPPERS: list[Callable[[Optimizer], Optimizer]] = [
    partial(clip, norm=0.5),
    partial(l2, weight=1e-3),
    partial(max_norm, limit=1.0),
    partial(ema, decay=0.9),
    lambda optimizer: ema(clip(max_norm(l2(optimizer, 1e-3), 2.0), 1.0), 0.99),
]


@pytest.mark.parametrize("wrap", WRAPPERS)
@pytest.mark.parametrize("rate", [0.0, 0.4])
def test_wrapped_training_obeys_its_laws(wrap: Callable[[Optimizer], Optimizer], rate: float) -> None:
    """It resumes, above all, with dropout and with each wrapper of an optimizer."""
    optimizer = wrap(adam(lambda step: 0.01 / (1 + step)))
    loop = partial(fit, optimizer=optimizer, batch_size=3, seed=3, gradient=partial(dropout_gradient, rate, 5))
    for claim in laws_of(loop, "fit"):
        claim.check(examples=10)


@pytest.mark.slow
def test_pools_of_processes_are_maps() -> None:
    context = get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        check_map(pool.map)
        check_map(partial(pool.map, chunksize=7), examples=10)
    with context.Pool(2) as workers:
        check_map(workers.map)
        check_map(workers.imap, examples=10)
