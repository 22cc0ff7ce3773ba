"""What records share: a notebook shows them as tables; those of arrays stay immutable through pickle and copy."""

from collections.abc import Callable, Sequence
from reprlib import Repr
from typing import Any, Self, TypeAlias

from fnnet.core.messages import printable
from fnnet.core.tables import table

Table: TypeAlias = tuple[str, Sequence[str], Sequence[Sequence[object]]]
"""The caption, the header and the rows of a table, as `fnnet.core.tables.table` takes them."""

_SHORT = Repr()  # it also shows what cannot show itself
_SHORT.maxother = 60

set_field: Callable[[object, str, Any], None] = object.__setattr__
"""Sets a field of a frozen record while it is made."""


class Tabular:
    """A record that a notebook shows as a table: of its fields, where a class has no better one."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        try:
            return table(*self._table())
        except Exception:  # as in `Immutable.__repr__`
            return table(*Tabular._table(self))

    def _table(self) -> Table:
        rows = [(field, _described(getattr(self, field))) for field in self._fields()]
        return type(self).__name__, ("field", "value"), rows

    @classmethod
    def _fields(cls) -> tuple[str, ...]:
        names: tuple[str, ...] = cls.__match_args__  # type: ignore[attr-defined]  # attrs sets it
        return names


class Immutable(Tabular):
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
    def _of(cls, **fields: object) -> Self:
        """The record with these values as they are: unchecked and not copied."""
        record = object.__new__(cls)
        for field in fields:
            set_field(record, field, fields[field])
        return record


def _described(value: Any) -> str:
    """An array by its dtype and shape, a tuple of arrays by theirs, and anything else as it is, cut."""
    if _is_array(value):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, tuple) and value and all(map(_is_array, value)):
        return f"({', '.join(map(_described, value))})"
    return printable(_SHORT.repr(value))


def _is_array(value: Any) -> bool:
    return getattr(value, "dtype", None) is not None and getattr(value, "shape", None) is not None
