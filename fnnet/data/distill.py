"""The answers of a teacher as the targets of a student: `distilled`."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from fnnet.core.arrays import F, Matrix
from fnnet.core.checks import check_finite
from fnnet.core.maps import Map, checked_map
from fnnet.core.messages import invalid, quoted
from fnnet.data.dataset import Dataset, require_dataset
from fnnet.nn.ensemble import as_networks, tempered
from fnnet.nn.inference import output_blocks
from fnnet.nn.network import check_input
from fnnet.nn.params import Params
from fnnet.nn.targets import as_targets

_BLOCK = 4096  # samples that one call of the map answers


def distilled(
    teacher: Params[F] | Sequence[Params[F]],
    data: Dataset[F],
    *,
    temperature: float = 1.0,
    share: float = 1.0,
    map: Map = map,
) -> Dataset[F]:
    """The samples with the answers of a teacher as targets, mixed with their own.

    What a teacher knows of the wrong answers, that this 7 could be a 1 but no 8, teaches more than the label alone.

    Args:
        teacher: a network whose outputs are probabilities; or several, which answer as their `ensemble` does, one by
            one, which takes less time.
        data: samples with targets in the domain of the teacher's head.
        temperature: T, above 0, by which the teacher's logits are divided, so that its second thoughts count more.
        share: s, the weight of the teacher, from 0 to 1; the rest is that of the targets of the data.
        map: through which the teacher answers, such as that of a pool of threads.

    Returns:
        The same x and weights, with rows s p(z / T) + (1 - s) y as targets. Laws: they are in the domain of the head;
        at s = 0 they are the targets of the data as rows, at s = 1 and T = 1 the outputs of the teacher, to rounding;
        any map gives the same bits.

    Raises:
        ValueError: the data does not match the teacher, the teacher's outputs are real numbers or not finite, several
            do not all have the same head and outputs, or a number is out of range; or the map drops, repeats or
            reorders results.
        TypeError: the teacher is not a network, or the data not a `Dataset`.

    A student of these targets answers as the teacher does at T; `tempered(student, 1 / T)` answers as it does at 1.
    Hinton, Vinyals and Dean, "Distilling the knowledge in a neural network", 2015. With augmentation, `fit` takes it
    as a function of the epoch: `lambda epoch: distilled(teacher, augmented(data, 0, warp, epoch), temperature=2.0)`.

    >>> import numpy as np
    >>> from fnnet import Dense, identity, softmax_cross_entropy
    >>> teacher = Params((Dense(np.eye(2), np.zeros(2)),), identity, softmax_cross_entropy)
    >>> distilled(teacher, Dataset(np.eye(2), np.array([0, 1])), share=0.5).y.round(2)
    array([[0.87, 0.13],
           [0.13, 0.87]])
    """
    require_dataset(data)
    share = check_finite("share", share)
    if not 0 <= share <= 1:
        raise invalid("share", "from 0 to 1", quoted(share))
    teachers = as_networks("teacher", [teacher] if isinstance(teacher, Params) else teacher)
    check_teachers(teachers)
    for each in teachers:
        if each.sizes[0] != data.x.shape[1]:
            raise invalid("teacher", f"{data.x.shape[1]} features, as the data has", each.sizes[0])
        if each.dtype != data.x.dtype:
            raise invalid("teacher", f"{data.x.dtype}, as the data", each.dtype, f"teacher.astype(np.{data.x.dtype})")
    outputs: Matrix[F] = np.empty((len(data), teachers[0].sizes[-1]), data.x.dtype)
    own = as_targets(teachers[0].head, data.y, outputs)  # before the teachers answer, which may take long
    answers = partial(_answers, [tempered(each, temperature) for each in teachers])
    blocks = [data.x[i : i + _BLOCK] for i in range(0, max(1, len(data)), _BLOCK)]
    rows: Matrix[F] = np.concatenate(list(checked_map(map, answers, blocks)))
    if not np.isfinite(rows).all():
        raise invalid("teacher", "finite answers", "some that are not")
    rows *= share
    rows += (1 - share) * own
    return Dataset.from_owned(data.x, rows, data.weights)


def check_teachers(teachers: Sequence[Params[F]]) -> None:
    """Raise ValueError unless all give probabilities of the same classes."""
    first = teachers[0]
    for each in teachers:
        if not each.head.gives_probabilities:
            got = f"{each.head.name}, whose outputs are real numbers"
            raise invalid("teacher", "a head whose outputs are probabilities", got)
        if (each.head, each.sizes[-1]) != (first.head, first.sizes[-1]):
            expected, got = (f"{params.head.name} with {params.sizes[-1]} outputs" for params in (first, each))
            got = got if got != expected else "another head of that name"
            raise invalid("teacher", f"{expected}, as the first has", got)


def _answers(teachers: Sequence[Params[F]], x: Matrix[F]) -> Matrix[F]:
    """The probabilities of the mean of their logits."""
    with np.errstate(all="ignore"):  # what is not finite shows in the answers
        mean: Matrix[F] = np.zeros((len(x), teachers[0].sizes[-1]), x.dtype)
        for each in teachers:
            for rows, z, _ in output_blocks(each, check_input(each, x)):
                mean[rows] += z / len(teachers)  # divided first: the sum of huge logits may be infinite
        return teachers[0].head.apply(mean)
