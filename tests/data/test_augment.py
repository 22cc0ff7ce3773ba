"""Augmentation: nothing changes at zero strength, shape and range are kept, and strengths are as asked for."""

from concurrent.futures import ThreadPoolExecutor

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fnnet import Dataset, load_mnist
from fnnet.core.arrays import Matrix
from fnnet.core.random import generator
from fnnet.data.augment import Warp, _affine, augment, augmented
from fnnet.data.resampling import gaussian
from tests.strategies import seeds

warps = st.builds(
    Warp,
    shift=st.floats(0, 3),
    rotation=st.floats(0, 30),
    scale=st.floats(0, 0.3),
    shear=st.floats(0, 20),
    elastic=st.floats(0, 50),
    smoothness=st.floats(0.5, 6),
)


def pictures(n: int, side: int, seed: int) -> Matrix[np.float64]:
    return np.random.default_rng(seed).random((n, side * side))


def blob(side: int = 28, down: float = 13.5, right: float = 13.5) -> Matrix[np.float64]:
    """An image of a soft spot."""
    v, u = np.mgrid[:side, :side]
    spot: Matrix[np.float64] = np.exp(-((v - down) ** 2 + (u - right) ** 2) / 8).reshape(1, -1)
    return spot


def centers(images: Matrix[np.float64]) -> Matrix[np.float64]:
    """The center of mass of each image: down and right."""
    side = int(np.sqrt(images.shape[1]))
    cube = images.reshape(-1, side, side)
    total = cube.sum(axis=(1, 2))
    down, right = cube.sum(axis=2) @ np.arange(side), cube.sum(axis=1) @ np.arange(side)
    return np.stack([down / total, right / total], axis=1)


@given(st.integers(1, 5), st.integers(1, 9), seeds)
def test_no_strength_changes_no_image(n: int, side: int, seed: int) -> None:
    images = pictures(n, side, seed)
    assert np.array_equal(augment(images, seed, Warp()), images)
    assert np.array_equal(augment(images.astype(np.float32), seed, Warp()), images.astype(np.float32))


@pytest.mark.parametrize("warp", [Warp(shift=2), Warp(rotation=9), Warp(elastic=34)])
def test_every_image_is_changed_differently(warp: Warp) -> None:
    """The same image is changed differently in another epoch, and with another seed."""
    images = np.repeat(pictures(1, 12, 0), 3, axis=0)
    changed = augment(images, 0, warp)
    assert not np.allclose(changed[0], changed[1])
    assert not np.allclose(changed, augment(images, 1, warp))
    assert not np.allclose(changed, augment(images, 0, warp, epoch=1))


def test_shifts_are_uniform() -> None:
    """For shifts of up to 4 pixels the mean is 0, the standard deviation 4 / √3, and none is larger than 4."""
    moved = centers(augment(np.repeat(blob(), 2000, axis=0), 0, Warp(shift=4))) - 13.5
    assert np.abs(moved).max() < 4.05
    assert np.abs(moved.mean(axis=0)).max() < 5 * 4 / np.sqrt(3 * 2000)
    np.testing.assert_allclose(moved.std(axis=0), 4 / np.sqrt(3), rtol=0.05)


def test_rotation_keeps_distances() -> None:
    """The distances are those from the center of the image; the angles reach the 30 degrees that were asked for."""
    images = np.repeat(blob(down=7.5, right=13.5), 500, axis=0)
    away = centers(augment(images, 0, Warp(rotation=30))) - 13.5
    np.testing.assert_allclose(np.linalg.norm(away, axis=1), 6, atol=0.05)
    angles = np.rad2deg(np.arctan2(away[:, 1], -away[:, 0]))
    assert 28 < angles.max() < 30.5 and -30.5 < angles.min() < -28


def test_scaling_is_about_the_center() -> None:
    """A spot 6 pixels from the center ends between 6 / 1.2 = 5 and 6 · 1.2 = 7.2 pixels from it."""
    images = np.repeat(blob(down=7.5, right=13.5), 500, axis=0)
    away = np.linalg.norm(centers(augment(images, 0, Warp(scale=0.2))) - 13.5, axis=1)
    assert 4.75 < away.min() < 4.95 and 7.05 < away.max() < 7.25


def test_shearing_moves_rows_sideways() -> None:
    """Each row moves by its distance from the center row, times the tangent of an angle of up to 20 degrees."""
    images = np.repeat(blob(down=7.5, right=13.5), 500, axis=0)
    moved = centers(augment(images, 0, Warp(shear=20))) - centers(images)
    assert np.abs(moved[:, 0]).max() < 0.05
    assert 6 * np.tan(np.deg2rad(19)) < np.abs(moved[:, 1]).max() < 6 * np.tan(np.deg2rad(20.5))


def test_rotation_and_scaling_keep_angles() -> None:
    """A step along the rows and a step along the columns stay at a right angle, and of the same length."""
    for seed in range(20):
        rng, warp = np.random.default_rng(seed), Warp(rotation=30, scale=0.3, shift=2)
        rows, columns = _affine(50, 9, rng, warp, np.dtype(np.float64))
        places = np.stack([rows, columns], axis=2)
        right, down = places[:, 1] - places[:, 0], places[:, 9] - places[:, 0]
        np.testing.assert_allclose(np.sum(right * down, axis=1), 0, atol=1e-12)
        assert 20 < np.abs(np.rad2deg(np.arctan2(down[:, 1], down[:, 0]))).max() <= 30
        lengths = np.linalg.norm(right, axis=1)
        np.testing.assert_allclose(np.linalg.norm(down, axis=1), lengths)
        assert 1 / 1.3 < lengths.min() < 0.85 and 1.2 < lengths.max() < 1 / 0.7


def test_images_fade_beyond_the_edge() -> None:
    """Values fall linearly, from those at the edge to 0 one pixel beyond it."""
    side = 5
    images = np.ones((400, side * side))
    changed = augment(images, 0, Warp(shift=0.9)).reshape(-1, side, side)
    rows, columns = _affine(400, side, generator(0, "augment", 0, 0), Warp(shift=0.9), np.dtype(np.float64))
    for place, shown in (
        (rows[:, 0], changed[:, 0, 2]),
        (columns[:, 0], changed[:, 2, 0]),
        (side - 1 - rows[:, -1], changed[:, -1, 2]),
        (side - 1 - columns[:, -1], changed[:, 2, -1]),
    ):
        # places are counted inward from the edge: -0.3 is 0.3 pixels beyond it
        np.testing.assert_allclose(shown, 1 + np.minimum(place, 0), atol=1e-12)
        assert shown.min() < 0.2


def test_beyond_the_edge_is_exactly_zero() -> None:
    """Pixels that show what is a whole pixel beyond the edge or more are 0, not nearly 0."""
    images, warp = np.ones((200, 16)), Warp(shift=3)
    changed = augment(images, 1, warp)
    rows, columns = _affine(200, 4, generator(1, "augment", 0, 0), warp, np.dtype(np.float64))
    is_beyond = (rows <= -1) | (rows >= 4) | (columns <= -1) | (columns >= 4)
    assert is_beyond.any() and (changed[is_beyond] == 0).all()
    assert (changed[~is_beyond] > 0).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_largest_pixels_stay_finite(dtype: type[np.float32]) -> None:
    """The difference of two pixels may overflow; what lies between them does not."""
    largest = np.finfo(dtype).max
    images = np.array([[0.6, -0.6, 0.6, -0.6] * 4, [1.0, -1, -1, 1] * 4], dtype) * largest
    assert np.array_equal(augment(images, 0, Warp()), images)
    changed = augment(images, 0, Warp(shift=1, rotation=30, elastic=5))
    assert (np.abs(changed).max(axis=1) <= np.abs(images).max(axis=1)).all() and (changed != images).any()
    tiny = np.finfo(dtype).smallest_subnormal
    assert np.array_equal(augment(images * 0 + tiny, 0, Warp()), images * 0 + tiny)


@pytest.mark.parametrize("name", ["shift", "rotation", "elastic", "smoothness"])
def test_strengths_have_an_upper_bound(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: expected a number less than 1e.06, got 1e.39$"):
        Warp(**{name: 1e39})


strongest = st.builds(
    Warp,
    shift=st.sampled_from([0, 5e-324, 999_999.0]),
    rotation=st.sampled_from([0, 5e-324, 999_999.0]),
    scale=st.sampled_from([0, 5e-324, 1 - 2**-53]),
    shear=st.sampled_from([0, 5e-324, 90 - 2**-46]),
    elastic=st.sampled_from([0, 5e-324, 999_999.0]),
    smoothness=st.sampled_from([0, 5e-324, 1e-30, 0.1, 999_999.0]),
)


@given(st.integers(1, 5), st.integers(1, 9), seeds, strongest)
def test_any_strength_keeps_the_range(n: int, side: int, seed: int, warp: Warp) -> None:
    images = pictures(n, side, seed)
    for changed in (augment(images, seed, warp), augment(images.astype(np.float32), seed, warp)):
        assert changed.min() >= 0 and changed.max() <= images.max() + 1e-6


@pytest.mark.parametrize("sigma", [1e-300, 0.05, 0.3, 0.5, 0.99, 1.0, 4.0])
def test_gaussian_has_sum_one(sigma: float) -> None:
    middle = gaussian(99, sigma, np.dtype(np.float64))[49]
    assert middle.sum() == pytest.approx(1, abs=1e-8) and (np.diff(middle[:50]) >= 0).all()
    ratio = middle[50] / middle[49]
    assert ratio == pytest.approx(np.exp(-0.5 / sigma**2) if sigma > 1e-100 else 0, abs=1e-15)


def test_elastic_strength_is_simards() -> None:
    """Uniform noise has variance 1/3, and smoothing keeps 1 / (4 π σ²) of it: α = 34, σ = 4 give 1.4 pixels.

    The displacements are smooth: neighbors differ by less than half a pixel.
    """
    side = 64
    ramp = np.tile(np.arange(float(side)), (side, 1)).reshape(1, -1)
    changed = augment(np.repeat(ramp, 50, axis=0), 0, Warp(elastic=34)) - ramp
    inner = changed.reshape(-1, side, side)[:, 16:-16, 16:-16]
    expected = 34 * np.sqrt(1 / 3 / (4 * np.pi)) / 4
    assert float(inner.std()) == pytest.approx(expected, rel=0.1)
    assert np.abs(np.diff(inner, axis=2)).max() < 1.5


def test_interpolation_between_pixels() -> None:
    """A dot shifted by a fraction of a pixel is split between two pixels in that proportion."""
    row = np.array([[0.0, 1.0, 0.0, 0.0] * 4])
    changed = augment(row, 0, Warp(shift=1)).reshape(4, 4)
    amount = float(changed[1] @ np.arange(4) / changed[1].sum()) - 1
    whole = np.array([0, 1.0, 0, 0])
    fraction = abs(amount)
    neighbor = np.roll(whole, int(np.sign(amount)))
    np.testing.assert_allclose(changed[1], (1 - fraction) * whole + fraction * neighbor, atol=1e-9)


def test_targets_stay_with_their_images() -> None:
    data = Dataset(pictures(3, 4, 0), np.array([2, 0, 1]))
    changed = augmented(data, 0, Warp(rotation=10), epoch=3)
    assert changed.y.tolist() == [2, 0, 1]
    assert np.array_equal(changed.x, augment(data.x, 0, Warp(rotation=10), 3))
    assert augmented(data, 0, Warp(rotation=10)) == augmented(data, 0, Warp(rotation=10), 0) != changed


def test_every_block_is_augmented() -> None:
    """2,500 images are two full blocks and a shorter one; every image of every block is changed."""
    _, test = load_mnist()
    changed = augment(test.x[:2500], 0, Warp(rotation=15))
    assert (changed != test.x[:2500]).any(axis=1).all()
    assert float(changed.mean()) == pytest.approx(float(test.x[:2500].mean()), rel=0.02)


def test_any_map_gives_the_same_images() -> None:
    """Copies of one image all come out different, in one block or in several."""
    same = np.repeat(load_mnist()[1].x[:1], 2500, axis=0)
    warp = Warp(shift=2, elastic=20)
    changed = augment(same, 0, warp, 3)
    assert len({row.tobytes() for row in changed}) == 2500
    with ThreadPoolExecutor(3) as pool:
        assert np.array_equal(augment(same, 0, warp, 3, map=pool.map), changed)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match=r"images: expected shape \(n, side \* side\), got \(2, 5\)"):
        augment(np.zeros((2, 5)), 0, Warp())
    with pytest.raises(ValueError, match=r"images: expected shape \(n, side \* side\), got \(4,\)"):
        augment(np.zeros(4), 0, Warp())  # type: ignore[arg-type]  # one image is not a matrix of images
    with pytest.raises(ValueError, match=r"got \(2, 3, 3\); use images.reshape\(len\(images\), -1\)$"):
        augment(np.zeros((2, 3, 3)), 0, Warp())  # pyright: ignore[reportArgumentType]  # mypy sees no rank
    with pytest.raises(ValueError, match="images: expected float32 or float64, got uint8; use images.astype"):
        augment(np.zeros((2, 9), np.uint8), 0, Warp())  # type: ignore[type-var]  # bytes are not floats
    with pytest.raises(ValueError, match="shift: expected a finite number of at least 0, got -1"):
        Warp(shift=-1)
    with pytest.raises(ValueError, match="scale: expected a number of at least 0 and less than 1, got 1"):
        Warp(scale=1)
    assert attrs.evolve(Warp(), shift=2).shift == 2


@given(st.floats(0, 1))
def test_scaled_warp_keeps_smoothness(factor: float) -> None:
    """Every strength is scaled; the smoothness is not."""
    warp = Warp(1, 2, 0.5, 4, 5, 6)
    assert attrs.astuple(warp.scaled(factor)) == (factor, 2 * factor, 0.5 * factor, 4 * factor, 5 * factor, 6)


def test_zero_smoothness_moves_each_pixel() -> None:
    """Each pixel moves independently of its neighbors."""
    images = np.zeros((1, 81))
    images[0, 40] = 1.0
    changed = augment(images, 0, Warp(elastic=1, smoothness=0))
    assert 0 < changed.max() < 1 and np.count_nonzero(changed) > 1
    # displacements of less than a pixel reach no further than the neighbors
    assert set(np.flatnonzero(changed)) <= {row * 9 + column for row in (3, 4, 5) for column in (3, 4, 5)}
