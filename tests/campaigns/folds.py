"""Accuracy beside that of scikit-learn's networks: five folds of small tables, tuned equally; and defaults."""

import warnings
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import attrs
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor

from fnnet import adam, fit, identity_squared_error, init_params, relu, softmax_cross_entropy
from fnnet.optim import Optimizer, l2
from tests.campaigns.tables import Problem, Table, bundled, held_out, houses, problem, score

TABLES = ("iris", "wine", "breast_cancer", "digits", "diabetes")
FOLDS, SEEDS = 5, (0, 1, 2)
WIDTH, BATCH, EPOCHS = 64, 32, 60


@attrs.frozen
class Setting:
    """What is tuned: the learning rate of Adam, and scikit-learn's `alpha`, the strength of the L2 penalty."""

    rate: float
    alpha: float


Score = Callable[[Problem, Setting, int], float]
"""(data, setting, seed) ↦ the score of a network that was trained so."""

GRID = tuple(Setting(rate, alpha) for rate, alpha in product((1e-3, 1e-2), (1e-2, 1.0, 10.0)))


def ours(given: Problem, setting: Setting, seed: int) -> float:
    """The score of fnnet's network."""
    # scikit-learn adds alpha / 2n |W|² to the mean loss of n samples, and halves the squared error
    weight = setting.alpha / BATCH * (2 if given.is_regression else 1)
    return _ours(given, WIDTH, l2(adam(setting.rate), weight), BATCH, EPOCHS, seed)


def theirs(given: Problem, setting: Setting, seed: int) -> float:
    """The score of scikit-learn's network, as wide, and trained in the same way and for as long."""
    options = {"hidden_layer_sizes": (WIDTH,), "batch_size": BATCH, "max_iter": EPOCHS, "n_iter_no_change": EPOCHS}
    value, _ = _theirs(given, alpha=setting.alpha, learning_rate_init=setting.rate, random_state=seed, **options)
    return value


def _ours(given: Problem, width: int, optimizer: Optimizer, batch_size: int, epochs: int, seed: int) -> float:
    sizes = (given.train.x.shape[1], width, given.train.outputs)
    start = init_params(sizes, seed, relu, identity_squared_error if given.is_regression else softmax_cross_entropy)
    *_, last = fit(start, given.train, epochs=epochs, optimizer=optimizer, batch_size=batch_size, seed=seed)
    return score(given, last.params)


def _theirs(given: Problem, **options: Any) -> tuple[float, int]:
    """The score, and how many epochs the training took. Any: numbers and tuples, as scikit-learn names them."""
    made = MLPRegressor(**options) if given.is_regression else MLPClassifier(**options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs were asked for
        made.fit(given.train.x, given.train.y.ravel())
    return float(made.score(given.test.x, given.test.y.ravel())), int(made.n_iter_)


def folds(table: Table, seed: int) -> Iterator[tuple[Problem, Problem]]:
    """For each fold: what to tune on, with a quarter of the other folds held out, and what to report."""
    kind = KFold if table.is_regression else StratifiedKFold
    for train, test in kind(FOLDS, shuffle=True, random_state=seed).split(table.data.x, table.data.y):
        rows = np.random.default_rng(seed).permutation(train)
        inner = problem(table, rows[len(rows) // 4 :], rows[: len(rows) // 4])
        yield inner, problem(table, train, test)


def tuned(inner: Problem, outer: Problem, score: Score, seed: int) -> float:
    """The score on the fold with the setting that was the best on what was held out."""
    best = max(GRID, key=lambda setting: score(inner, setting, seed))
    return score(outer, best, seed)


def campaign() -> None:
    """Print the means over folds and seeds; the standard errors are those of the mean over the folds."""
    print("| table | score | fnnet | scikit-learn | difference |", "|---|---|---:|---:|---:|", sep="\n")
    for table in map(bundled, TABLES):
        scores = np.array(
            [[[tuned(*pair, of, seed) for of in (ours, theirs)] for pair in folds(table, seed)] for seed in SEEDS]
        ).mean(axis=0)
        cells = [_cell(column) for column in (*scores.T, scores[:, 0] - scores[:, 1])]
        print(f"| {table.name} | {'R²' if table.is_regression else 'accuracy'} |", " | ".join(cells), "|", flush=True)
    defaults(houses())


def _cell(scores: Any) -> str:
    """The mean of the scores of the folds, with its standard error. Any: an array of numbers."""
    return f"{scores.mean():.4f} ± {scores.std(ddof=1) / len(scores) ** 0.5:.4f}"


def defaults(table: Table) -> None:
    """Print the scores of `MLPRegressor()` and of `adam()` with as many units and epochs, and batches as large."""
    for seed in SEEDS:
        given = held_out(table, seed)
        peer, epochs = _theirs(given, random_state=seed)
        print(
            f"{table.name}, defaults, seed {seed}: fnnet {_ours(given, 100, adam(), 200, epochs, seed):.4f}, ", end=""
        )
        print(f"scikit-learn {peer:.4f} (R², {epochs} epochs)", flush=True)
