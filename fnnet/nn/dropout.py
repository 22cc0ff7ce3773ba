"""Dropout as explicit masks: which units are left out is a pure function of (seed, step)."""

from fnnet.core.arrays import F, Labels, Matrix
from fnnet.core.checks import check_integer, check_number
from fnnet.core.random import generator
from fnnet.nn.cache import Masks
from fnnet.nn.network import backward, check_input, run_forward
from fnnet.nn.params import Grads, Params, require_params
from fnnet.nn.weights import Weights


def dropout_masks(params: Params[F], samples: int, rate: float, seed: int, step: int) -> Masks[tuple[int, int], F]:
    """For each hidden layer a matrix that is 0 with probability `rate`, and 1 / (1 - rate) otherwise.

    Args:
        params: the network whose hidden layers are masked.
        samples: rows of each mask.
        rate: the probability of leaving a unit out, at least 0 and less than 1.
        seed: an integer of at least 0.
        step: each step has masks of its own.

    Returns:
        One matrix (samples, width) for each hidden layer. Laws: the mean of a mask is 1; the same arguments give the
        same masks.

    Srivastava and others, "Dropout: a simple way to prevent neural networks from overfitting", 2014.

    Raises:
        ValueError: the rate is out of range.

    >>> from fnnet import init_params
    >>> dropout_masks(init_params((4, 3, 2), seed=0), 2, 0.5, seed=0, step=0)
    (array([[0., 0., 2.],
           [0., 2., 0.]], dtype=float32),)
    """
    require_params(params)
    samples = check_integer("samples", samples, 0)
    check_number("rate", rate, below=1)
    rng = generator(seed, "dropout", step)
    kept = params.dtype.type(1 / (1 - rate))
    return tuple((rng.random((samples, width)) >= rate) * kept for width in params.sizes[1:-1])


def dropout_gradient(
    rate: float,
    seed: int,
    params: Params[F],
    x: Matrix[F],
    y: Labels | Matrix[F],
    weights: Weights | None,
    step: int,
) -> Grads[F]:
    """The gradient of a batch with units left out at random; `partial(dropout_gradient, 0.2, 0)` goes into `fit`.

    Args:
        rate: the probability of leaving a unit out.
        seed: an integer of at least 0.
        params: the network.
        x: shape (n, features).
        y: labels (n,) or rows (n, outputs).
        weights: how much each sample counts, shape (n,), or None for 1 each.
        step: which step it is, counted from 0 over all epochs.

    Law: at rate 0 it is the plain gradient.

    Raises:
        ValueError: an argument is out of range, or does not match the network.

    >>> import numpy as np
    >>> from fnnet import init_params
    >>> params, x, y = init_params((4, 3, 2), seed=0), np.ones((2, 4), np.float32), np.array([0, 1])
    >>> dropout_gradient(0.0, 0, params, x, y, None, 0) == backward(params, run_forward(params, x.copy()), y)
    True
    """
    x = check_input(params, x)
    masks = dropout_masks(params, len(x), rate, seed, step)
    return backward(params, run_forward(params, x.view(), masks), y, weights)
