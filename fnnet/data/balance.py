"""Weights that balance classes of different sizes."""

import numpy as np

from fnnet.core.arrays import Labels, Numbers, Vector, unmasked
from fnnet.core.messages import invalid, wrong_type
from fnnet.data.dataset import Dataset


def class_weights(labels: Labels) -> Vector[np.float64]:
    """A weight for each sample, so that every class counts the same, and a sample 1 on average.

    Args:
        labels: integers of at least 0, shape (n,).

    Returns:
        n / (k nᵧ) for a sample of class y, where nᵧ samples are of that class, and k classes occur; shape (n,).
        Laws: the weights of each class have the same sum; their mean is 1; those of classes of the same size are 1.

    Raises:
        ValueError: the labels are not integers of at least 0, of shape (n,).
        TypeError: they are a `Dataset`.

    >>> class_weights(np.array([0, 0, 0, 1]))
    array([0.66666667, 0.66666667, 0.66666667, 2.        ])
    """
    if isinstance(labels, Dataset):
        raise wrong_type("labels", "an array of labels", labels, {"Dataset": "class_weights(data.labels)"})
    array = unmasked("labels", labels)
    if array.ndim != 1 or array.dtype.kind not in "iu" or array.min(initial=0) < 0:
        cure = "np.unique(labels, return_inverse=True)[1]" if array.ndim == 1 else ""
        raise invalid("labels", "integers (n,) of at least 0", f"{array.dtype} {array.shape}", cure)
    _, places, counts = np.unique(array, return_inverse=True, return_counts=True)
    weights: Numbers = len(array) / (len(counts) * counts[places])
    return weights
