"""Pictures do not depend on anybody's settings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import matplotlib
import matplotlib.style

P = ParamSpec("P")
R = TypeVar("R")


def by_defaults(draw: Callable[P, R]) -> Callable[P, R]:
    """A function that draws under matplotlib's own settings, whatever the user's `matplotlibrc` or script has set.

    Law: the settings are afterwards what they were.

    >>> import matplotlib
    >>> size = by_defaults(lambda: matplotlib.rcParams["font.size"])
    >>> with matplotlib.rc_context({"font.size": 30}):
    ...     size(), matplotlib.rcParams["font.size"]
    (10.0, 30.0)
    """

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        with defaults():
            return draw(*args, **kwargs)

    return drawn


@contextmanager
def defaults() -> Iterator[None]:
    """Matplotlib's own settings inside the block, but for the backend; and names in SVG that are not random."""
    with matplotlib.style.context("default"), matplotlib.rc_context({"svg.hashsalt": "fnnet"}):
        yield
