"""What a model is trained behind and saved with: a scaler of its inputs, a temperature, and what files call labels."""

from collections.abc import Sequence

import attrs
import numpy as np

from fnnet.cli.labels import label_numbers, printable_names
from fnnet.data.absorb import absorb
from fnnet.data.dataset import Dataset
from fnnet.data.levels import input_levels, input_scaler
from fnnet.data.scaler import Scaler
from fnnet.data.sources import Source
from fnnet.io.levels import Levels
from fnnet.io.model import save
from fnnet.nn.ensemble import tempered
from fnnet.nn.params import Params


@attrs.frozen
class TrainInputs:
    """How the samples of a run become those that its network is trained on, and this network the one that is saved.

    Args:
        scaler: of the inputs, which a saved network has absorbed, so that it takes them as they are; None if they are
            from 0 to 1.
        levels: the numbers that stand for black and white in images, where these are as their file has them.
        names: of the labels.
        temperature: at which the network learns to answer, that of its teachers; a saved network answers at 1.
    """

    scaler: Scaler | None = None
    levels: Levels | None = None
    names: tuple[str, ...] = ()
    temperature: float = 1.0

    @classmethod
    def of(cls, train: Dataset[np.float32], source: Source, temperature: float = 1.0) -> "TrainInputs":
        """Those of these training samples of a source."""
        levels = None if source.levels is None else input_levels(train)
        return cls(input_scaler(train), levels, source.names, temperature)

    def scaled(self, data: Dataset[np.float32]) -> Dataset[np.float32]:
        """The samples as the network is trained on them."""
        return data if self.scaler is None else attrs.evolve(data, x=self.scaler(data.x))

    def absorbed(self, params: Params[np.float32]) -> Params[np.float32]:
        """The network that takes the samples as they are, and answers at temperature 1."""
        at_one = self.temperature == 1 or not params.head.gives_probabilities
        answering = params if at_one else tempered(params, 1 / self.temperature)
        return answering if self.scaler is None else absorb(self.scaler, answering)

    def label_names(self, params: Params[np.float32]) -> Sequence[str]:
        """What the labels are called, for a terminal: printable and cut."""
        return printable_names(self.names) or label_numbers(params)

    def save(self, params: Params[np.float32], path: str) -> None:
        """Write the network that `absorbed` gives."""
        save(self.absorbed(params), path, labels=self.names, levels=self.levels)
