"""scikit-learn's `MLPClassifier`: `partial_fit`, which is one pass over the samples, a batch a step.

After "Computational performance" of its documentation: the checks of finiteness and of parameters are off. The loss,
which it adds up at each step, cannot be left out, nor can the terms of momentum and weight decay, which are 0.
"""

from typing import Any

import numpy as np
from sklearn import config_context
from sklearn.neural_network import MLPClassifier

from tests.bench.cases import LR, Problem, Work


def train(problem: Problem) -> Work:
    """A step of gradient descent for each batch."""
    model, x, y = _model(problem), problem.x, problem.y

    def work() -> list[Any]:
        _set(model, problem)
        with config_context(assume_finite=True, skip_parameter_validation=True):
            model.partial_fit(x, y)
        return [array for layer in zip(model.coefs_, model.intercepts_) for array in layer]

    return work


def predict(problem: Problem) -> Work:
    """The probabilities of each batch."""
    model, inputs = _model(problem), problem.matrices()
    _set(model, problem)

    def work() -> list[Any]:
        with config_context(assume_finite=True, skip_parameter_validation=True):
            return [np.concatenate([model.predict_proba(x) for x in inputs])]

    return work


def _model(problem: Problem) -> Any:
    features, *hidden, classes = problem.case.sizes
    size = problem.case.batch
    options = {"solver": "sgd", "alpha": 0, "momentum": 0, "nesterovs_momentum": False, "shuffle": False}
    model = MLPClassifier(hidden, activation="logistic", batch_size=size, learning_rate_init=LR, **options)
    # the first call makes the arrays; a shorter batch would give a warning
    return model.partial_fit(np.zeros((size, features), np.float32), np.zeros(size, int), classes=np.arange(classes))


def _set(model: Any, problem: Problem) -> None:
    """Overwrite the weights in place, as its optimizer keeps references to the arrays."""
    arrays = [array for layer in zip(model.coefs_, model.intercepts_) for array in layer]
    for array, value in zip(arrays, problem.arrays):
        array[...] = value
