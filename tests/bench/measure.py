"""One case, measured: everybody's result is compared first, then everybody is timed."""

from collections.abc import Mapping
from typing import cast

import attrs
import numpy as np

from fnnet import Dataset, Params, init_params, shuffled
from fnnet.core.arrays import Labels, Matrix
from fnnet.data.loaders import Pair
from fnnet.nn.initializers import lecun_normal
from tests.bench.agreement import Differences, check_probabilities, check_weights
from tests.bench.cases import Case, InferenceCase, TrainingCase
from tests.bench.contender import Contender, Images, Problem
from tests.bench.contenders import OURS, PLAIN
from tests.bench.timing import Times, Work, interleaved

_LR = 0.1


@attrs.frozen
class Measurement:
    """What came of a case.

    Args:
        title: of the case.
        count: the samples that a time is for.
        times: by contender.
        targets: for a contender, the ratio of its time to ours that is aimed at.
        differences: for a contender, how far its result is from the reference.
    """

    title: str
    count: int
    times: Mapping[str, Times]
    targets: Mapping[str, float]
    differences: Differences

    def ratio(self, name: str) -> float:
        """The contender's median by ours."""
        return self.times[name].median / self.times[OURS].median


def measure(case: Case, contenders: Mapping[str, Contender], data: Pair, repeats: int) -> Measurement:
    """Run one case.

    Raises:
        AssertionError: a contender computes something else.
    """
    train, test = data
    if isinstance(case, TrainingCase):
        return _training(case, contenders, shuffled(train, seed=0), repeats)
    return _inference(case, contenders, test, repeats)


def start(sizes: tuple[int, ...]) -> Params[np.float32]:
    """The network that everybody starts from: `fnnet train`'s own."""
    return init_params(sizes, seed=0, initializer=lecun_normal)


def _training(
    case: TrainingCase, contenders: Mapping[str, Contender], train: Dataset[np.float32], repeats: int
) -> Measurement:
    params, x = start(case.sizes), train.x[: case.samples]
    y = cast(Labels, train.y[: case.samples])
    problem = Problem(params, x, y, _LR, case.batch_size)
    works: dict[str, Work[Params[np.float32]]] = {
        name: contender.training(problem) for name, contender in contenders.items() if contender.training
    }
    # the first run of each, which also compiles, is the one that is compared
    weights = {name: work.result() for name, work in works.items()}
    differences = check_weights(params, weights[PLAIN if PLAIN in weights else OURS], weights)
    return Measurement(case.title, case.samples, interleaved(works, repeats), case.targets, differences)


def _inference(
    case: InferenceCase, contenders: Mapping[str, Contender], test: Dataset[np.float32], repeats: int
) -> Measurement:
    images = Images(start(case.sizes), test.x[: case.images], case.size)
    works: dict[str, Work[Matrix[np.float32]]] = {
        name: contender.inference(images) for name, contender in contenders.items() if contender.inference
    }
    outputs = {name: work.result() for name, work in works.items()}
    differences = check_probabilities(outputs[OURS], outputs)
    return Measurement(case.title, case.images, interleaved(works, repeats), case.targets, differences)
