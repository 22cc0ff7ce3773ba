"""`Twin`: a value that breaks one law on purpose, which shows that the law can fail."""

from typing import Any

import attrs


@attrs.frozen
class Twin:
    """A value that breaks a law on purpose.

    Args:
        kind: what it is, as in "activation".
        law: the name of the law that it breaks; others that it breaks come after this one.
        fault: what is wrong with it.
        subject: the value. Any: of its kind.
    """

    kind: str
    law: str
    fault: str
    subject: Any

    def __str__(self) -> str:
        return f"{self.kind}: {self.fault}"
