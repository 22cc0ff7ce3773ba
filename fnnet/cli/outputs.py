"""The files that a training run writes."""

import os
import shlex
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import attrs

from fnnet.io.files import check_writable
from fnnet.io.model import load
from fnnet.io.npz import LIMIT
from fnnet.recipes.checkpoint import Checkpoint
from fnnet.recipes.history import history_path, read_history


@attrs.frozen
class Outputs:
    """Where the model, the checkpoint (if one is asked for) and the history go."""

    model: str
    checkpoint: str | None
    history: str

    @property
    def model_beside(self) -> str:
        """The name of the model, if it is a file beside the checkpoint, else nothing."""
        if not self.checkpoint or os.path.islink(self.model):
            return ""
        model, checkpoint = map(os.path.realpath, (self.model, self.checkpoint))
        return os.path.basename(model) if os.path.dirname(model) == os.path.dirname(checkpoint) else ""


def outputs(arguments: Namespace, resumed: Checkpoint | None) -> Outputs:
    """The files that the arguments name, or else the checkpoint that the run goes on from.

    Raises:
        OSError: one cannot be written.
        ValueError: one would take the place of another, or of a file that is none of its kind.
    """
    if arguments.out or not resumed:
        model, told = arguments.out or "model.npz", "it is not replaced: move it away, or choose another --out"
    else:
        model, told = _remembered(arguments.resume, resumed.model), f"it is what {arguments.resume} names; choose --out"
    files = Outputs(model, arguments.checkpoint or arguments.resume, str(history_path(model)))
    for path in filter(None, attrs.astuple(files)):
        check_writable(path)
    _check_replaceable(model, load, told)
    _check_replaceable(files.history, read_history, "it is not replaced: move it away, or choose another --out")
    _check_checkpoint(arguments, files)
    return files


def command_to_resume(arguments: Namespace, files: Outputs) -> str:
    """How to go on with a run that has written its checkpoint; empty if it keeps none."""
    if not files.checkpoint:
        return ""
    out = [] if files.model_beside else ["--out", files.model]
    data = ["--data", arguments.data] if arguments.data else []
    limit = ["--max-bytes", str(arguments.max_bytes)] if arguments.max_bytes != LIMIT else []
    return shlex.join(["fnnet", "train", "--resume", files.checkpoint, *out, *data, *limit])


def _remembered(checkpoint: str, name: str) -> str:
    """The model beside the checkpoint that it names."""
    if not name:
        raise ValueError(f"--out: expected where this run keeps its model, which is not beside {checkpoint}, got none")
    model = Path(os.path.realpath(checkpoint)).with_name(name)
    if model.is_symlink():
        raise ValueError(f"{model}: expected a model, got a link; it is what {checkpoint} names; choose --out")
    return str(model)


def _check_replaceable(path: str, read: Callable[[str], object], told: str) -> None:
    """Raise ValueError if there is a file that this function does not read."""
    if os.path.exists(path):
        try:
            read(path)
        except ValueError as error:
            raise ValueError(f"{error}; {told}") from None


def _check_checkpoint(arguments: Namespace, files: Outputs) -> None:
    """Raise ValueError if the checkpoint would take the place of a file but that of the run that goes on."""
    new = arguments.checkpoint
    if not new:
        return
    if os.path.exists(new) and not (arguments.resume and os.path.samefile(new, arguments.resume)):
        raise ValueError(f"--checkpoint: expected a new file, or --resume to go on from it, got {new}, which is there")
    for name, other in (("model", files.model), ("history", files.history)):
        if os.path.realpath(new) == os.path.realpath(other):
            raise ValueError(f"--checkpoint: expected another file than the {name}, {other}, got the same")
