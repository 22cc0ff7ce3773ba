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
from fnnet.train.state import TrainState

Fields: TypeAlias = dict[str, Any]
"""An object of JSON. Any: what a file holds is known only after the checks here and in the records."""


STATE_FIELDS = ("epochs", "optimizer", "steps", "average", "slots")
"""Of the state of a training run."""


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
        The fields `epochs`; and of the optimizer's state its kind, `optimizer`, `steps`, `average` (which slot is a
        moving average of the parameters, or None), and `slots`, for each whether it is in the shapes of the parameters.
        And the arrays weights_0, bias_0, … of the parameters, and for each slot slot_0_weights_0, … or slot_0.

    >>> from fnnet import init_params, sgd
    >>> params = init_params((4, 2), seed=0)
    >>> fields, arrays = encode_state(TrainState(3, params, sgd(0.1).init(params)))
    >>> fields["epochs"], fields["optimizer"], list(arrays)
    (3, 'sgd', ['weights_0', 'bias_0'])
    """
    own = state.opt_state
    arrays: dict[str, AnyRank] = {**encode_layers(state.params.layers)}
    for k, slot in enumerate(own.slots):
        arrays |= encode_layers(slot.layers, f"slot_{k}_") if isinstance(slot, Grads) else {f"slot_{k}": slot}
    fields = {
        "epochs": state.epoch,
        "optimizer": own.optimizer,
        "steps": own.count,
        "average": own.average,
        "slots": [isinstance(slot, Grads) for slot in own.slots],
    }
    return fields, arrays


def decode_state(recipe: Recipe, fields: Fields, arrays: dict[str, AnyRank]) -> TrainState[np.float32]:
    """The state that `encode_state` made these fields and arrays of.

    Args:
        recipe: of the run; gives the hidden widths, the activation and the head.
        fields: has `epochs`, `optimizer`, `steps`, `average` and `slots`.
        arrays: those of the state, and no others.

    Raises:
        ValueError: they are not those of such a state.

    Law: `decode_state(recipe, *encode_state(state)) == state`.

    >>> from fnnet.recipes.run import initial_state
    >>> recipe = Recipe(widths=(3,))
    >>> decode_state(recipe, *encode_state(initial_state(recipe, 4, 2, seed=0))).params
    Params(4-3-2, float32, sigmoid, softmax-cross-entropy, 23 parameters)
    """
    epochs = check_integer("epochs", fields["epochs"], 0)
    slots = _decode_slots(fields)
    expected = encoded_names(len(recipe.widths) + 1, slots)
    if set(arrays) != expected:
        missing, unknown = sorted(expected - set(arrays)), sorted(set(arrays) - expected)
        got = f"no {missing[0]}" if missing else f"{quoted(unknown[0])}, too"
        raise invalid("arrays", f"the {len(expected)} of the parameters and of {len(slots)} slots", got)
    params = decode_params(recipe, arrays)
    return TrainState(epochs, params, _decode_optimizer(fields, slots, params, arrays))


def decode_params(recipe: Recipe, arrays: dict[str, AnyRank], prefix: str = "") -> Params[np.float32]:
    """The parameters of named arrays, in which `encode_layers` wrote their layers.

    Args:
        recipe: gives the hidden widths, the activation and the head.
        arrays: by name; there may be others.
        prefix: what the names begin with.

    Raises:
        ValueError: an array is missing, or they are not those of a network of this recipe.

    >>> arrays = {"weights_0": np.zeros((4, 2), np.float32), "bias_0": np.ones(2, np.float32)}
    >>> decode_params(Recipe(widths=()), arrays)
    Params(4-2, float32, sigmoid, softmax-cross-entropy, 10 parameters)
    """
    depth = len(recipe.widths) + 1
    params = Params(decode_layers(arrays, depth, prefix), ACTIVATIONS[recipe.hidden], HEADS[recipe.head])
    if params.dtype != np.float32 or params.sizes[1:-1] != recipe.widths:
        raise invalid("weights", f"float32 and hidden widths {quoted(recipe.widths)}, as in the recipe", quoted(params))
    return params


def encoded_names(depth: int, slots: list[bool]) -> set[str]:
    """The names of the arrays of a state.

    Args:
        depth: how many layers the network has.
        slots: for each slot, whether it is in the shapes of the parameters.

    >>> sorted(encoded_names(1, [True, False]))
    ['bias_0', 'slot_0_bias_0', 'slot_0_weights_0', 'slot_1', 'weights_0']
    """
    prefixes = ["", *(f"slot_{k}_" for k, is_layers in enumerate(slots) if is_layers)]
    names = {f"{prefix}{part}_{l}" for prefix in prefixes for part in ("weights", "bias") for l in range(depth)}
    return names | {f"slot_{k}" for k, is_layers in enumerate(slots) if not is_layers}


def _decode_slots(fields: Fields) -> list[bool]:
    slots = require_list("slots", fields["slots"])
    if not all(isinstance(is_layers, bool) for is_layers in slots):
        raise invalid("slots", "true or false for each", quoted(slots))
    average = fields["average"]
    if average is not None and not slots[check_integer("average", average, 0, len(slots) - 1)]:
        raise invalid("average", "a slot in the shapes of the parameters", average)
    return slots


def _decode_optimizer(
    fields: Fields, slots: list[bool], params: Params[np.float32], arrays: dict[str, AnyRank]
) -> State[np.float32]:
    kind, depth = fields["optimizer"], len(params.layers)
    if not isinstance(kind, str) or kind != quoted(kind)[1:-1]:  # printable, and not long
        raise invalid("optimizer", "the name of a kind of optimizer", quoted(kind))
    steps = check_integer("steps", fields["steps"], 0)
    records = tuple(
        Grads(decode_layers(arrays, depth, f"slot_{k}_")) if is_layers else arrays[f"slot_{k}"]
        for k, is_layers in enumerate(slots)
    )
    state: State[np.float32] = State(steps, records, fields["average"], kind)
    for record in state.layered:
        check_alike(params, record)
    return state
