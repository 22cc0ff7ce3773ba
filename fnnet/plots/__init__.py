"""Pictures of a network and its training as matplotlib figures (extra `plot`).

Each is a pure function from records to a `matplotlib.figure.Figure`, which a notebook can display and `write_figure`
can save. None of them uses pyplot, and all can be read in shades of gray. They are drawn and written under
matplotlib's own settings, whatever the user's `matplotlibrc` says, and leave the user's as they were.
`README.md` in this folder says how to read each picture.
"""

try:
    import matplotlib  # noqa: F401  # before any module of this package needs a part of it, for the error
except ImportError:
    raise ImportError("pictures need matplotlib: pip install 'fnnet[plot]'") from None

from fnnet.plots.confusion import plot_confusion
from fnnet.plots.curves import plot_curves
from fnnet.plots.errors import plot_errors
from fnnet.plots.files import write_figure
from fnnet.plots.reliability import plot_reliability
from fnnet.plots.saliency import plot_saliency
from fnnet.plots.weights import plot_weights

__all__ = [
    "plot_confusion",
    "plot_curves",
    "plot_errors",
    "plot_reliability",
    "plot_saliency",
    "plot_weights",
    "write_figure",
]
