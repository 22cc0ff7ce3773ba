"""`Twin`: a value that breaks one law on purpose, which shows that the law can fail."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any
from unittest import mock

import attrs


@attrs.frozen
class Twin:
    """A value that breaks a law on purpose.

    Args:
        kind: what it is, as in "activation".
        law: the name of the law that it breaks; others that it breaks come after this one.
        fault: what is wrong with it.
        subject: the value. Any: of its kind.
        patch: for a law that no value can break, a function of the library by its dotted name, and one that takes its
            place while the law is tried.
    """

    kind: str
    law: str
    fault: str
    subject: Any
    patch: tuple[str, Any] | None = None

    def in_place(self) -> AbstractContextManager[object]:
        """While it lasts, what the twin patches is patched."""
        return mock.patch(*self.patch) if self.patch else nullcontext()

    def __str__(self) -> str:
        return f"{self.kind}: {self.fault}"
