"""What every record of arrays shares: it stays immutable through pickle and copy, and its repr never raises."""

from reprlib import Repr
from typing import Any, Self

from fnnet.core.messages import printable

_SHORT = Repr()  # it also shows what cannot show itself
_SHORT.maxother = 60


class Immutable:
    """A record whose pickle and copy go through the constructor, which makes the arrays read-only again."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        return type(self), tuple(getattr(self, field) for field in self._fields())

    def __repr__(self) -> str:
        try:
            contents = self._summary()
        except Exception:  # JAX fills records with whatever a function returns, and shows them in its errors
            contents = Immutable._summary(self)
        return f"{type(self).__name__}({contents})"

    def _summary(self) -> str:
        """The record in a few words, for its repr: field by field, where a class has no better ones."""
        return ", ".join(f"{field}={_described(getattr(self, field))}" for field in self._fields())

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        names: tuple[str, ...] = cls.__match_args__  # type: ignore[attr-defined]  # attrs sets it
        return names

    @classmethod
    def _of(cls, **fields: object) -> Self:
        """The record with these values as they are: unchecked and not copied."""
        record = object.__new__(cls)
        for field, value in fields.items():
            object.__setattr__(record, field, value)
        return record


def _described(value: Any) -> str:
    """An array by its dtype and shape, and anything else as it is, cut."""
    dtype, shape = getattr(value, "dtype", None), getattr(value, "shape", None)
    return printable(_SHORT.repr(value)) if dtype is None or shape is None else f"{dtype} {shape}"
