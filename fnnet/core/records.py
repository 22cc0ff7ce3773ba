"""What every record of arrays shares: it stays immutable through pickle and copy."""

from typing import Self


class Immutable:
    """A record whose pickle and copy go through the constructor, which makes the arrays read-only again."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        fields: tuple[str, ...] = self.__match_args__  # type: ignore[attr-defined]  # attrs sets it
        return type(self), tuple(getattr(self, field) for field in fields)

    @classmethod
    def _of(cls, **fields: object) -> Self:
        """The record with these values as they are: unchecked and not copied."""
        record = object.__new__(cls)
        for field, value in fields.items():
            object.__setattr__(record, field, value)
        return record
