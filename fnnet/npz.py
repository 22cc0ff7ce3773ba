"""Reading npz files that may come from anywhere: no Python objects, and one kind of error."""

import zipfile
import zlib
from os import PathLike

import numpy as np


def read_npz(path: str | PathLike[str]) -> dict[str, np.ndarray[tuple[int, ...]]]:
    """All the arrays of an npz file, by name.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no npz file, is truncated or corrupt, or holds Python objects.
    """
    with open(path, "rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError(f"{path}: expected a whole npz file, got something else")
        file.seek(0)
        try:
            with np.load(file, allow_pickle=False) as arrays:
                return dict(arrays)
        except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
            raise ValueError(f"{path}: expected arrays without Python objects, got {error}") from error


def require(arrays: dict[str, np.ndarray[tuple[int, ...]]], *names: str) -> list[np.ndarray[tuple[int, ...]]]:
    """The arrays of these names; a ValueError that says which there are if one is missing."""
    if not set(names) <= set(arrays):
        raise ValueError(f"expected the arrays {', '.join(names)}, got {', '.join(arrays) or 'none'}")
    return [arrays[name] for name in names]
