"""How good a network is: loss and accuracy, confusion matrix, single predictions, calibration."""

from fnnet.metrics.accuracy import accuracy, confusion_matrix
from fnnet.metrics.calibration import Calibration, calibration
from fnnet.metrics.evaluation import Evaluation, evaluate
from fnnet.metrics.predictions import Predictions, predictions

__all__ = [
    "Calibration",
    "Evaluation",
    "Predictions",
    "accuracy",
    "calibration",
    "confusion_matrix",
    "evaluate",
    "predictions",
]
