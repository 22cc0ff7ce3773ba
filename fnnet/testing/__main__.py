"""`python -m fnnet.testing`: try every law on everything that the library has, or on something of your own."""

import sys

from fnnet.testing.ledger.command import main

if __name__ == "__main__":
    sys.exit(main())
