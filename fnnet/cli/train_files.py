"""The files that `fnnet train` writes. A model may replace a model; nothing else is ever replaced."""

import os
import shlex
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import attrs

from fnnet.cli.lock import file_lock
from fnnet.cli.train_inputs import TrainInputs
from fnnet.cli.train_start import resumed_run
from fnnet.core.messages import shown
from fnnet.io.model import load
from fnnet.io.npz import LIMIT
from fnnet.recipes.checkpoint import Checkpoint
from fnnet.recipes.history import begins_like_history, history_path, read_history

_KEPT = "it is not replaced: move it away, or choose another --out"


@attrs.frozen
class TrainFiles:
    """The paths of the model, of the checkpoint, if there is to be one, and of the history; what the model holds."""

    model: str
    checkpoint: str | None
    history: str
    inputs: TrainInputs = attrs.field(factory=TrainInputs)

    @property
    def model_name(self) -> str:
        """The file name of the model, if it is a regular file in the folder of the checkpoint; otherwise empty."""
        if not self.checkpoint or os.path.islink(self.model):
            return ""
        model, checkpoint = map(os.path.realpath, (self.model, self.checkpoint))
        return os.path.basename(model) if os.path.dirname(model) == os.path.dirname(checkpoint) else ""


@contextmanager
def open_run(arguments: Namespace) -> Iterator[tuple[Checkpoint | None, TrainFiles]]:
    """The run to resume, if there is one, and the files that are written, which no other run writes in this block.

    The checkpoint is locked before it is read: otherwise a run that has ended by then would be set back.

    Raises:
        OSError: a file cannot be written, or another run is writing it.
        ValueError: a file would replace another that is not of its kind.
    """
    with ExitStack() as locks:
        lock, checkpoint = file_lock(), arguments.checkpoint or arguments.resume
        if checkpoint:
            locks.enter_context(lock(checkpoint, "--checkpoint"))
        resumed = resumed_run(arguments) if arguments.resume else None
        files = _train_files(arguments, resumed)
        _check_different(files, "--checkpoint" if arguments.checkpoint else "--resume")
        for path in (files.model, files.history):
            locks.enter_context(lock(path, "--out"))
        _check_replaceable(arguments, resumed, files)
        yield resumed, files


def _train_files(arguments: Namespace, resumed: Checkpoint | None) -> TrainFiles:
    """The files that the arguments name, or, if they name no model, that of the resumed run."""
    if arguments.out and os.path.isdir(arguments.out):
        raise ValueError(f"{shown(arguments.out)}: expected a file to write, got a folder")
    model = arguments.out or (_model_of(resumed, arguments.resume) if resumed else "model.npz")
    return TrainFiles(model, arguments.checkpoint or arguments.resume, str(history_path(model)))


def resume_command(arguments: Namespace, files: TrainFiles) -> str:
    """The command that resumes a run which has written its checkpoint; empty if it writes none."""
    if not files.checkpoint:
        return ""
    out = [] if files.model_name else ["--out", files.model]
    teacher = [part for path in arguments.teacher or () for part in ("--teacher", path)]
    return shlex.join(["fnnet", "train", "--resume", files.checkpoint, *out, *teacher, *data_options(arguments)])


def data_options(arguments: Namespace) -> list[str]:
    """The options that name the data, for another command."""
    names = ("data", "test", "label")
    given = [part for name in names if (value := getattr(arguments, name)) for part in (f"--{name}", value)]
    turned = ["--transpose"] if arguments.transpose else []
    limit = ["--max-bytes", str(arguments.max_bytes)] if arguments.max_bytes != LIMIT else []
    return [*given, *turned, *limit]


def _model_of(resumed: Checkpoint, path: str) -> str:
    """The model that a checkpoint names, in the folder where the checkpoint is now."""
    if not resumed.model:
        raise ValueError(f"--out: expected the file of the model, which is not beside {path}, got none")
    model = Path(os.path.realpath(path)).with_name(resumed.model)
    if model.is_symlink():
        raise ValueError(f"{model}: expected a model, got a link, which {path} names; choose another with --out")
    return str(model)


def _check_different(files: TrainFiles, option: str) -> None:
    """Raise ValueError if the checkpoint is also the model or the history."""
    for name, other in (("model", files.model), ("history", files.history)):
        if files.checkpoint and os.path.realpath(files.checkpoint) == os.path.realpath(other):
            raise ValueError(f"{option}: expected another file than the {name}, {other}, got the same")


def _check_replaceable(arguments: Namespace, resumed: Checkpoint | None, files: TrainFiles) -> None:
    """Raise ValueError if a file would replace one that is not of its kind, or any checkpoint but the resumed one."""
    named = resumed and not arguments.out
    cure = f"it is the model that {arguments.resume} names; choose another with --out" if named else _KEPT
    _check_readable(files.model, load, cure)
    if os.path.exists(files.history) and not begins_like_history(files.history):
        _check_readable(files.history, read_history, _KEPT)
    for teacher in arguments.teacher or ():
        if os.path.exists(files.model) and os.path.exists(teacher) and os.path.samefile(files.model, teacher):
            raise ValueError(
                f"--out: expected another file than the teacher, got {shown(files.model)}; name one with --out"
            )
    path = arguments.checkpoint
    if path and os.path.exists(path) and not (arguments.resume and os.path.samefile(path, arguments.resume)):
        raise ValueError(f"--checkpoint: expected a new file, got {path}, which exists; use --resume to continue a run")


def _check_readable(path: str, read: Callable[[str], object], cure: str) -> None:
    """Raise ValueError if there is a file that `read` does not accept."""
    if os.path.exists(path):
        try:
            read(path)
        except ValueError as error:
            raise ValueError(f"{error}; {cure}") from None
