"""`python -m fnnet` is the command `fnnet`."""

import sys

from fnnet.cli import main

if __name__ == "__main__":
    sys.exit(main())
