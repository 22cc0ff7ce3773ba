"""The model that a command is given."""

import numpy as np

from fnnet.core.messages import shown
from fnnet.io.files import open_regular
from fnnet.io.model import load
from fnnet.nn.params import Params

_NPZ, _NAME = b"PK", slice(30, 36)  # of a zip archive, and where the name of its first file begins
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\0", b"MM\0*")


def load_model(path: str) -> Params[np.float32]:
    """The network at this path.

    Raises:
        ValueError: there is something else.
    """
    with open_regular(path) as file:
        start = file.read(64)
    if not start.startswith(_NPZ):
        got = "a file of another kind" if start else "an empty file"
        got = "an image; the model comes first" if start.startswith(_IMAGES) else got
        raise ValueError(f"{shown(path)}: expected a model saved by `fnnet train`, got {got}")
    try:
        return load(path, np.float32)
    except ValueError:
        if start[_NAME].startswith(b"format"):
            raise
        raise ValueError(f"{shown(path)}: expected a model saved by `fnnet train`, got another npz file") from None
