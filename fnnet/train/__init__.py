"""Training: `fit`, the exact fold `sgd_fold`, early stopping, the best of a stream, and training on shards."""

from fnnet.train.descent import Gradient
from fnnet.train.fit import fit
from fnnet.train.fold import sgd_fold
from fnnet.train.parallel import local_sgd, shard, shard_gradients
from fnnet.train.progress import progress_bar
from fnnet.train.state import Diverged, TrainState
from fnnet.train.stopping import best, stop_early

__all__ = [
    "Diverged",
    "Gradient",
    "TrainState",
    "best",
    "fit",
    "local_sgd",
    "progress_bar",
    "sgd_fold",
    "shard",
    "shard_gradients",
    "stop_early",
]
