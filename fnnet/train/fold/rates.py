"""How far each sample of a fold moves the network: the rate of its step, its weight, and its share of the batch.

The gradient of a step of n samples is (1/n) Σ wᵢ gᵢ, so that a step at the rate η moves the network along

    -η (1/n) Σ wᵢ gᵢ = Σ fᵢ gᵢ        with the factor fᵢ = -η wᵢ / n of each sample.

Per-step rates and weights of samples are then one thing: a factor for each row of d.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from fnnet.core.arrays import F, Floats, Matrix, Vector
from fnnet.core.checks import check_finite
from fnnet.core.messages import invalid, quoted
from fnnet.optim.schedules import Schedule

Rates: TypeAlias = float | Schedule | Sequence[float] | Floats
"""The rates of steps: one number, a function of the step, counted from 0, or a number for each step."""


def step_rates(lr: Rates, steps: int) -> Vector[np.float64]:
    """The rate of each step, shape (steps,).

    Raises:
        ValueError: a rate is not a finite number, or there is not one for each step.

    >>> step_rates(lambda step: 0.5**step, 3)
    array([1.  , 0.5 , 0.25])
    """
    if isinstance(lr, (int, float, np.number)):
        rates = np.empty(steps)
        rates.fill(check_finite("lr", lr))  # np.full takes four times as long, which one step a call would feel
        return rates
    if callable(lr):
        return np.array([check_finite(f"lr of step {step}", lr(step)) for step in range(steps)], np.float64)
    try:
        rates = np.array([] if isinstance(lr, (str, bytes)) else lr, np.float64)
    except (TypeError, ValueError):
        rates = np.array([])
    if rates.shape != (steps,):
        raise invalid("lr", f"a number, a function of the step, or {steps} numbers, one a step", quoted(lr))
    if not np.isfinite(rates).all():
        raise invalid("lr", "finite numbers", rates[~np.isfinite(rates)][0])
    return rates


def row_factors(rates: Vector[np.float64], weights: Vector[F] | None, batch: int, dtype: np.dtype[F]) -> Matrix[F]:
    """The factor of each sample of some whole steps: minus the rate of its step times its weight, over the batch.

    Args:
        rates: of the steps, shape (steps,).
        weights: of the samples, shape (steps * batch,), or None for 1 each.
        batch: samples a step.
        dtype: of the network.

    Returns:
        Shape (steps * batch, 1). Law: weights of 1 give the bits of no weights.

    >>> row_factors(np.array([0.5, 0.1]), np.array([1.0, 3.0, 0.0, 1.0]), 2, np.dtype(np.float64)).ravel()
    array([-0.25, -0.75, -0.  , -0.05])
    """
    factors = rates / float(-batch)
    if batch > 1:
        factors = np.repeat(factors, batch)
    if weights is not None:
        factors *= weights
    return factors.astype(dtype)[:, np.newaxis]
