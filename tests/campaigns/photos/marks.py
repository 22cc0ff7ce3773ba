"""What else is on a page: lines, frames, dots, grain."""

import numpy as np

from fnnet.core.arrays import AnyRank
from fnnet.data.images.untyped import ndimage

Gray = AnyRank
Rng = np.random.Generator
Box = tuple[float, float, float, float]
"""Top, left, bottom, right."""


def smooth_noise(rng: Rng, size: tuple[int, ...], grain: int) -> Gray:
    """Noise of mean 0 and deviation 1 that varies over so many pixels."""
    coarse = rng.normal(size=tuple(length // grain + 3 for length in size)).astype(np.float32)
    fine: Gray = ndimage.zoom(coarse, grain, order=1)[: size[0], : size[1]]
    fine /= fine.std()
    return fine


def line(size: tuple[int, ...], start: tuple[float, float], end: tuple[float, float], width: float) -> Gray:
    """A straight line from one point (row, column) to another."""
    (r, c), (dr, dc) = start, (end[0] - start[0], end[1] - start[1])
    rows, columns = np.ogrid[: size[0], : size[1]]
    t = np.clip(((rows - r) * dr + (columns - c) * dc) / (dr * dr + dc * dc), 0, 1)
    distance = np.hypot(rows - r - t * dr, columns - c - t * dc)
    return np.clip(width / 2 + 0.5 - distance, 0, 1).astype(np.float32)


def frame(size: tuple[int, ...], box: Box, width: float, degrees: float = 0) -> Gray:
    """The outline of a box, turned about its middle."""
    top, left, bottom, right = box
    corners = np.array([[top, left], [top, right], [bottom, right], [bottom, left]], float)
    angle, middle = np.deg2rad(degrees), corners.mean(axis=0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = (corners - middle) @ turn + middle
    sides = [line(size, tuple(a), tuple(b), width) for a, b in zip(corners, np.roll(corners, -1, axis=0))]
    outline: Gray = np.max(sides, axis=0)
    return outline


def dot(size: tuple[int, ...], middle: tuple[float, float], radius: float, soft: float = 1) -> Gray:
    """A disk whose edge is so many pixels wide."""
    rows, columns = np.ogrid[: size[0], : size[1]]
    distance = np.hypot(rows - middle[0], columns - middle[1])
    return np.clip((radius - distance) / soft + 0.5, 0, 1).astype(np.float32)
