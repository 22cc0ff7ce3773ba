"""Samples and their targets: data sets, readers of files, augmentation."""

from fnnet.data.absorb import absorb, absorb_targets
from fnnet.data.augment import Warp, augment, augmented
from fnnet.data.balance import class_weights
from fnnet.data.csv import read_csv
from fnnet.data.dataset import Batch, Dataset, Sample
from fnnet.data.distill import distilled
from fnnet.data.folders import read_image_folder
from fnnet.data.holdout import hold_out
from fnnet.data.idx import read_idx
from fnnet.data.idx_sets import load_idx, read_idx_pair
from fnnet.data.inputs import transposed
from fnnet.data.loaders import load_mnist, load_npz
from fnnet.data.scaler import Scaler, standardized, standardized_targets
from fnnet.data.sources import Source, load_data
from fnnet.data.subsets import batches, concatenate, order, shuffled, split, take

__all__ = [
    "Batch",
    "Dataset",
    "Sample",
    "Scaler",
    "Source",
    "Warp",
    "absorb",
    "absorb_targets",
    "augment",
    "augmented",
    "batches",
    "class_weights",
    "concatenate",
    "distilled",
    "hold_out",
    "load_data",
    "load_idx",
    "load_mnist",
    "load_npz",
    "order",
    "read_csv",
    "read_idx",
    "read_idx_pair",
    "read_image_folder",
    "shuffled",
    "split",
    "standardized",
    "standardized_targets",
    "take",
    "transposed",
]
