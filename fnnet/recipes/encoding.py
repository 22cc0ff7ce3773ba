"""Recipes and training states as objects of JSON and as arrays, the form in which checkpoints hold them."""

from typing import Any, TypeAlias

import attrs
import numpy as np

from fnnet.core.arrays import AnyRank
from fnnet.core.checks import check_integer
from fnnet.core.messages import invalid, quoted
from fnnet.data.augment import Warp
from fnnet.io.encoding import decode_layers, encode_layers
from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS
from fnnet.nn.params import Grads, Params, check_alike
from fnnet.optim.optimizer import State
from fnnet.recipes.recipe import Recipe
from fnnet.recipes.run import optimizer_of
from fnnet.train.state import TrainState

Fields: TypeAlias = dict[str, Any]
"""An object of JSON. Any: what a file holds is known only after the checks here and in the records."""


def require_fields(name: str, value: object, expected: tuple[str, ...]) -> Fields:
    """Check that what was read from JSON is an object with these fields and no others.

    Raises:
        ValueError: it is not.

    >>> require_fields("warp", {"shift": 1}, ("shift",))
    {'shift': 1}
    """
    if not isinstance(value, dict) or set(value) != set(expected):
        got = sorted(value) if isinstance(value, dict) else value
        raise invalid(name, f"the fields {', '.join(expected)}", quoted(got))
    return value


def require_list(name: str, value: object) -> list[Any]:
    """Check that what was read from JSON is an array.

    Raises:
        ValueError: it is not.

    >>> require_list("history", 3)
    Traceback (most recent call last):
        ...
    ValueError: history: expected a list, got 3
    """
    if not isinstance(value, list):
        raise invalid(name, "a list", quoted(value))
    return value


def decode_recipe(value: object) -> Recipe:
    """The recipe of what was read from JSON, where `attrs.asdict(recipe)` was written.

    Raises:
        ValueError: a field is missing or unknown, or is out of its range.
        TypeError: a field is of another type.

    Law: `decode_recipe(json.loads(json.dumps(attrs.asdict(recipe)))) == recipe`.

    >>> decode_recipe(attrs.asdict(Recipe(epochs=3)) | {"widths": [30]})
    Recipe(widths=(30,), hidden='sigmoid', ..., epochs=3, ...)
    """
    fields = require_fields("recipe", value, tuple(field.name for field in attrs.fields(Recipe)))
    warp = require_fields("warp", fields["warp"], tuple(field.name for field in attrs.fields(Warp)))
    widths = tuple(require_list("widths", fields["widths"]))
    return Recipe(**{**fields, "widths": widths, "warp": Warp(**warp)})


def encode_state(state: TrainState[np.float32]) -> tuple[Fields, dict[str, AnyRank]]:
    """The state of a training run as fields of JSON and as named arrays.

    Args:
        state: after some epochs.

    Returns:
        The fields `epochs`, `steps` (None if there is no optimizer state) and `slots`, which are integers; and the
        arrays weights_0, bias_0, … of the parameters and slot_0_weights_0, … of the optimizer's slots.

    >>> from fnnet import init_params
    >>> fields, arrays = encode_state(TrainState(3, init_params((4, 2), seed=0)))
    >>> fields, list(arrays)
    ({'epochs': 3, 'steps': None, 'slots': 0}, ['weights_0', 'bias_0'])
    """
    optimizer = state.opt_state
    slots = optimizer.slots if optimizer else ()
    arrays: dict[str, AnyRank] = {**encode_layers(state.params.layers)}
    for k, slot in enumerate(slots):
        arrays |= encode_layers(slot.layers, f"slot_{k}_") if isinstance(slot, Grads) else {f"slot_{k}": slot}
    return {"epochs": state.epoch, "steps": optimizer.count if optimizer else None, "slots": len(slots)}, arrays


def decode_state(recipe: Recipe, fields: Fields, arrays: dict[str, AnyRank]) -> TrainState[np.float32]:
    """The state that `encode_state` made these fields and arrays of.

    Args:
        recipe: of the run; gives the hidden widths, the activation and the head.
        fields: has `epochs`, `steps` and `slots`.
        arrays: those of the state, and no others.

    Raises:
        ValueError: they are not those of such a state.

    Law: `decode_state(recipe, *encode_state(state)) == state`.

    >>> from fnnet.recipes.run import initial_params
    >>> recipe = Recipe(widths=(3,))
    >>> state = TrainState(3, initial_params(recipe, 4, 2, seed=0))
    >>> decode_state(recipe, *encode_state(state)).params
    Params(4-3-2, float32, sigmoid, softmax-cross-entropy, 23 parameters)
    """
    for name in ("epochs", "slots"):
        check_integer(name, fields[name], 0)
    depth, slots = len(recipe.widths) + 1, fields["slots"]
    if len(arrays) != 2 * depth * (1 + slots):
        expected = f"weights and bias of {depth} layers, for the parameters and for each of {quoted(slots)} slots"
        raise invalid("arrays", expected, f"{len(arrays)} arrays")
    params = _decode_params(recipe, depth, arrays)
    return TrainState(fields["epochs"], params, _decode_optimizer(recipe, fields, params, arrays))


def _decode_params(recipe: Recipe, depth: int, arrays: dict[str, AnyRank]) -> Params[np.float32]:
    params = Params(decode_layers(arrays, depth), ACTIVATIONS[recipe.hidden], HEADS[recipe.head])
    if params.dtype != np.float32 or params.sizes[1:-1] != recipe.widths:
        raise invalid("weights", f"float32 and hidden widths {quoted(recipe.widths)}, as in the recipe", quoted(params))
    return params


def _decode_optimizer(
    recipe: Recipe, fields: Fields, params: Params[np.float32], arrays: dict[str, AnyRank]
) -> State[np.float32] | None:
    steps, slots = fields["steps"], fields["slots"]
    if steps is None and slots == 0:
        return None
    steps = check_integer("steps", steps, 0)
    if recipe.average and not slots:
        raise invalid("slots", "at least 1, for the moving average of the recipe", slots)
    records = tuple(Grads(decode_layers(arrays, len(params.layers), f"slot_{k}_")) for k in range(slots))
    for record in records:
        check_alike(params, record)
    return State(steps, records, slots - 1 if recipe.average else None, optimizer_of(recipe, 1).kind)
