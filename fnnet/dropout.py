"""Dropout as explicit masks: which units are left out is a pure function of (seed, step)."""

from fnnet.arrays import F, Labels, Matrix
from fnnet.checks import invalid
from fnnet.network import Masks, mean_gradient
from fnnet.records import Grads, Params
from fnnet.seeds import generator


def dropout_masks(params: Params[F], samples: int, rate: float, seed: int, step: int) -> Masks[tuple[int, int], F]:
    """For each hidden layer a matrix of zeros, each with probability `rate`, and of 1 / (1 - rate) elsewhere.

    Args:
        params: whose hidden layers are masked.
        samples: rows of each mask.
        rate: the probability of leaving a unit out, from 0 to below 1.
        seed: an integer of 0 or more.
        step: each step has masks of its own.

    Returns:
        One matrix (samples, width) a hidden layer. Laws: the mean of a mask is 1; the same arguments
        give the same masks.

    Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting", 2014.

    Raises:
        ValueError: the rate is not from 0 to below 1.

    >>> from fnnet import init_params
    >>> [mask.shape for mask in dropout_masks(init_params((4, 3, 2), seed=0), 5, 0.5, seed=0, step=0)]
    [(5, 3)]
    """
    if not 0 <= rate < 1:
        raise invalid("rate", "from 0 to below 1", rate)
    rng = generator(seed, "dropout", step)
    widths = params.sizes[1:-1]
    kept = params.dtype.type(1 / (1 - rate))
    return tuple((rng.random((samples, width)) >= rate) * kept for width in widths)


def dropout_gradient(
    rate: float, seed: int, params: Params[F], x: Matrix[F], y: Labels | Matrix[F], step: int
) -> Grads[F]:
    """The gradient of a batch with units left out at random; `partial(dropout_gradient, 0.2, 0)` goes into `fit`.

    Law: at rate 0 it is the plain gradient.
    """
    masks = dropout_masks(params, len(x), rate, seed, step)
    return mean_gradient(params, x, y, step, masks)
