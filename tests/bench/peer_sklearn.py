"""scikit-learn's `MLPClassifier`: `partial_fit`, which is one pass over the samples, a batch a step.

After "Computational performance" of its documentation: the checks of finiteness and of parameters are off. It
keeps float32. The loss, which it adds up at each step, cannot be left out, nor can the terms of momentum and
weight decay, which are 0.
"""

from typing import Any

import numpy as np

from fnnet import Params
from fnnet.core.arrays import Matrix
from tests.bench.contender import Contender, Images, Problem, calls, stacked, trained
from tests.bench.timing import Work, work


def load(threads: int) -> Contender:
    """The contender; ImportError without scikit-learn."""
    import sklearn

    version: str = sklearn.__version__
    return Contender("scikit-learn", version, _training, _inference)


def _model(params: Params[np.float32], lr: float, batch_size: int) -> Any:
    """A classifier that has all it needs to go on training, from whatever weights it is then given."""
    from sklearn.neural_network import MLPClassifier

    features, *hidden, classes = params.sizes
    model = MLPClassifier(
        hidden,
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=batch_size,
        learning_rate_init=lr,
        momentum=0,
        nesterovs_momentum=False,
        shuffle=False,
    )
    # the first call makes the arrays; a whole batch, as a shorter one would be warned of
    x, y = np.zeros((batch_size, features), np.float32), np.zeros(batch_size, np.int64)
    return model.partial_fit(x, y, classes=np.arange(classes))


def _set(model: Any, params: Params[np.float32]) -> None:
    """Overwrite the weights in place, as its optimizer holds on to the arrays."""
    for w, b, layer in zip(model.coefs_, model.intercepts_, params.layers):
        w[...], b[...] = layer.weights, layer.bias


def _training(problem: Problem) -> Work[Params[np.float32]]:
    from sklearn import config_context

    model = _model(problem.params, problem.lr, problem.batch_size)

    def start() -> None:
        _set(model, problem.params)

    def run(_: None) -> None:
        with config_context(assume_finite=True, skip_parameter_validation=True):
            model.partial_fit(problem.x, problem.y)

    def read(_: None) -> Params[np.float32]:
        pairs = zip(model.coefs_, model.intercepts_)
        return trained(problem.params, [array for pair in pairs for array in pair])

    return work(start, run, read)


def _inference(images: Images) -> Work[Matrix[np.float32]]:
    from sklearn import config_context

    model = _model(images.params, 0.1, 1)
    _set(model, images.params)
    inputs = calls(images)

    def run(arrays: list[Any]) -> list[Any]:
        with config_context(assume_finite=True, skip_parameter_validation=True):
            return [model.predict_proba(x) for x in arrays]

    return work(lambda: inputs, run, lambda outputs: stacked(outputs, images))
