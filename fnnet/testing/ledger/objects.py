"""What the library has of each kind that has laws."""

from typing import Any

from fnnet.nn.activations import ACTIVATIONS
from fnnet.nn.heads import HEADS

OBJECTS: dict[str, tuple[Any, ...]] = {
    "activation": tuple(ACTIVATIONS.values()),
    "head": tuple(HEADS.values()),
}
"""Values by kind. Any: of the kind."""
