"""JAX: `jit` around `lax.scan`, the parameters donated, one call for all samples.

After "Just-in-time compilation", "Buffer donation" and the page of `lax.scan` in its documentation.
Compilation is off the clock here; the cold process of `jobs/` has it.
"""

from functools import partial
from typing import Any

import numpy as np

from fnnet import Params
from fnnet.core.arrays import Matrix
from tests.bench.contender import Contender, Images, Problem, calls, stacked, trained
from tests.bench.timing import Work, work

_UNROLL = 4  # steps an iteration of the scan: worth up to a fifth


def load(threads: int) -> Contender:
    """The contender; ImportError without JAX. XLA knows the number of threads from the environment."""
    import jax

    version: str = jax.__version__
    return Contender("JAX", version, partial(_training, unroll=1), _inference)


def load_unrolled(threads: int) -> Contender:
    """The same with several steps an iteration, which takes longer to compile."""
    import jax

    version: str = jax.__version__
    return Contender("JAX unrolled", version, partial(_training, unroll=_UNROLL), None)


def _logits(layers: Any, x: Any) -> Any:
    import jax

    *hidden, (weights, bias) = layers
    for w, b in hidden:
        x = jax.nn.sigmoid(x @ w + b)
    return x @ weights + bias


def _loss(layers: Any, x: Any, y: Any) -> Any:
    """Mean cross-entropy of a batch, or that of one sample."""
    import jax.numpy as jnp
    from jax.nn import log_softmax

    rows = log_softmax(_logits(layers, x))
    return -jnp.mean(jnp.take_along_axis(rows, y[..., None], axis=-1))


def _arrays(params: Params[np.float32]) -> Any:
    import jax.numpy as jnp

    return [(jnp.array(layer.weights), jnp.array(layer.bias)) for layer in params.layers]


def _training(problem: Problem, unroll: int) -> Work[Params[np.float32]]:
    import jax
    import jax.numpy as jnp

    gradient = jax.grad(_loss)

    def fold(layers: Any, xs: Any, ys: Any, lr: Any) -> Any:
        def step(layers: Any, batch: Any) -> Any:
            return jax.tree.map(lambda p, g: p - lr * g, layers, gradient(layers, *batch)), None

        return jax.lax.scan(step, layers, (xs, ys), unroll=unroll)[0]

    compiled = jax.jit(fold, donate_argnums=0)
    # one sample is a vector: it spares XLA the axis of length 1
    steps = (len(problem.x),) if problem.batch_size == 1 else (-1, problem.batch_size)
    xs = jnp.array(problem.x.reshape(*steps, problem.x.shape[1]))
    ys = jnp.array(problem.y.reshape(steps), jnp.int32)

    def start() -> Any:
        return jax.block_until_ready(_arrays(problem.params))

    def run(layers: Any) -> Any:
        return jax.block_until_ready(compiled(layers, xs, ys, problem.lr))

    def read(layers: Any) -> Params[np.float32]:
        return trained(problem.params, [np.asarray(array) for layer in layers for array in layer])

    return work(start, run, read)


def _inference(images: Images) -> Work[Matrix[np.float32]]:
    import jax
    import jax.numpy as jnp

    layers = _arrays(images.params)
    predict = jax.jit(lambda layers, x: jax.nn.softmax(_logits(layers, x)))
    inputs = [jnp.array(x[0] if len(x) == 1 else x) for x in calls(images)]

    def run(arrays: list[Any]) -> list[Any]:
        # an answer is wanted before the next question, so each is waited for
        return [predict(layers, x).block_until_ready() for x in arrays]

    return work(lambda: inputs, run, lambda outputs: stacked([np.asarray(p) for p in outputs], images))
