"""The files that a training run writes."""

import os
import shlex
from argparse import Namespace
from pathlib import Path

import attrs

from fnnet.checkpoint import Checkpoint
from fnnet.files import check_writable
from fnnet.history import history_path, read_history
from fnnet.npz import LIMIT
from fnnet.storage import load


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
        ValueError: one would take the place of another, or of a file that holds something else and was not named.
    """
    model = arguments.out or (_remembered(arguments.resume, resumed.model) if resumed else "model.npz")
    files = Outputs(model, arguments.checkpoint or arguments.resume, str(history_path(model)))
    for path in filter(None, attrs.astuple(files)):
        check_writable(path)
    _check_apart("--out", model, "the checkpoint", files.checkpoint)
    _check_apart("--out", model, "the checkpoint", arguments.resume)
    _check_apart("--checkpoint", files.checkpoint, "the history", files.history)
    for option, path in (("--out", model), ("--checkpoint", files.checkpoint)):
        _check_apart(option, path, "the data", arguments.data)
    if os.path.exists(files.history):
        try:
            read_history(files.history)
        except ValueError as error:
            raise ValueError(f"{error}; it is not replaced: move it away, or choose another --out") from None
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
    """The model beside the checkpoint that it names; what is no model does not stand to be replaced for that."""
    if not name:
        raise ValueError(f"--out: expected the file for the model, which is not beside {checkpoint}, got none")
    model = Path(os.path.realpath(checkpoint)).with_name(name)
    other = f"it is what {checkpoint} names; choose another --out"
    if model.is_symlink():
        raise ValueError(f"{model}: expected a model, got a link; {other}")
    if model.exists():
        try:
            load(model)
        except ValueError as error:
            raise ValueError(f"{error}; {other}") from None
    return str(model)


def _check_apart(option: str, path: str | None, name: str, other: str | None) -> None:
    if path and other and os.path.realpath(path) == os.path.realpath(other):
        raise ValueError(f"{option}: expected another file than {name}, {other}, got the same")
