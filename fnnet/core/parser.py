"""`Parser`: arguments of commands, and the form of errors about them."""

import argparse
from typing import NoReturn

from fnnet.core.messages import one_line


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line and a pointer to the help, instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        """Print the error and exit with 2."""
        self.exit(2, f"{self.prog}: error: {one_line(message)}\nTry '{self.prog} --help'.\n")
