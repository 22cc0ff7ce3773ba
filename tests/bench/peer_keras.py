"""Keras on JAX: `fit` with `jit_compile`, and `predict_on_batch`.

After the page of `Model.compile`: several batches an execution, which it recommends for small models. A loop
of `train_on_batch` is at least twice as slow. Nothing is shown, and nothing measured but the loss.
"""

from typing import Any

import numpy as np

from fnnet import Params
from fnnet.core.arrays import Matrix
from tests.bench.contender import Contender, Images, Problem, calls, stacked, trained
from tests.bench.timing import Work, work

_STEPS_PER_EXECUTION = 16  # all are compiled into one program: twice as many gain nothing


def load(threads: int) -> Contender:
    """The contender; ImportError without Keras or JAX. `KERAS_BACKEND` is set by the environment."""
    import jax  # noqa: F401
    import keras

    version: str = f"{keras.__version__} on {keras.backend.backend()}"
    return Contender("Keras", version, _training, _inference)


def _network(params: Params[np.float32], *last: Any) -> Any:
    """The layers up to the logits, with the weights of `params`; then `last`."""
    import keras

    features, *hidden, classes = params.sizes
    dense = [keras.layers.Dense(width, activation="sigmoid") for width in hidden]
    model = keras.Sequential([keras.Input((features,)), *dense, keras.layers.Dense(classes), *last])
    model.set_weights(_arrays(params))
    return model


def _arrays(params: Params[np.float32]) -> list[Any]:
    return [array for layer in params.layers for array in (layer.weights, layer.bias)]


def _training(problem: Problem) -> Work[Params[np.float32]]:
    import keras

    model = _network(problem.params)
    model.compile(
        optimizer=keras.optimizers.SGD(problem.lr),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=True,
        steps_per_execution=_STEPS_PER_EXECUTION,
    )

    def start() -> None:
        model.set_weights(_arrays(problem.params))

    def run(_: None) -> None:
        model.fit(problem.x, problem.y, batch_size=problem.batch_size, shuffle=False, verbose=0)

    def read(_: None) -> Params[np.float32]:
        return trained(problem.params, model.get_weights())

    return work(start, run, read)


def _inference(images: Images) -> Work[Matrix[np.float32]]:
    import keras

    model = _network(images.params, keras.layers.Softmax())
    model.compile(jit_compile=True)
    inputs = calls(images)

    def run(arrays: list[Any]) -> list[Any]:
        return [model.predict_on_batch(x) for x in arrays]

    return work(lambda: inputs, run, lambda outputs: stacked(outputs, images))
