"""Stochastic gradient descent as a fold, exact and fast.

The plain fold takes one step θ - η ∂L/∂θ after another, one a batch. It is bound by memory, not by arithmetic: each
step reads and rewrites every weight. But a step changes a layer's weights by a product of small matrices, x_jᵀ d_j,
where x_j are the layer's inputs and d_j = -η δ_j with the mean over the batch in δ_j, so that after k steps

    W_k = W_0 + Σ_{j<k} x_jᵀ d_j        and        x_k W_k = x_k W_0 + Σ_{j<k} (x_k x_jᵀ) d_j.

The sum needs the past inputs and deltas, but not the current weights: these may lag behind for a block of steps. The
bias is the weight of an input that is always 1, which adds 1 to every x_k x_jᵀ.

- The first layer's inputs are known in advance: X W_0 and the Gram matrix X Xᵀ of a block are two matrix products. Each
  step then costs one product with the block's deltas so far, and one more product, Xᵀ D, applies them all at the end.
  A feature that is zero throughout the block contributes nothing and is left out.
- The inputs of a later layer come step by step. It keeps W_0 and the pending d_j as the rows of one matrix, and
  multiplies the input by it, with the input's products with past inputs appended: (x_k, x_k x_1ᵀ, …) (W_0; d_1; …).
  Small layers are faster when they are updated at every step.

It is algebra: the result is that of the plain fold, up to rounding. Benesty and Duhamel, "A fast exact least mean
square adaptive algorithm", 1992, use the same identity for linear filters.

Each step has a rate of its own, and each sample a weight: a row of d has its own factor, -η w / batch (`rates`).

`block` runs a block of steps; `layers` has the two kinds of layers, and `kernels` the activations and heads that write
into given arrays. These arrays are private to one call of `sgd_fold`, which is a pure function.
"""

from functools import reduce
from typing import cast

import numpy as np

from fnnet.core.arrays import F, Labels, Matrix, Order, Vector, unmasked
from fnnet.core.checks import check_integer
from fnnet.core.messages import invalid
from fnnet.data.checks import as_indices
from fnnet.nn.calculus import mean_gradient
from fnnet.nn.network import check_dtype, sgd_step
from fnnet.nn.params import Params, require_params
from fnnet.nn.targets import as_targets
from fnnet.nn.tree import is_finite
from fnnet.nn.weights import Weights, as_weights
from fnnet.train.fold.block import Block
from fnnet.train.fold.rates import Rates, row_factors, step_rates
from fnnet.train.fold.runs import runs


def sgd_fold(
    params: Params[F],
    x: Matrix[F],
    y: Labels | Matrix[F],
    lr: Rates,
    *,
    weights: Weights | None = None,
    batch_size: int = 1,
    order: Order | None = None,
) -> Params[F]:
    """Fold `sgd_step` over the samples in order, one step a batch.

    Args:
        params: where to start.
        x: shape (n, features); without samples the parameters come back unchanged.
        y: labels (n,) or rows (n, outputs).
        lr: η, the learning rate: a number, a pure function of the step, counted from 0, or a number for each step.
        weights: how much each sample counts, shape (n,); all 1 when not given.
        batch_size: samples a step; the last batch may be shorter.
        order: indices of the samples to take, in this order, as if `x[order]`, `y[order]` and `weights[order]` were
            given, but copied only a block at a time; all samples in their own order when not given.

    Returns:
        New parameters, finite unless training diverged. Up to rounding they are those of the plain fold,

            for k, (x, y, weights) in enumerate(batches):
                params = sgd_step(params, backward(params, forward(params, x), y, weights), lr(k))

    Raises:
        ValueError: x, y or the weights have the wrong shape or dtype, a rate is not finite, there is not one for each
            step, or the batch size is below 1.

    Laws: `sgd_fold(p, a ++ b) == sgd_fold(sgd_fold(p, a), b)` up to rounding, if a consists of whole batches and each
    part has its rates; the plain and the fast fold agree up to rounding, for every network; weights of 1 are none, to
    the bit.

    >>> from fnnet import backward, forward, init_params, ravel, sgd_step
    >>> params = init_params((3, 4, 2), seed=0, dtype=np.float64)
    >>> fast = sgd_fold(params, np.eye(3), np.array([0, 1, 1]), 0.5)
    >>> for x, y in zip(np.eye(3), [0, 1, 1]):
    ...     params = sgd_step(params, backward(params, forward(params, x), y), 0.5)
    >>> np.allclose(ravel(fast), ravel(params))
    True
    """
    require_params(params)
    x, batch_size = unmasked("x", x), check_integer("batch_size", batch_size, 1)
    if x.ndim != 2 or x.shape[1] != params.sizes[0]:
        raise invalid("x", f"shape (n, {params.sizes[0]})", x.shape)
    check_dtype(params, x)
    y = unmasked("y", y)
    if y.ndim == 0 or len(y) != len(x):
        raise invalid("y", f"one target for each of {len(x)} samples", y.shape)
    order = None if order is None else as_indices(order, len(x))
    # cast: NumPy does not follow the rank
    given = None if weights is None else cast(Vector[F], as_weights(weights, (len(x),), params.dtype))
    w = given if given is None or order is None else given[order]
    targets = y if order is None else y[order]
    t: Matrix[F] = as_targets(params.head, targets, np.empty((len(targets), params.sizes[-1]), params.dtype))
    rates = step_rates(lr, -(-len(t) // batch_size))
    if np.count_nonzero(rates) == 0:
        return params
    # exp may overflow to infinity, which gives the correct limit of sigmoid, or a sum at which softmax shifts its
    # logits. Divergence shows in the parameters.
    with np.errstate(all="ignore"):
        after = _fast_fold(params, x, t, rates, w, batch_size, order)
    if after and is_finite(after):
        return after
    # what overflows in the sums of a block may not do so step by step
    return plain_fold(params, x, y, rates, weights=given, batch_size=batch_size, order=order)


def plain_fold(
    params: Params[F],
    x: Matrix[F],
    y: Labels | Matrix[F],
    lr: Rates,
    *,
    weights: Weights | None = None,
    batch_size: int = 1,
    order: Order | None = None,
) -> Params[F]:
    """The same fold as it is defined, one `sgd_step` a batch; divergence shows in the parameters."""
    indices = np.arange(len(x)) if order is None else order
    batches = [indices[i : i + batch_size] for i in range(0, len(indices), batch_size)]

    def step(params: Params[F], batch: tuple[Order, float]) -> Params[F]:
        rows, rate = batch
        grads = mean_gradient(params, x[rows], y[rows], None if weights is None else weights[rows])
        return sgd_step(params, grads, rate)

    with np.errstate(all="ignore"):
        return reduce(step, zip(batches, step_rates(lr, len(batches)).tolist()), params)


def _fast_fold(
    params: Params[F],
    x: Matrix[F],
    t: Matrix[F],
    rates: Vector[np.float64],
    weights: Vector[F] | None,
    batch_size: int,
    order: Order | None,
) -> Params[F] | None:
    """The fold by blocks; None if the inputs are too large for it."""
    for start, stop, batch, steps in runs(len(t), batch_size):
        block = Block(params, batch, steps)
        first = start // batch_size
        own = None if weights is None else weights[start:stop]
        factors = row_factors(rates[first : first + (stop - start) // batch], own, batch, params.dtype)
        for i in range(start, stop, batch * steps):
            rows = slice(i, i + batch * steps)
            some = slice(i - start, i - start + batch * steps)
            if not block.run(x[rows] if order is None else x[order[rows]], t[rows], factors[some]):
                return None
        params = block.params()
    return params
