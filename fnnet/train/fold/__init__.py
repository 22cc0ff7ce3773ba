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

`block` runs a block of steps; `layers` has the two kinds of layers, and `kernels` the activations and heads that write
into given arrays. These arrays are private to one call of `sgd_fold`, which is a pure function.
"""

import numpy as np

from fnnet.core.arrays import F, Labels, Matrix, Order
from fnnet.core.checks import invalid
from fnnet.nn.network import check_dtype
from fnnet.nn.params import Params
from fnnet.nn.targets import as_targets
from fnnet.train.fold.block import Block

_STEPS = 64  # in a block: with more the products are larger, but the sums of the steps longer


def sgd_fold(
    params: Params[F],
    x: Matrix[F],
    y: Labels | Matrix[F],
    lr: float,
    *,
    batch_size: int = 1,
    order: Order | None = None,
) -> Params[F]:
    """Fold `sgd_step` over the samples in order, one step a batch.

    Args:
        params: where to start.
        x: shape (n, features); without samples the parameters come back unchanged.
        y: labels (n,) or rows (n, outputs).
        lr: η, the learning rate of every step.
        batch_size: samples a step; the last batch may be shorter.
        order: indices of the samples to take, in this order, as if `x[order]` and `y[order]` were given, but copied
            only a block at a time; all samples in their own order when not given.

    Returns:
        New parameters, finite unless training diverged. Up to rounding they are those of the plain fold,

            for x, y in batches(data, batch_size):
                params = sgd_step(params, backward(params, forward(params, x), y), lr)

    Raises:
        ValueError: x or y has the wrong shape or dtype, the rate is not finite, or the batch size is below 1.

    Laws: `sgd_fold(p, a ++ b) == sgd_fold(sgd_fold(p, a), b)` up to rounding, if a consists of whole batches; the
    plain and the fast fold agree up to rounding, for every network.

    >>> from fnnet import backward, forward, init_params, ravel, sgd_step
    >>> params = init_params((3, 4, 2), seed=0, dtype=np.float64)
    >>> fast = sgd_fold(params, np.eye(3), np.array([0, 1, 1]), 0.5)
    >>> for x, y in zip(np.eye(3), [0, 1, 1]):
    ...     params = sgd_step(params, backward(params, forward(params, x), y), 0.5)
    >>> np.allclose(ravel(fast), ravel(params))
    True
    """
    x, lr = np.asarray(x), float(lr)
    if not np.isfinite(lr):
        raise invalid("lr", "a finite number", lr)
    if x.ndim != 2 or x.shape[1] != params.sizes[0]:
        raise invalid("x", f"shape (n, {params.sizes[0]})", x.shape)
    check_dtype(params, x)
    if batch_size < 1:
        raise invalid("batch_size", "at least 1", batch_size)
    if len(y) != len(x):
        raise invalid("y", f"one target for each of {len(x)} samples", len(y))
    targets = y if order is None else y[order]
    n = len(targets)
    t: Matrix[F] = as_targets(params.head, targets, np.empty((n, params.sizes[-1]), params.dtype))
    if lr == 0:
        return params

    def fold(params: Params[F], start: int, stop: int, batch: int, steps: int) -> Params[F]:
        """The fold over samples that are a number of whole blocks."""
        block = Block(params, lr, batch, steps)
        # exp may overflow to infinity, which gives the correct limit of sigmoid, or a sum at which softmax shifts its
        # logits. Divergence shows in the parameters.
        with np.errstate(all="ignore"):
            for i in range(start, stop, batch * steps):
                rows = slice(i, i + batch * steps)
                block.run(x[rows] if order is None else x[order[rows]], t[rows])
        return block.params()

    # Whole blocks, then the whole batches that remain, then the remaining samples as one batch.
    steps = max(1, _STEPS // batch_size)
    blocks, batches = n - n % (steps * batch_size), n - n % batch_size
    if blocks:
        params = fold(params, 0, blocks, batch_size, steps)
    if blocks < batches:
        params = fold(params, blocks, batches, batch_size, (batches - blocks) // batch_size)
    if batches < n:
        params = fold(params, batches, n, n - batches, 1)
    return params
