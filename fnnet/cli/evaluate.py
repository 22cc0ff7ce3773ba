"""`fnnet evaluate`: how well a saved model does on the test images."""

from argparse import Namespace

import numpy as np

from fnnet.cli.data import load_test
from fnnet.cli.report import confusion
from fnnet.io.model import load
from fnnet.metrics.accuracy import accuracy
from fnnet.nn.inference import loss


def run(arguments: Namespace) -> None:
    """Print loss, accuracy and confusion matrix."""
    params = load(arguments.model, np.float32)
    test = load_test(arguments, params)
    print(f"Loss: {loss(params, test.x, test.y):.4f}, Accuracy: {accuracy(params, test):.2%}")
    print(f"\n{confusion(params, test)}")
