"""Samples and their targets: data sets, readers of files, augmentation."""

from fnnet.data.absorb import absorb, absorb_targets
from fnnet.data.augment import Warp, augment, augmented
from fnnet.data.balance import class_weights
from fnnet.data.dataset import Batch, Dataset, Sample
from fnnet.data.idx import read_idx
from fnnet.data.loaders import load_idx, load_mnist, load_npz
from fnnet.data.scaler import Scaler, standardized, standardized_targets
from fnnet.data.subsets import batches, concatenate, order, shuffled, split, take

__all__ = [
    "Batch",
    "Dataset",
    "Sample",
    "Scaler",
    "Warp",
    "absorb",
    "absorb_targets",
    "augment",
    "augmented",
    "batches",
    "class_weights",
    "concatenate",
    "load_idx",
    "load_mnist",
    "load_npz",
    "order",
    "read_idx",
    "shuffled",
    "split",
    "standardized",
    "standardized_targets",
    "take",
]
