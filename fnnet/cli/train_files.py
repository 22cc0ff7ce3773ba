"""The files that `fnnet train` writes. A model may replace a model; nothing else is ever replaced."""

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

_KEPT = "it is not replaced: move it away, or choose another --out"


@attrs.frozen
class TrainFiles:
    """The paths of the model, of the checkpoint, if there is to be one, and of the history."""

    model: str
    checkpoint: str | None
    history: str

    @property
    def model_name(self) -> str:
        """The file name of the model, if it is a regular file in the folder of the checkpoint; otherwise empty."""
        if not self.checkpoint or os.path.islink(self.model):
            return ""
        model, checkpoint = map(os.path.realpath, (self.model, self.checkpoint))
        return os.path.basename(model) if os.path.dirname(model) == os.path.dirname(checkpoint) else ""


def train_files(arguments: Namespace, resumed: Checkpoint | None) -> TrainFiles:
    """The files that the arguments name, or, if they name no model, that of the resumed run.

    Raises:
        OSError: a file cannot be written.
        ValueError: a file would replace another that is not of its kind.
    """
    if arguments.out or not resumed:
        model, cure = arguments.out or "model.npz", _KEPT
    else:
        model = _model_of(resumed, arguments.resume)
        cure = f"it is the model that {arguments.resume} names; choose another with --out"
    files = TrainFiles(model, arguments.checkpoint or arguments.resume, str(history_path(model)))
    for path in filter(None, attrs.astuple(files)):
        check_writable(path)
    _check_replaceable(model, load, cure)
    _check_replaceable(files.history, read_history, _KEPT)
    if arguments.checkpoint:
        _check_new_checkpoint(arguments, files)
    return files


def resume_command(arguments: Namespace, files: TrainFiles) -> str:
    """The command that resumes a run which has written its checkpoint; empty if it writes none."""
    if not files.checkpoint:
        return ""
    out = [] if files.model_name else ["--out", files.model]
    data = ["--data", arguments.data] if arguments.data else []
    limit = ["--max-bytes", str(arguments.max_bytes)] if arguments.max_bytes != LIMIT else []
    return shlex.join(["fnnet", "train", "--resume", files.checkpoint, *out, *data, *limit])


def _model_of(resumed: Checkpoint, path: str) -> str:
    """The model that a checkpoint names, in the folder where the checkpoint is now."""
    if not resumed.model:
        raise ValueError(f"--out: expected the file of the model, which is not beside {path}, got none")
    model = Path(os.path.realpath(path)).with_name(resumed.model)
    if model.is_symlink():
        raise ValueError(f"{model}: expected a model, got a link, which {path} names; choose another with --out")
    return str(model)


def _check_replaceable(path: str, read: Callable[[str], object], cure: str) -> None:
    """Raise ValueError if there is a file that `read` does not accept."""
    if os.path.exists(path):
        try:
            read(path)
        except ValueError as error:
            raise ValueError(f"{error}; {cure}") from None


def _check_new_checkpoint(arguments: Namespace, files: TrainFiles) -> None:
    """Raise ValueError if --checkpoint would replace any file except the checkpoint of the run to resume."""
    path = arguments.checkpoint
    if os.path.exists(path) and not (arguments.resume and os.path.samefile(path, arguments.resume)):
        raise ValueError(f"--checkpoint: expected a new file, got {path}, which exists; use --resume to continue a run")
    for name, other in (("model", files.model), ("history", files.history)):
        if os.path.realpath(path) == os.path.realpath(other):
            raise ValueError(f"--checkpoint: expected another file than the {name}, {other}, got the same")
