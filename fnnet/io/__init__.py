"""Files that are written completely or not at all, and read without trusting them; models as npz files."""

from fnnet.io.limit import LIMIT
from fnnet.io.model import load, load_labels, load_levels, save
from fnnet.io.npz import read_npz, write_npz

__all__ = ["LIMIT", "load", "load_labels", "load_levels", "read_npz", "save", "write_npz"]
