"""The campaigns that compare scores: what is tested with has no part in training, scaling or tuning."""

import numpy as np
import pytest

from fnnet import initializers, tanh
from tests.campaigns.folds import FOLDS, GRID, TABLES, Setting, folds, tuned
from tests.campaigns.initial import SCHEMES, WIDTH, start
from tests.campaigns.tables import Problem, Table, bundled, held_out, houses

WINE, DIABETES = bundled("wine"), bundled("diabetes")


@pytest.mark.parametrize("table", [WINE, DIABETES], ids=["wine", "diabetes"])
def test_scaling_ignores_the_test_rows(table: Table) -> None:
    given = held_out(table, seed=0)
    columns = [given.train.x] + [given.train.y] * given.is_regression
    for column in columns:
        np.testing.assert_allclose(column.mean(axis=0), 0, atol=1e-5)
        np.testing.assert_allclose(column.std(axis=0), 1, atol=1e-4)
    assert len(given.train) + len(given.test) == len(table.data)
    assert abs(given.test.x.mean()) > 1e-4


@pytest.mark.parametrize("name", TABLES)
def test_folds_cover_each_row_once(name: str) -> None:
    """And what a setting is chosen on is never a row of the fold that it is reported for."""
    table = bundled(name)
    pairs = list(folds(table, seed=0))
    assert len(pairs) == FOLDS and sum(len(outer.test) for _, outer in pairs) == len(table.data)
    for inner, outer in pairs:
        assert len(inner.train) + len(inner.test) == len(outer.train)


def test_tuning_reports_the_chosen_setting() -> None:
    """The setting that is best on the inner part counts, and not the one that is best on the fold."""
    (inner, outer), *_ = folds(WINE, seed=0)

    def score(given: Problem, setting: Setting, seed: int) -> float:
        place = GRID.index(setting) + seed
        return float(place if given is inner else -place)

    assert tuned(inner, outer, score, seed=7) == -(len(GRID) - 1) - 7


@pytest.mark.parametrize("scheme", SCHEMES)
def test_layers_start_by_their_schemes(scheme: str) -> None:
    params = start(held_out(DIABETES, 0), scheme, tanh, depth=4, seed=0)
    assert params.sizes == (10, WIDTH, WIDTH, WIDTH, 1)
    for layer, initializer in zip(params.layers, [SCHEMES[scheme][0]] * 3 + [SCHEMES[scheme][1]]):
        # of 64 numbers and more, the variance is known to about 1 / √32 of itself
        assert layer.weights.var() == pytest.approx(initializer.variance(*layer.weights.shape), rel=0.6)
    assert initializers.he_normal in SCHEMES["He, LeCun before the head"]


def test_houses_are_skewed_and_alike() -> None:
    """The table is the same each time; a linear fit explains some of it, and leaves much to a network."""
    data = houses(2_000).data
    assert data == houses(2_000).data
    centered = data.x - data.x.mean(axis=0)
    skewness = (centered**3).mean(axis=0) / data.x.std(axis=0) ** 3
    assert (skewness > 0.75).sum() == 5
    y = data.y - data.y.mean()
    _, residual, *_ = np.linalg.lstsq(np.column_stack([centered, np.ones(len(y))]), y, rcond=None)
    assert 0.3 < 1 - residual.item() / float((y**2).sum()) < 0.75
