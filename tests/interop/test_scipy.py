# SciPy has no types, and pyright infers some that are wrong.
# pyright: reportCallIssue=false, reportArgumentType=false
"""SciPy's second-order optimizers train networks, by products with the Hessian and by the two maps of the Jacobian."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import least_squares, minimize
from scipy.sparse.linalg import LinearOperator

from fnnet import (
    Grads,
    Params,
    apply,
    hvp,
    identity_squared_error,
    init_params,
    jvp,
    loss,
    ravel,
    tanh,
    unravel,
    value_and_gradient,
    vjp,
)
from fnnet.core.arrays import Vector
from fnnet.nn import gauss_newton_product

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 3))
INSIDE = (np.square(X).sum(axis=1) < 2).astype(np.int64)
CLASSES = init_params((3, 8, 2), seed=0, hidden=tanh, dtype=np.float64)
WAVE = np.sin(X[:, :1]) * X[:, 1:2]
REGRESSION = init_params((3, 10, 1), seed=0, hidden=tanh, head=identity_squared_error, dtype=np.float64)

Row = Vector[np.float64]


def test_trust_ncg_trains_a_classifier() -> None:
    """With the exact Hessian, or with that of Gauss and Newton, a sphere is told from what is around it."""

    def fun(vector: Row) -> tuple[float, Row]:
        value, grads = value_and_gradient(unravel(CLASSES, vector), X, INSIDE)
        return value, ravel(grads)

    for product in (hvp, gauss_newton_product):

        def hessp(vector: Row, step: Row, product: Callable[..., Grads[np.float64]] = product) -> Row:
            at, v = unravel(CLASSES, vector), unravel(Grads(CLASSES.layers), step)
            return ravel(product(at, X, INSIDE, v))

        found = minimize(fun, ravel(CLASSES), jac=True, method="trust-ncg", hessp=hessp, options={"maxiter": 100})
        assert loss(unravel(CLASSES, found.x), X, INSIDE) < 0.05
        assert np.linalg.norm(found.jac) < 1e-2


def test_least_squares_trains_a_regression() -> None:
    """The Jacobian of the residuals is given by its products with vectors."""

    def at(vector: Row) -> Params[np.float64]:
        return unravel(REGRESSION, vector)

    def residuals(vector: Row) -> Row:
        return (apply(at(vector), X) - WAVE).reshape(-1)

    def jacobian(vector: Row) -> LinearOperator:
        params = at(vector)
        output, pull = vjp(params, X)

        def push(step: Row) -> Row:
            return jvp(params, X, unravel(Grads(params.layers), step.reshape(-1)))[1].reshape(-1)

        def back(u: Row) -> Row:
            return ravel(pull(u.reshape(output.shape))[0])

        return LinearOperator((WAVE.size, vector.size), matvec=push, rmatvec=back, dtype=np.float64)

    found = least_squares(residuals, ravel(REGRESSION), jac=jacobian, max_nfev=100)
    assert loss(at(found.x), X, WAVE) < 1e-3 < loss(REGRESSION, X, WAVE)
