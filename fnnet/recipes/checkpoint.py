"""Checkpoints: a training run so far as a file, from which it resumes and gives the same bits as without a break.

An npz file without pickle, which NumPy alone can read:

format            "fnnet checkpoint 5"
about             JSON: the recipe; the seed; the digest and the number of the training samples; the share of them that
                  is held out for validation, and the patience (or null); how many epochs are done and what was measured
                  after them (as in `fnnet/recipes/row.py`); the name of the model beside it; and of the optimizer's
                  state its kind, how many steps it has taken, which slot is a moving average (or null), and for each
                  slot whether it is in the shapes of the parameters
weights_0         shape (fan_in, fan_out), float32; then bias_0 (fan_out,), weights_1, bias_1, …
slot_0_weights_0  the optimizer's first slot, in the same shapes; then slot_0_bias_0, … slot_1_weights_0, …
slot_0            the same, if it is an array of another shape
best_weights_0    if samples are held out: the parameters of the best epoch so far; then best_bias_0, …
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from operator import methodcaller
from os import PathLike
from pathlib import Path

import attrs
import numpy as np

from fnnet.core.arrays import AnyRank
from fnnet.core.checks import check_integer
from fnnet.core.messages import invalid, quoted, shown, wrong_type
from fnnet.core.validators import instance_of, integer, number, plain_float
from fnnet.data.dataset import Dataset
from fnnet.io.encoding import encode_layers
from fnnet.io.formats import CHECKPOINT, require_format, require_texts
from fnnet.io.limit import LIMIT
from fnnet.io.npz import read_npz, write_npz
from fnnet.nn.params import Grads, Params, check_alike
from fnnet.recipes.encoding import (
    STATE_FIELDS,
    decode_params,
    decode_recipe,
    decode_state,
    encode_state,
    require_fields,
    require_list,
)
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.row import Row, check_rows, decode_row, row_fields
from fnnet.recipes.rows import History
from fnnet.recipes.selection import best_row, is_exhausted
from fnnet.recipes.suitable import settled
from fnnet.train.state import TrainState, is_finite_state

_FIELDS = ("recipe", "seed", "samples", "digest", "validation", "patience", "history", "model", *STATE_FIELDS)
_BEST = "best_"


def _settled(recipe: Recipe) -> Recipe:
    return settled(recipe) if isinstance(recipe, Recipe) else recipe


def _history(rows: Iterable[Row]) -> History:
    return History(rows)


def _check_history(checkpoint: "Checkpoint", field: "attrs.Attribute[History]", rows: History) -> None:
    check_rows(rows)
    if rows and rows[-1].epoch > checkpoint.state.epoch:
        raise invalid(field.name, f"no epoch after the last that is done, {checkpoint.state.epoch}", rows[-1].epoch)


def _check_patience(run: "Checkpoint", field: "attrs.Attribute[int | None]", patience: int | None) -> None:
    if patience is not None:
        check_integer(field.name, patience, 1)
        if not run.validation:
            raise invalid(field.name, "None without validation", patience)


def _check_best(
    run: "Checkpoint", field: "attrs.Attribute[Params[np.float32] | None]", best: Params[np.float32] | None
) -> None:
    if run.validation and run.history:
        best_row(run.history)  # each epoch must have been judged
        if not isinstance(best, Params):
            raise wrong_type(field.name, "Params", best)
        check_alike(run.state.params, Grads(best.layers), field.name)
    elif best is not None:
        raise invalid(field.name, "None without validation or before the first epoch", quoted(best))


def _check_model(checkpoint: object, field: "attrs.Attribute[str]", name: str) -> None:
    # no folder: a file from elsewhere must not decide where things are written; nothing that a terminal would obey
    if not isinstance(name, str) or Path(name).name != name or not name.isprintable():
        raise invalid(field.name, "a file name without a folder", quoted(name))


@attrs.frozen
class Checkpoint:
    """A training run so far, with everything that determines the rest of it.

    Args:
        recipe: the settings of the run; it is `settled`, so that what suits it is what suited it when the run began.
        seed: random seed of its orders, images and dropout.
        samples: how many samples it trains on.
        digest: of these samples, as `digest` gives it; the command adds, after a space, one of the teachers.
        state: the parameters and the optimizer's state after the epochs that are done.
        history: what was measured after these epochs.
        validation: the share of the samples that is held out to judge the epochs by; 0 for none.
        patience: how many epochs in a row without a better one end the run; None for no end before that of the recipe.
        best: the network of the epoch that is the most accurate on the samples held out, if there are any.
        model: the name of the file to which the run saves its model, if it is in the folder of the checkpoint; else
            the empty string.

    Raises:
        TypeError: a field is of another type.
        ValueError: a number is out of range, the history does not match the state, or `model` is not a file name.

    >>> from fnnet.recipes import FAST, initial_state
    >>> start = initial_state(FAST, 784, 10, seed=0)
    >>> Checkpoint(FAST, seed=0, samples=60_000, digest="", state=start, model="../m.npz")
    Traceback (most recent call last):
        ...
    ValueError: model: expected a file name without a folder, got '../m.npz'
    """

    recipe: Recipe = attrs.field(converter=_settled, validator=instance_of(Recipe))
    seed: int = attrs.field(validator=integer(0))
    samples: int = attrs.field(validator=integer(1))
    digest: str = attrs.field(validator=instance_of(str))
    state: TrainState[np.float32] = attrs.field(validator=instance_of(TrainState))
    history: History = attrs.field(default=History(), converter=_history, validator=_check_history)
    model: str = attrs.field(default="", validator=_check_model)
    validation: float = attrs.field(default=0.0, converter=plain_float, validator=number(below=1))
    patience: int | None = attrs.field(default=None, validator=_check_patience)
    best: Params[np.float32] | None = attrs.field(default=None, validator=_check_best)

    @property
    def kept_params(self) -> Params[np.float32]:
        """The network to keep: that of the best epoch where samples are held out, else that of the last."""
        return self.state.eval_params if self.best is None else self.best

    @property
    def is_exhausted(self) -> bool:
        """Whether the patience has ended the run."""
        return self.patience is not None and is_exhausted(self.history, self.patience)

    @property
    def has_ended(self) -> bool:
        """Whether the run is over: the patience has ended it, or all epochs of the recipe are done."""
        return self.is_exhausted or self.state.epoch >= self.recipe.epochs

    def after(self, state: TrainState[np.float32], row: Row) -> "Checkpoint":
        """The run one epoch later.

        Args:
            state: after that epoch.
            row: what was measured after it, with validation scores if samples are held out.
        """
        history = (*self.history, row)
        is_best = self.validation and best_row(history) is row
        return attrs.evolve(self, state=state, history=history, best=state.eval_params if is_best else self.best)


def digest(data: Dataset[np.float32]) -> str:
    """The SHA-256 of samples, by which a resumed run recognizes its data.

    Args:
        data: the training samples.

    Returns:
        64 hexadecimal digits. Law: equal data has an equal digest, and other data (in practice) another.

    >>> digest(Dataset(np.eye(2, dtype=np.float32), np.array([0, 1])))[:8]
    '7982c8c2'
    """
    sha = sha256(repr((data.x.shape, data.y.shape, data.y.dtype.str)).encode())
    for array in (data.x, data.y) if data.weights is None else (data.x, data.y, data.weights):
        sha.update(np.ascontiguousarray(array).data)
    return sha.hexdigest()


_TEXT_SHARE = 8
"""The limit is so many times that of the JSON: a character takes four bytes, and as values up to ten times that."""


def save_checkpoint(checkpoint: Checkpoint, path: str | PathLike[str], *, limit: int = LIMIT) -> None:
    """Write a checkpoint to a file, which is replaced only when the new one is complete.

    Args:
        checkpoint: the run so far.
        path: the file, used as it is (no ending is added).
        limit: how many bytes the arrays may take; more than the limit of `load_checkpoint` needs that one to be raised.

    Raises:
        OSError: the file cannot be written.
        ValueError: a number is not finite, or the arrays exceed the limit.

    Law: `load_checkpoint(path) == checkpoint`.

    >>> from tempfile import TemporaryDirectory
    >>> from fnnet.recipes import FAST, initial_state
    >>> start = initial_state(FAST, 784, 10, seed=0)
    >>> with TemporaryDirectory() as folder:
    ...     save_checkpoint(Checkpoint(FAST, 0, 60_000, "", start), Path(folder, "run"))
    ...     with np.load(Path(folder, "run")) as arrays:
    ...         list(arrays)[:4]
    ['format', 'about', 'weights_0', 'bias_0']
    """
    if not is_finite_state(checkpoint.state):
        raise invalid("checkpoint", "finite numbers", "NaN or infinity")
    fields, arrays = encode_state(checkpoint.state)
    about = {
        "recipe": attrs.asdict(checkpoint.recipe),
        "seed": checkpoint.seed,
        "samples": checkpoint.samples,
        "digest": checkpoint.digest,
        "validation": checkpoint.validation,
        "patience": checkpoint.patience,
        "history": list(map(row_fields, checkpoint.history)),
        "model": checkpoint.model,
        **fields,
    }
    if checkpoint.best is not None:
        arrays |= encode_layers(checkpoint.best.layers, _BEST)
    text = json.dumps(about, default=methodcaller("item"))  # NumPy's numbers have an `item`
    write_npz(path, {"format": np.array(CHECKPOINT), "about": np.array(text), **arrays}, limit, limit // _TEXT_SHARE)


def load_checkpoint(path: str | PathLike[str], *, limit: int = LIMIT) -> Checkpoint:
    """Read a checkpoint that `save_checkpoint` wrote; every field is checked.

    Args:
        path: the file.
        limit: how many bytes its arrays may take, so that a small file cannot fill the memory.

    Returns:
        The run so far. Law: `train` from its state gives the same bits as the run without a break.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is not a checkpoint of this format, is incomplete or corrupt, has numbers that are not
            finite, or exceeds the limit.

    >>> from tempfile import TemporaryDirectory
    >>> from fnnet.recipes import FAST, initial_state
    >>> start = initial_state(FAST, 784, 10, seed=0)
    >>> with TemporaryDirectory() as folder:
    ...     save_checkpoint(Checkpoint(FAST, 0, 60_000, "", start), Path(folder, "run"))
    ...     load_checkpoint(Path(folder, "run")).state.params
    Params(784-128-64-10, float32, relu, softmax-cross-entropy, 109386 parameters)
    """
    arrays = read_npz(path, limit, limit // _TEXT_SHARE)
    try:
        return _decode(arrays)
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{shown(path)}: {error}") from error


def _decode(arrays: dict[str, AnyRank]) -> Checkpoint:
    require_format(arrays, CHECKPOINT)
    (text,) = require_texts(arrays, "about")
    about = require_fields("about", json.loads(text), _FIELDS)
    recipe = decode_recipe(about["recipe"])
    of_state = {name: array for name, array in arrays.items() if name not in ("format", "about")}
    of_best = {name: of_state.pop(name) for name in list(of_state) if name.startswith(_BEST)}
    state = decode_state(recipe, about, of_state)
    history = tuple(map(decode_row, require_list("history", about["history"])))
    best = decode_params(recipe, of_best, _BEST) if of_best else None
    if best is not None and len(of_best) != 2 * len(best.layers):
        raise invalid("arrays", f"the {2 * len(best.layers)} of the best epoch", len(of_best))
    return Checkpoint(
        recipe=recipe,
        seed=about["seed"],
        samples=about["samples"],
        digest=about["digest"],
        state=state,
        history=history,
        model=about["model"],
        validation=about["validation"],
        patience=about["patience"],
        best=best,
    )
