"""`python -m fnnet` is the command `fnnet`."""

import sys

from fnnet.cli import command

if __name__ == "__main__":
    sys.exit(command())
