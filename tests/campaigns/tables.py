"""The data of the campaigns that compare scores: tables of scikit-learn, one like California's houses, MNIST."""

from functools import cache

import attrs
import numpy as np
from sklearn import datasets

from fnnet import Dataset, Params, accuracy, apply, load_mnist
from fnnet.core.arrays import Numbers, Order
from fnnet.data import standardized, standardized_targets


@attrs.frozen(eq=False)
class Table:
    """Rows of features, each with a label or with a real number as its target."""

    name: str
    data: Dataset[np.float64]

    @property
    def is_regression(self) -> bool:
        """Whether the targets are real numbers."""
        return self.data.y.ndim == 2


def bundled(name: str) -> Table:
    """One of the tables that come with scikit-learn: "iris", "wine", "breast_cancer", "digits" or "diabetes"."""
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return Table(name.replace("_", " "), Dataset(x, y[:, np.newaxis] if y.dtype.kind == "f" else y))


def friedman(n: int = 2_000) -> Table:
    """y = 10 sin(π x₁ x₂) + 20 (x₃ - ½)² + 10 x₄ + 5 x₅ + noise of deviation 1, and five features without effect.

    Friedman, "Multivariate adaptive regression splines", 1991.
    """
    x, y = datasets.make_friedman1(n, noise=1.0, random_state=0)
    return Table("friedman", Dataset(x, y[:, np.newaxis]))


def houses(n: int = 20_000) -> Table:
    """A table like that of California's houses, which scikit-learn would download: 8 features, most of them skewed.

    The value of a district grows with its income, the less the higher, falls with the number of people to a room, and
    grows towards two cities; it is noisy, and cut off at 5, as that of the true table is.

    Pace and Barry, "Sparse spatial autoregressions", 1997.
    """
    rng = np.random.default_rng(0)
    shapes = ((1.25, 0.45), (1.65, 0.3), (1.0, 0.3))
    income, rooms, people = (rng.lognormal(mean, deviation, n) for mean, deviation in shapes)
    bedrooms = rooms * rng.lognormal(-1.6, 0.2, n)
    population = rng.lognormal(7.0, 0.75, n)
    age = rng.integers(1, 53, n).astype(np.float64)
    cities = np.array([[34.0, -118.2], [37.7, -122.3]])
    place = cities[rng.integers(0, 2, n)] + rng.normal(size=(n, 2)) * rng.choice([0.3, 1.5], (n, 1))
    distance = np.linalg.norm(place[:, np.newaxis] - cities, axis=-1).min(axis=1)
    value = 2.2 * np.log(income) * (1 + 0.8 * np.exp(-distance)) - 1.2 * people / rooms + 0.01 * age
    value += 0.8 * np.sin(3 * place[:, 0]) * np.exp(-distance / 2) + 0.3 * bedrooms / rooms + rng.normal(0, 0.5, n)
    x = np.column_stack([income, age, rooms, bedrooms, population, people, place])
    return Table("houses", Dataset(x, np.clip(value, 0.15, 5)[:, np.newaxis]))


@attrs.frozen(eq=False)
class Problem:
    """What to train on and what to test with, in float32.

    Args:
        name: of the table.
        train, test: with standardized features; the targets of a regression are standardized columns.
    """

    name: str
    train: Dataset[np.float32]
    test: Dataset[np.float32]

    @property
    def is_regression(self) -> bool:
        """Whether the targets are real numbers."""
        return self.train.y.ndim == 2


def problem(table: Table, train: Order, test: Order) -> Problem:
    """The rows `train` and `test` of a table, both standardized by the mean and the deviation of the first."""
    scaled, scaler = standardized(table.data[train])
    x, y = scaler(table.data[test].x), table.data[test].y
    if table.is_regression:
        scaled, units = standardized_targets(scaled)
        rows: Numbers = y
        y = units(rows)
    return Problem(table.name, scaled.astype(np.float32), Dataset(x, y).astype(np.float32))


@cache
def held_out(table: Table, seed: int) -> Problem:
    """A quarter of the rows, drawn at random, to test with."""
    rows = np.random.default_rng(seed).permutation(len(table.data))
    return problem(table, rows[len(rows) // 4 :], rows[: len(rows) // 4])


@cache
def mnist(seed: int) -> Problem:
    """10,000 images of MNIST to train on, drawn at random, and its test images."""
    train, test = load_mnist()
    rows = np.random.default_rng(seed).permutation(len(train))[:10_000]
    return Problem("MNIST", train[rows], test)


def score(given: Problem, params: Params[np.float32]) -> float:
    """Of the test samples, the share of correct labels, or the share R² of the variance that is explained."""
    if not given.is_regression:
        return accuracy(params, given.test)
    return 1 - float(np.mean((apply(params, given.test.x) - given.test.y) ** 2) / given.test.y.var())
