"""Pictures of a network and its training, as figures of matplotlib (extra `plot`).

Each is a pure function from records to a `matplotlib.figure.Figure`, which a notebook shows and `write_figure` writes
to a file. None uses pyplot, none changes matplotlib's settings, and all can be read in shades of gray.
"""

try:
    import matplotlib  # noqa: F401  # for the error, before any module of the package asks for a part of it
except ImportError:
    raise ImportError("pictures need matplotlib: pip install 'fnnet[plot]'") from None

from fnnet.plots.confusion import plot_confusion
from fnnet.plots.curves import plot_curves
from fnnet.plots.files import write_figure
from fnnet.plots.mistakes import plot_mistakes
from fnnet.plots.reliability import plot_reliability
from fnnet.plots.saliency import plot_saliency
from fnnet.plots.weights import plot_weights

__all__ = [
    "plot_confusion",
    "plot_curves",
    "plot_mistakes",
    "plot_reliability",
    "plot_saliency",
    "plot_weights",
    "write_figure",
]
