"""How good a network is: accuracy, confusion matrix, single predictions, calibration."""

from fnnet.metrics.accuracy import accuracy, confusion_matrix
from fnnet.metrics.calibration import Calibration, calibration
from fnnet.metrics.predictions import Predictions, predictions

__all__ = ["Calibration", "Predictions", "accuracy", "calibration", "confusion_matrix", "predictions"]
