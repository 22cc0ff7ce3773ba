"""Samples and their targets: data sets, readers of files, augmentation."""

from fnnet.data.augment import Warp, augment, augmented
from fnnet.data.dataset import Batch, Dataset, Sample, batches, concatenate, order, shuffled, split, take
from fnnet.data.idx import read_idx
from fnnet.data.loaders import load_idx, load_mnist, load_npz

__all__ = [
    "Batch",
    "Dataset",
    "Sample",
    "Warp",
    "augment",
    "augmented",
    "batches",
    "concatenate",
    "load_idx",
    "load_mnist",
    "load_npz",
    "order",
    "read_idx",
    "shuffled",
    "split",
    "take",
]
