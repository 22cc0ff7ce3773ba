"""Files: written whole or not at all, read without trust; models as npz files."""

from fnnet.io.model import load, save
from fnnet.io.npz import LIMIT, read_npz, write_npz

__all__ = ["LIMIT", "load", "read_npz", "save", "write_npz"]
