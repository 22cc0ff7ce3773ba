"""The moving average that a state of training holds."""

from typing import assert_type

import numpy as np

from fnnet import Dataset, Params, TrainState, adam, fit, init_params
from fnnet.optim import averaged_params, ema


def average_of(state: TrainState[np.float32]) -> Params[np.float32]:
    return averaged_params(state.params, state.opt_state)


def main() -> None:
    data = Dataset(np.eye(4, dtype=np.float32), np.arange(4))
    *_, last = fit(init_params((4, 4), seed=0), data, epochs=3, optimizer=ema(adam(1e-2), 0.9), batch_size=2)
    assert_type(last.eval_params, Params[np.float32])
    assert average_of(last) == last.eval_params != last.params
