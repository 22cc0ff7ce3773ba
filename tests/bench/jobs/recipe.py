"""What the programs share: the recipe of `fnnet train`, in NumPy."""

import sys
from typing import TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float32]]
Integers: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.int64]]

SIZES = (784, 128, 64, 10)
SEED = 0


def arguments() -> tuple[str, int, str]:
    """DATA EPOCHS MODEL of the command line."""
    _, data, epochs, model = sys.argv
    return data, int(epochs), model


def load(path: str) -> tuple[Array, Integers, Array, Integers]:
    """Training images and labels, test images and labels; images as rows of float32 from 0 to 1."""
    with np.load(path) as arrays:
        x_train, y_train, x_test, y_test = (arrays[f"{k}_{s}"] for s in ("train", "test") for k in "xy")
    return _rows(x_train), y_train.astype(np.int64), _rows(x_test), y_test.astype(np.int64)


def _rows(images: np.ndarray[tuple[int, ...]]) -> Array:
    rows: Array = np.divide(images.reshape(len(images), -1), np.float32(255), dtype=np.float32)
    return rows


def _generator(purpose: int, index: int) -> np.random.Generator:
    """The numbers that fnnet draws, so that the programs do not differ by luck."""
    return np.random.default_rng(np.random.SeedSequence(SEED, spawn_key=(purpose, index)))


def first_weights() -> list[tuple[Array, Array]]:
    """Normal numbers of variance 1 / fan_in, and zeros."""
    rng = _generator(0, 0)
    return [
        (
            rng.normal(0, fan_in**-0.5, (fan_in, fan_out)).astype(np.float32),
            np.zeros(fan_out, np.float32),
        )
        for fan_in, fan_out in zip(SIZES, SIZES[1:])
    ]


def order(n: int, epoch: int) -> Integers:
    """The order in which an epoch sees n samples."""
    return _generator(1, epoch).permutation(n)


def rate(epoch: int) -> float:
    """The learning rate of an epoch, counted from 0."""
    return float(0.1 * 0.8**epoch)


def report(epoch: int, answers: np.ndarray[tuple[int, ...]], labels: Integers) -> None:
    """Tell the accuracy after an epoch, counted from 0, from the outputs or the labels predicted."""
    predicted = answers.argmax(axis=1) if answers.ndim == 2 else answers
    print(f"Epoch: {epoch + 1}, Accuracy: {np.mean(predicted == labels):.2%}", flush=True)


def save(path: str, arrays: list[Array]) -> None:
    """Write the weights to an npz file."""
    np.savez(path, allow_pickle=False, **{f"array_{i}": array for i, array in enumerate(arrays)})
