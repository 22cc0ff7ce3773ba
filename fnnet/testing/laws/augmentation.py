"""The laws of an augmentation: (images, seed, epoch) ↦ images, changed at random."""

import inspect
import math
from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
from hypothesis import strategies as st

from fnnet.core.arrays import Matrix, Numbers
from fnnet.testing.laws.law import EXACT, Example, Law, named
from fnnet.testing.laws.mismatch import require, require_between, require_close, require_same
from fnnet.testing.laws.states import global_randomness
from fnnet.testing.numbers import arrays, dtypes

_SIGMA = 7
_CALLS, _COPIES = 100, 20  # of the augmentation for a mean, and of an image in each
_BRIGHTNESS = 0.02  # of the mean: scaling by up to 10 % makes areas 1 % larger on average
_CENTER = 0.1  # pixels: of the resampling
_MARGIN = 9  # pixels around what an image shows

_EPOCHS = 40  # that are compared
_SEEDS, _COUNTS, _SIDES = (
    st.integers(0, 2**16),
    st.sampled_from([1, 0, 2, 3, 5, 40, 1500]),
    st.sampled_from([1, 2, 3, 5, 8]),
)
_SHADES = np.array([0.0, 1.0, *np.arange(1, 8) / 8])


def takes_epoch(augment: Callable[..., Any]) -> bool:
    """Whether an augmentation has an argument named `epoch`."""
    try:
        return "epoch" in inspect.signature(augment).parameters
    except ValueError:  # of a builtin
        return False


@attrs.frozen
class Augmentation:
    """An augmentation with all that its laws need to know.

    Args:
        function: (images, seed, epoch) ↦ images; an argument named `epoch` is given by that name.
        side: of the images that it takes, in pixels; any, if None.
    """

    function: Callable[..., Any]
    side: int | None = None

    @classmethod
    def of(cls, function: Any, **known: Any) -> "Augmentation":
        """A function alone, with what is known of it; or an `Augmentation` as it is."""
        return function if isinstance(function, Augmentation) else cls(function, **known)

    @property
    def __name__(self) -> str:
        return named(self.function)

    def __call__(self, images: Matrix[Any], seed: int, epoch: int) -> Any:
        # partial(augment, warp=…) has no third place for the epoch
        if takes_epoch(self.function):
            return self.function(images, seed, epoch=epoch)
        return self.function(images, seed, epoch)


@st.composite
def _examples(draw: st.DrawFn, a: Augmentation, counts: st.SearchStrategy[int] = _COUNTS) -> Example:
    """Images with all shades from black, 0, to white, 1."""
    dtype, n = draw(dtypes), draw(counts)
    pixels = (a.side or draw(_SIDES)) ** 2
    images = draw(arrays((n, pixels), _SHADES)).astype(dtype)
    images[:, 0], images[:, -1] = 0, 1
    return {"images": images, "seed": draw(_SEEDS), "epoch": draw(st.integers(0, 1000))}


def _two(a: Augmentation) -> st.SearchStrategy[Example]:
    """Images, of which one has others beside it for a comparison."""
    return st.tuples(_examples(a, st.integers(1, 5)), st.integers(0, 4), _SEEDS).map(
        lambda drawn: drawn[0] | {"i": drawn[1] % len(drawn[0]["images"]), "others": drawn[2]}
    )


def _seeds(a: Augmentation) -> st.SearchStrategy[Example]:
    return st.fixed_dictionaries({"seed": st.integers(0, 2**16)})


def _shape(a: Augmentation, images: Matrix[Any], seed: int, epoch: int) -> None:
    result = a(images, seed, epoch)
    require(isinstance(result, np.ndarray), "an array", type(result).__name__)
    got = f"{result.dtype} {result.shape}"
    require(got == f"{images.dtype} {images.shape}", f"{images.dtype} {images.shape}", got)


def _pure(a: Augmentation, images: Matrix[Any], seed: int, epoch: int) -> None:
    given, randomness = images.copy(), global_randomness()
    first = a(images, seed, epoch)
    require(global_randomness() == randomness, "the global random state, as it was", "another")
    require_same(images, given, "the images, afterwards")
    kept = first.copy()
    a(images[::-1], seed + 1, epoch)
    for _ in range(2):
        require_same(a(images, seed, epoch), kept, "the same images, again")
    require_same(first, kept, "the changed images, after other calls")


def _own_memory(a: Augmentation, images: Matrix[Any], seed: int, epoch: int) -> None:
    require(not np.shares_memory(a(images, seed, epoch), images), "a new array", "a view of the images")


def _range(a: Augmentation, images: Matrix[Any], seed: int, epoch: int) -> None:
    result = a(images, seed, epoch)
    require_between(result, np.full(result.shape, -1e-6), np.full(result.shape, 1 + 1e-6), "a pixel")


def _alone(a: Augmentation, images: Matrix[Any], seed: int, epoch: int, i: int, others: int) -> None:
    mixed = np.random.default_rng(others).random(images.shape).astype(images.dtype)
    dim = images / 2  # none of which has the largest number there is
    mixed[i] = dim[i]
    got, expected = (a(each, seed, epoch)[i] for each in (mixed, dim))
    require_close(got, expected, 1e-5, 1e-5, f"image {i} of images / 2, whatever the others are")


def _differ(a: Augmentation, seed: int) -> None:
    side = a.side or 5
    images = np.random.default_rng(seed).random((16, side * side))
    one, other = ([a(images, seed + i, epoch).tobytes() for epoch in range(_EPOCHS)] for i in range(2))
    if set(one + other) == {images.tobytes()}:
        return  # it changes nothing, ever
    require(len(set(one)) > 1, "changes that differ from epoch to epoch", f"the same in {_EPOCHS} epochs")
    require(one != other, "changes that differ from seed to seed", f"the same in {_EPOCHS} epochs of two seeds")
    require(
        one[1:] != other[:-1],
        "changes of their own, as of default_rng((seed, epoch))",
        "those of epoch e + 1 as those of seed + 1 and epoch e",
    )


def _each(a: Augmentation, seed: int) -> None:
    side = a.side or 5
    images = np.tile(np.random.default_rng(seed).random(side * side), (16, 1))
    batches = [a(images.copy(), seed, epoch) for epoch in range(_EPOCHS)]
    are_changed = any((batch != images).any() for batch in batches)
    differ = any((batch != batch[0]).any() for batch in batches)
    require(differ or not are_changed, "changes that differ from image to image", "all images of a batch alike")


def _brightness(a: Augmentation, seed: int) -> None:
    image = _symmetric(a, seed)
    means = _drawn(a, image, seed).mean(axis=1)
    slack = _SIGMA * means.std(ddof=1) / math.sqrt(_CALLS) + _BRIGHTNESS * image.mean()
    require_between(float(means.mean()), image.mean() - slack, image.mean() + slack, "the mean of all pixels")


def _center(a: Augmentation, seed: int) -> None:
    image = _symmetric(a, seed)
    side = math.isqrt(image.size)
    images = _drawn(a, image, seed).reshape(_CALLS, side, side)
    total = images.sum(axis=(1, 2))
    for direction, axis in (("down", 2), ("right", 1)):
        centers = images.sum(axis=axis) @ np.arange(side) / total
        slack = _SIGMA * centers.std(ddof=1) / math.sqrt(_CALLS) + _CENTER
        middle = (side - 1) / 2
        require_between(
            float(centers.mean()), middle - slack, middle + slack, f"the center of mass, pixels {direction}"
        )


def _symmetric(a: Augmentation, seed: int) -> Numbers:
    """An image with wide margins, the same from all sides, so that flips keep its center."""
    side = a.side or 2 * _MARGIN + 6
    margin = min(_MARGIN, side // 3)
    inner = np.random.default_rng(seed).random((side - 2 * margin, side - 2 * margin))
    for turn in (np.flipud, np.fliplr, np.transpose):
        inner = inner + turn(inner)
    return np.pad(inner / inner.max(), margin).reshape(-1)


def _drawn(a: Augmentation, image: Numbers, seed: int) -> Numbers:
    """The mean of copies of an image, each changed by itself or all alike, in every one of some epochs."""
    copies = np.tile(image, (_COPIES, 1))
    return np.stack([a(copies.copy(), seed, epoch).mean(axis=0) for epoch in range(_CALLS)])


LAWS = (
    Law("shape", "a(images, seed, epoch) has the shape and dtype of images", EXACT, _examples, _shape, most=40),
    Law(
        "pure",
        "images and the global random state do not change, and the same arguments give the same bits",
        EXACT,
        _examples,
        _pure,
        most=40,
    ),
    Law("own memory", "the result shares no memory with images", EXACT, _examples, _own_memory, most=40),
    Law(
        "range", "no pixel leaves the range from 0 to 1 of its image", "1e-6, for rounding", _examples, _range, most=40
    ),
    Law("alone", "each image is changed by itself, whatever the others are", "1e-5, for rounding", _two, _alone),
    Law(
        "distinct",
        "epochs differ, and seeds, if anything is changed at all",
        f"even a coin is not the same in {_EPOCHS} epochs",
        _seeds,
        _differ,
        most=3,
    ),
    Law(
        "each",
        "the images of a batch are changed each in its own way",
        f"16 coins do not all fall alike {_EPOCHS} times",
        _seeds,
        _each,
        most=1,
    ),
    Law(
        "brightness",
        f"over {_CALLS * _COPIES} draws, the mean pixel is that of the image",
        f"{_SIGMA} standard deviations and {_BRIGHTNESS:.0%}, for areas that are scaled by 0.9 to 1.1",
        _seeds,
        _brightness,
        most=3,
    ),
    Law(
        "center",
        f"over {_CALLS * _COPIES} draws, the center of mass is that of the image",
        f"{_SIGMA} standard deviations and {_CENTER} pixels",
        _seeds,
        _center,
        most=3,
    ),
)
