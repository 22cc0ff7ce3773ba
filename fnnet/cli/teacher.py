"""`fnnet train --teacher`: other models, whose answers are a part of the targets."""

from argparse import Namespace

import numpy as np

from fnnet.cli.train_inputs import TrainInputs
from fnnet.core.maps import Map
from fnnet.core.messages import invalid
from fnnet.data.absorb import absorb
from fnnet.data.dataset import Dataset
from fnnet.data.distill import distilled
from fnnet.data.levels import levels_scaler
from fnnet.data.scaler import Scaler
from fnnet.data.sources import Source
from fnnet.io.model import load, load_levels
from fnnet.nn.ensemble import ensemble
from fnnet.nn.inference import require_probabilities
from fnnet.nn.params import Params

TEMPERATURE, _SHARE = 2.0, 0.9  # why: fnnet/recipes/README.md, "A teacher"


def read_teacher(arguments: Namespace, source: Source) -> Params[np.float32] | None:
    """The teacher, if the command line names one, or the ensemble of several, on the scale of the data.

    Raises:
        ValueError: one does not fit the data or the others, or its outputs are real numbers.
    """
    if not arguments.teacher:
        return None
    teachers = [_read(path, arguments.max_bytes, source) for path in arguments.teacher]
    try:
        return ensemble(teachers)
    except ValueError as error:
        raise ValueError(f"--teacher: {error}") from None


def _read(path: str, limit: int, source: Source) -> Params[np.float32]:
    teacher = load(path, np.float32, limit=limit)
    features, classes = source.train.x.shape[1], max(source.train.outputs, source.test.outputs)
    if teacher.sizes[0] != features or teacher.sizes[-1] != classes:
        got = f"{teacher.sizes[0]} and {teacher.sizes[-1]}"
        raise invalid("--teacher", f"a model of {features} features and {classes} classes, as the data has", got)
    require_probabilities(teacher)
    scaler = levels_scaler(features, source.levels, load_levels(path))
    return teacher if scaler is None else absorb(scaler, teacher)


def taught(teacher: Params[np.float32] | None, data: Dataset[np.float32], map: Map = map) -> Dataset[np.float32]:
    """The samples with nine tenths of each target from the teacher, if there is one."""
    return data if teacher is None else distilled(teacher, data, temperature=TEMPERATURE, share=_SHARE, map=map)


def behind(inputs: TrainInputs, teacher: Params[np.float32]) -> Params[np.float32]:
    """The teacher that takes samples as the network is trained on them: x ↦ teacher(x σ + μ)."""
    scaler = inputs.scaler
    return teacher if scaler is None else absorb(Scaler(-scaler.mean / scaler.scale, 1 / scaler.scale), teacher)
