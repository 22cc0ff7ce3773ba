"""The files that a training run writes."""

import os
import shlex
from argparse import Namespace
from pathlib import Path

import attrs

from fnnet.checkpoint import Checkpoint
from fnnet.files import check_writable
from fnnet.history import history_path, read_history
from fnnet.storage import load


@attrs.frozen
class Outputs:
    """Where the model, the checkpoint (if one is asked for) and the history go."""

    model: str
    checkpoint: str | None
    history: str

    @property
    def model_beside(self) -> str:
        """The model's name, if it lies beside the checkpoint, else nothing."""
        model, checkpoint = map(os.path.realpath, (self.model, self.checkpoint or ""))
        return os.path.basename(model) if os.path.dirname(model) == os.path.dirname(checkpoint) else ""


def outputs(arguments: Namespace, resumed: Checkpoint | None) -> Outputs:
    """The files that the arguments name, or else the checkpoint that the run goes on from.

    Raises:
        OSError: one cannot be written.
        ValueError: two are the same, or there is a file that holds something else and was not named to be replaced.
    """
    model = arguments.out or (_remembered(arguments.resume, resumed.model) if resumed else "model.npz")
    check_writable(model)
    files = Outputs(model, arguments.checkpoint or arguments.resume, str(history_path(model)))
    for path in filter(None, (files.checkpoint, files.history)):
        check_writable(path)
    _check_apart("--out", model, "the checkpoint", files.checkpoint)
    _check_apart("--checkpoint", files.history, "the history", files.checkpoint)
    if os.path.exists(files.history):
        read_history(files.history)
    return files


def command_to_resume(arguments: Namespace, files: Outputs) -> str:
    """How the run can be gone on with; empty if it keeps no checkpoint."""
    if not files.checkpoint:
        return ""
    out = [] if files.model_beside else ["--out", files.model]
    data = ["--data", arguments.data] if arguments.data else []
    return shlex.join(["fnnet", "train", "--resume", files.checkpoint, *out, *data])


def _remembered(checkpoint: str, name: str) -> str:
    """The model beside the checkpoint that it names; a file that is no model does not stand to be replaced for that."""
    if not name:
        raise ValueError(f"--out: expected the file for the model, which is not beside {checkpoint}, got none")
    model = Path(os.path.realpath(checkpoint)).with_name(name)
    if model.exists():
        load(model)
    return str(model)


def _check_apart(option: str, path: str, name: str, other: str | None) -> None:
    if other and os.path.realpath(path) == os.path.realpath(other):
        raise ValueError(f"{option}: expected another file than {name}, {other}, got the same")
