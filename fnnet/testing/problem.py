"""`Problem`: a network with samples that it can be trained on."""

from typing import Generic

from attrs import field, frozen

from fnnet.core.arrays import F, Labels, Matrix, Vector
from fnnet.core.messages import invalid
from fnnet.core.validators import instance_of
from fnnet.data.dataset import Dataset
from fnnet.nn.params import Params
from fnnet.nn.targets import check_targets


@frozen
class Problem(Generic[F]):
    """A network with samples that it can be trained on.

    Args:
        params: the network.
        data: inputs of its width, with targets in the domain of its head.

    Raises:
        ValueError: the data does not match the network.

    >>> import numpy as np
    >>> from fnnet import init_params
    >>> Problem(init_params((3, 2), seed=0, dtype=np.float64), Dataset(np.eye(3), np.array([0, 1, 1]))).y
    array([0, 1, 1])
    """

    params: Params[F] = field(validator=instance_of(Params))
    data: Dataset[F] = field(validator=instance_of(Dataset))

    def __attrs_post_init__(self) -> None:
        features, outputs = self.params.sizes[0], self.params.sizes[-1]
        if self.x.shape[1] != features or self.x.dtype != self.params.dtype:
            raise invalid("data", f"{features} features, {self.params.dtype}", self.data)
        check_targets(self.params.head, self.y, (len(self.data), outputs), self.params.dtype)

    @property
    def x(self) -> Matrix[F]:
        """The inputs, shape (n, features)."""
        return self.data.x

    @property
    def y(self) -> Labels | Matrix[F]:
        """The targets, labels of shape (n,) or rows of shape (n, outputs)."""
        return self.data.y

    @property
    def weights(self) -> Vector[F] | None:
        """How much each sample counts, shape (n,), or None."""
        return self.data.weights
