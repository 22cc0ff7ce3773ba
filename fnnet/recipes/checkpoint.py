"""Checkpoints: where a training run is, as a file from which it goes on to the same bits.

One npz without pickle, which NumPy alone can read:

format            "fnnet checkpoint 2"
about             JSON: the recipe, the seed, the digest and the number of the training samples, how many epochs are
                  done and what was measured after them (as in `fnnet/history.py`), the name of the model beside it, and
                  what the optimizer remembers: how many steps (null: it remembers nothing) and how many slots
weights_0         shape (fan_in, fan_out), float32; then bias_0 (fan_out,), weights_1, bias_1, …
slot_0_weights_0  the optimizer's first quantity, in the same shapes; then slot_0_bias_0, … slot_1_weights_0, …
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from operator import methodcaller
from os import PathLike
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from fnnet.core.arrays import AnyRank
from fnnet.core.checks import check_integer, instance_of, integer, invalid
from fnnet.data.augment import Warp
from fnnet.data.dataset import Dataset
from fnnet.io.encoding import decode_layers, encode_layers
from fnnet.io.npz import LIMIT, read_npz, require_format, require_texts, write_npz
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.params import Grads, Params, check_alike
from fnnet.optim.optimizer import State
from fnnet.recipes.history import Row, check_rows, decode_row
from fnnet.recipes.recipe import Recipe
from fnnet.train.state import TrainState, is_finite_state

_FORMAT = "fnnet checkpoint 2"
_ABOUT = ("recipe", "seed", "samples", "digest", "epochs", "history", "model", "steps", "slots")


def _tuple(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(rows)


def _check_history(checkpoint: "Checkpoint", field: "attrs.Attribute[tuple[Row, ...]]", rows: tuple[Row, ...]) -> None:
    check_rows(rows)
    if rows and rows[-1].epoch > checkpoint.state.epoch:
        raise invalid(field.name, f"no epoch after {checkpoint.state.epoch}, which is done", rows[-1].epoch)


def _check_model(checkpoint: object, field: "attrs.Attribute[str]", name: str) -> None:
    # no folder, lest a file from elsewhere decide where things are written, and nothing that a terminal would obey
    if not isinstance(name, str) or Path(name).name != name or not name.isprintable():
        raise invalid(field.name, "the name of a file, without a folder", repr(name))


@attrs.frozen
class Checkpoint:
    """A training run so far, and all that decides how it goes on.

    Args:
        recipe: what it follows.
        seed: of its orders, images and dropout.
        samples: how many samples it learns from.
        digest: of these samples, as `digest` gives it.
        state: where it is.
        history: what was measured on the way.
        model: the name of the file beside the checkpoint where it saves its model; empty if it is elsewhere.
    """

    recipe: Recipe = attrs.field(validator=instance_of(Recipe))
    seed: int = attrs.field(validator=integer(0))
    samples: int = attrs.field(validator=integer(1))
    digest: str = attrs.field(validator=instance_of(str))
    state: TrainState[np.float32] = attrs.field(validator=instance_of(TrainState))
    history: tuple[Row, ...] = attrs.field(default=(), converter=_tuple, validator=_check_history)
    model: str = attrs.field(default="", validator=_check_model)


def digest(data: Dataset[np.float32]) -> str:
    """The SHA-256 of the samples, by which a checkpoint knows its data."""
    digest = sha256(repr((data.x.shape, data.y.shape, data.y.dtype.str)).encode())
    for array in (data.x, data.y):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def save_checkpoint(checkpoint: Checkpoint, path: str | PathLike[str]) -> None:
    """Write it to a file, which is replaced only when the new one is whole.

    Raises:
        ValueError: a number is not finite.
        OSError: the file cannot be written.

    Law: `load_checkpoint(path) == checkpoint` after it.
    """
    at, state = checkpoint.state, checkpoint.state.opt_state
    if not is_finite_state(at):
        raise ValueError("checkpoint: expected finite numbers, got NaN or infinity")
    slots = state.slots if state else ()
    about = {
        "recipe": attrs.asdict(checkpoint.recipe),
        "seed": checkpoint.seed,
        "samples": checkpoint.samples,
        "digest": checkpoint.digest,
        "epochs": at.epoch,
        "history": list(map(attrs.asdict, checkpoint.history)),
        "model": checkpoint.model,
        "steps": state.count if state else None,
        "slots": len(slots),
    }
    arrays: dict[str, AnyRank] = {
        "format": np.array(_FORMAT),
        "about": np.array(json.dumps(about, default=methodcaller("item"))),
    }
    arrays |= encode_layers(at.params.layers)
    for k, slot in enumerate(slots):
        arrays |= encode_layers(slot.layers, f"slot_{k}_")
    write_npz(path, arrays)


def load_checkpoint(path: str | PathLike[str], *, limit: int = LIMIT) -> Checkpoint:
    """Read a checkpoint; every field is checked before there is a record.

    Args:
        path: the file.
        limit: how many bytes its arrays may take, lest a small file fill the memory.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no checkpoint of this format, or one that is incomplete, corrupt, not finite, or over the limit.
    """
    arrays = read_npz(path, limit)
    try:
        return _decode(arrays)
    except (ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"{path}: {error}") from error


def _decode(arrays: dict[str, AnyRank]) -> Checkpoint:
    require_format(arrays, _FORMAT)
    (text,) = require_texts(arrays, "about")
    about = _fields("about", json.loads(text), _ABOUT)
    recipe = _recipe(about["recipe"])
    for name in ("epochs", "slots"):
        check_integer(name, about[name], 0)
    slots, depth = about["slots"], len(recipe.widths) + 1
    if len(arrays) != 2 + 2 * depth * (1 + slots):
        raise invalid("arrays", f"{depth} layers of parameters and of each of {slots} slots", f"{len(arrays)} arrays")
    params = Params(decode_layers(arrays, depth), ACTIVATIONS[recipe.hidden], HEADS[recipe.head])
    if params.dtype != np.float32 or params.sizes[1:-1] != recipe.widths:
        raise invalid("weights", f"float32 and hidden widths {recipe.widths}, as the recipe", params)
    state = _state(arrays, params, about["steps"], slots, has_average=recipe.average > 0)
    at = TrainState(about["epochs"], params, state)
    history = tuple(map(decode_row, about["history"]))
    return Checkpoint(recipe, about["seed"], about["samples"], about["digest"], at, history, about["model"])


def _fields(name: str, value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise invalid(name, f"the fields {', '.join(names)}", sorted(value) if isinstance(value, dict) else value)
    return value


def _recipe(value: Any) -> Recipe:
    given = _fields("recipe", value, tuple(field.name for field in attrs.fields(Recipe)))
    warp = _fields("warp", given["warp"], tuple(field.name for field in attrs.fields(Warp)))
    return Recipe(**{**given, "warp": Warp(**warp)})


def _state(
    arrays: dict[str, AnyRank], params: Params[np.float32], steps: Any, slots: int, has_average: bool
) -> State[np.float32] | None:
    if steps is None and slots == 0:
        return None
    check_integer("steps", steps, 0)
    if has_average and not slots:
        raise invalid("slots", "at least 1, for the moving average of the recipe", slots)
    records = [Grads(decode_layers(arrays, len(params.layers), f"slot_{k}_")) for k in range(slots)]
    for record in records:
        check_alike(params, record)
    return State(steps, tuple(records), has_average)
