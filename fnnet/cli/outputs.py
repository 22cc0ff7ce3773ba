"""The files that a training run writes."""

import os
from argparse import Namespace

import attrs

from fnnet.files import check_writable
from fnnet.history import history_path, read_history


@attrs.frozen
class Outputs:
    """Where the model, the checkpoint (if one is asked for) and the history go."""

    model: str
    checkpoint: str | None
    history: str


def outputs(arguments: Namespace) -> Outputs:
    """The files that the arguments name.

    Raises:
        OSError: one cannot be written.
        ValueError: two are the same, or there is a file for the history that holds something else.
    """
    files = Outputs(
        arguments.out,
        arguments.checkpoint or arguments.resume,
        arguments.history or str(history_path(arguments.out)),
    )
    for path in filter(None, attrs.astuple(files)):
        check_writable(path)
    _check_apart("--out", files.model, "the checkpoint", files.checkpoint)
    _check_apart("--history", files.history, "the model", files.model)
    _check_apart("--history", files.history, "the checkpoint", files.checkpoint)
    if os.path.exists(files.history):
        read_history(files.history)
    return files


def _check_apart(option: str, path: str, name: str, other: str | None) -> None:
    if other and os.path.realpath(path) == os.path.realpath(other):
        raise ValueError(f"{option}: expected another file than {name}, {other}, got the same")
