"""The samples of a file, and what is known of their scale."""

import attrs
import numpy as np

from fnnet.data.dataset import Dataset


@attrs.frozen
class Part:
    """Samples as a file has them.

    Args:
        data: the samples.
        is_unit: whether black is 0 and white is 1, as where a file has bytes, which are divided by 255; otherwise the
            numbers are as the file has them, and what is white in them, if anything, is not known.
        names: of the labels 0, 1, …; none where the file has numbers.
    """

    data: Dataset[np.float32]
    is_unit: bool = False
    names: tuple[str, ...] = ()
