"""`fnnet train --teacher`: another model, whose answers are a part of the targets."""

from argparse import Namespace

import numpy as np

from fnnet.cli.train_inputs import TrainInputs
from fnnet.core.messages import invalid
from fnnet.data.absorb import absorb
from fnnet.data.dataset import Dataset
from fnnet.data.distill import distilled
from fnnet.data.levels import levels_scaler
from fnnet.data.scaler import Scaler
from fnnet.data.sources import Source
from fnnet.io.model import load, load_levels
from fnnet.nn.inference import require_probabilities
from fnnet.nn.params import Params

_TEMPERATURE, _SHARE = 2.0, 0.9  # why: fnnet/recipes/README.md, "A teacher"


def read_teacher(arguments: Namespace, source: Source) -> Params[np.float32] | None:
    """The teacher, if the command line names one, on the scale of the data.

    Raises:
        ValueError: it does not fit the data, or its outputs are real numbers.
    """
    if not arguments.teacher:
        return None
    teacher = load(arguments.teacher, np.float32, limit=arguments.max_bytes)
    features, classes = source.train.x.shape[1], max(source.train.outputs, source.test.outputs)
    if teacher.sizes[0] != features or teacher.sizes[-1] != classes:
        got = f"{teacher.sizes[0]} and {teacher.sizes[-1]}"
        raise invalid("--teacher", f"a model of {features} features and {classes} classes, as the data has", got)
    require_probabilities(teacher)
    scaler = levels_scaler(features, source.levels, load_levels(arguments.teacher))
    return teacher if scaler is None else absorb(scaler, teacher)


def taught(teacher: Params[np.float32] | None, data: Dataset[np.float32]) -> Dataset[np.float32]:
    """The samples with nine tenths of each target from the teacher, if there is one."""
    return data if teacher is None else distilled(teacher, data, temperature=_TEMPERATURE, share=_SHARE)


def behind(inputs: TrainInputs, teacher: Params[np.float32]) -> Params[np.float32]:
    """The teacher that takes samples as the network is trained on them: x ↦ teacher(x σ + μ)."""
    scaler = inputs.scaler
    return teacher if scaler is None else absorb(Scaler(-scaler.mean / scaler.scale, 1 / scaler.scale), teacher)
