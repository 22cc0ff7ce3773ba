"""What `fnnet predict` says of the digits in an image, or of a row of a table."""

from collections.abc import Sequence
from math import isqrt

import attrs
import numpy as np

from fnnet.core.arrays import Matrix, Vector
from fnnet.nn.inference import apply, labels_of
from fnnet.nn.params import Params
from fnnet.nn.targets import takes_counts

_UNSURE = 0.99  # of the 909 test digits of MNIST that are wider than high, `wide` answers 26 with less, `fast` 138


@attrs.frozen
class Answer:
    """What the network makes of a sample: a name, and its probability where outputs are probabilities."""

    name: str
    probability: float | None


def answers(params: Params[np.float32], x: Matrix[np.float32], names: Sequence[str]) -> list[Answer]:
    """For each row the name of the predicted label; or the mean of a count."""
    p = apply(params, x)
    if takes_counts(params.head, p.shape[1]):
        return [Answer(f"{mean:.3g}", None) for mean in p[:, 0]]
    labels: list[int] = labels_of(params, p).tolist()
    if not params.head.gives_probabilities:
        return [Answer(names[label], None) for label in labels]
    largest = p.max(axis=1) if p.shape[1] > 1 else np.maximum(p[:, 0], 1 - p[:, 0])
    return [Answer(names[label], float(confidence)) for label, confidence in zip(labels, largest)]


def answer_line(answers: Sequence[Answer], digits: Sequence[Vector[np.float32]] = (), is_at_edge: bool = False) -> str:
    """The answers for a row, or for the digits of an image: `4 (99.1%)` for one, `4 2 (99.1%, 87.3%)` for several.

    With a question after those that may be several digits that touch, or a part of a digit.
    """
    probabilities = ", ".join(f"{one.probability:.1%}" for one in answers if one.probability is not None)
    line = " ".join(one.name for one in answers) + (f" ({probabilities})" if probabilities else "")
    is_doubtful = any(_is_wide(x) and (one.probability or 0) < _UNSURE for one, x in zip(answers, digits))
    line += "; wide: do several digits touch?" if is_doubtful else ""
    return line + ("; at the edge of the image: is a digit cut off?" if is_at_edge else "")


def _is_wide(x: Vector[np.float32]) -> bool:
    side = isqrt(len(x))
    height, width = (np.flatnonzero((x.reshape(side, side) > 0.2).any(axis=axis)).size for axis in (1, 0))
    return width > height
