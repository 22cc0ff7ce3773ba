"""`fnnet train --teacher`: other models, whose answers are a part of the targets."""

from argparse import Namespace
from hashlib import sha256
from typing import TypeAlias

import numpy as np

from fnnet.cli.train_inputs import TrainInputs
from fnnet.core.maps import Map
from fnnet.core.messages import invalid, quoted, shown
from fnnet.data.absorb import absorb
from fnnet.data.dataset import Dataset
from fnnet.data.distill import check_teachers, distilled
from fnnet.data.labels import listed
from fnnet.data.levels import levels_scaler
from fnnet.data.scaler import Scaler
from fnnet.data.sources import Source
from fnnet.io.model import load, load_labels, load_levels
from fnnet.nn.domains import distribution
from fnnet.nn.head import Head
from fnnet.nn.params import Params
from fnnet.nn.tree import ravel
from fnnet.recipes.checkpoint import digest

TEMPERATURE, _SHARE = 2.0, 0.9  # why: fnnet/recipes/README.md, "A teacher"

Teachers: TypeAlias = tuple[Params[np.float32], ...]
"""Those that the command line names, perhaps none."""


def read_teachers(arguments: Namespace, source: Source) -> Teachers:
    """The teachers that the command line names, on the scale of the data.

    Raises:
        ValueError: one does not fit the data, its outputs are real numbers, or its head is not that of the first.
    """
    paths = arguments.teacher or ()
    teachers = tuple(_read(path, arguments.max_bytes, source) for path in paths)
    for path, each in zip(paths, teachers):
        try:
            check_teachers((teachers[0], each))
        except ValueError as error:
            raise ValueError(f"--{error}, in {shown(path)}") from None
    return teachers


def check_lesson(teachers: Teachers, head: Head) -> None:
    """Raise ValueError if a network with this head cannot learn what the teachers answer."""
    for each in teachers:
        if head.domain == distribution and each.head.domain != distribution:
            expected = f"a model whose probabilities sum to 1, as those of {head.name} do"
            raise invalid("--teacher", expected, f"one of {each.head.name}")


def data_digest(samples: Dataset[np.float32], teachers: Teachers) -> str:
    """A digest of the samples, and after a space one of the teachers, by which a resumed run recognizes each."""
    if not teachers:
        return digest(samples)
    sha = sha256()
    for each in teachers:
        sha.update(repr((each.sizes, each.hidden.name, each.head.name)).encode() + ravel(each).tobytes())
    return f"{digest(samples)} {sha.hexdigest()}"


def _read(path: str, limit: int, source: Source) -> Params[np.float32]:
    teacher = load(path, np.float32, limit=limit)
    features, classes = source.train.x.shape[1], max(source.train.outputs, source.test.outputs)
    if teacher.sizes[0] != features or teacher.sizes[-1] != classes:
        got = f"{teacher.sizes[0]} and {teacher.sizes[-1]} in {shown(path)}"
        raise invalid("--teacher", f"a model of {features} features and {classes} classes, as the data has", got)
    numbers = tuple(map(str, range(classes)))
    known, wanted = load_labels(path) or numbers, source.names or numbers
    if known != wanted:
        got = f"{quoted(listed(known))} in {shown(path)}"
        raise invalid("--teacher", f"the labels {quoted(listed(wanted))}, as the data has, in this order", got)
    scaler = levels_scaler(features, source.levels, load_levels(path))
    return teacher if scaler is None else absorb(scaler, teacher)


def taught(teachers: Teachers, data: Dataset[np.float32], map: Map = map) -> Dataset[np.float32]:
    """The samples with nine tenths of each target from the teachers, if there are any."""
    return distilled(teachers, data, temperature=TEMPERATURE, share=_SHARE, map=map) if teachers else data


def behind(inputs: TrainInputs, teacher: Params[np.float32]) -> Params[np.float32]:
    """The teacher that takes samples as the network is trained on them: x ↦ teacher(x σ + μ)."""
    scaler = inputs.scaler
    return teacher if scaler is None else absorb(Scaler(-scaler.mean / scaler.scale, 1 / scaler.scale), teacher)
