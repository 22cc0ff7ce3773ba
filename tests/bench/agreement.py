"""Whether all contenders compute the same thing: asserted before anything is timed."""

from collections.abc import Mapping

import numpy as np

from fnnet import Params, ravel
from fnnet.core.arrays import Matrix

WEIGHTS_TOLERANCE = 1e-4
"""Of the greatest distance that any weight moved; a wrong rate, order or loss is far beyond it."""

PROBABILITIES_TOLERANCE = 1e-5

Differences = dict[str, float]
"""For each contender, how far it is from the reference."""


def check_weights(
    start: Params[np.float32],
    reference: Params[np.float32],
    weights: Mapping[str, Params[np.float32]],
) -> Differences:
    """The greatest difference of any weight from the reference's, as a share of the greatest distance moved.

    Raises:
        AssertionError: one is beyond the tolerance, and so does other arithmetic.
    """
    goal = ravel(reference).astype(np.float64)
    moved = float(np.abs(goal - ravel(start)).max())
    assert moved > 0, "the reference did not train"
    found = {name: float(np.abs(ravel(p) - goal).max()) / moved for name, p in weights.items()}
    return _within(found, WEIGHTS_TOLERANCE)


def check_probabilities(reference: Matrix[np.float32], outputs: Mapping[str, Matrix[np.float32]]) -> Differences:
    """The greatest difference of any probability from the reference's.

    Raises:
        AssertionError: one is beyond the tolerance.
    """
    found = {name: float(np.abs(output - reference).max()) for name, output in outputs.items()}
    return _within(found, PROBABILITIES_TOLERANCE)


def _within(found: Differences, tolerance: float) -> Differences:
    # written so that NaN fails
    wrong = {name: difference for name, difference in found.items() if not difference <= tolerance}
    assert not wrong, f"other results than the reference, beyond {tolerance}: {wrong}"
    return found
