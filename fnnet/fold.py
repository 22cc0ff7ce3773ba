"""Stochastic gradient descent as a fold: one step a batch, in order."""

from fnnet.arrays import F, Labels, Matrix, invalid
from fnnet.network import backward, forward, sgd_step
from fnnet.records import Params


def sgd_fold(
    params: Params[F], x: Matrix[F], y: Labels | Matrix[F], lr: float, *, batch_size: int = 1
) -> Params[F]:
    """Fold `sgd_step` over the samples in order, a batch a step."""
    if batch_size < 1:
        raise invalid("batch_size", "1 or more", batch_size)
    if x.ndim != 2 or x.shape[1] != params.sizes[0]:
        raise invalid("x", f"shape (n, {params.sizes[0]})", x.shape)
    for i in range(0, len(x), batch_size):
        batch, targets = x[i : i + batch_size], y[i : i + batch_size]
        params = sgd_step(params, backward(params, forward(params, batch), targets), lr)
    return params
