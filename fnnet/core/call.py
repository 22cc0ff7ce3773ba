"""Functions as values: a frozen record of numbers is printed as the call that makes it."""

from functools import partial
from typing import Any

import attrs


class Call:
    """A value that is printed as the call that makes it: `cosine(0.5, 10, warmup=2)`.

    The first argument and those without a default are always printed; others by name, where they differ from it.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        # Any: only attrs knows the fields of the class that inherits this one
        fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(type(self))  # type: ignore[arg-type]
        shown = []
        for field in fields:
            value = getattr(self, field.name)
            if field is fields[0] or field.default is attrs.NOTHING:
                shown.append(_text(value))
            elif value != field.default:
                shown.append(f"{field.name}={_text(value)}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def _settle(self, **fields: object) -> None:
        """Put checked values in the place of what the constructor was given; only while the record is made."""
        for field, value in fields.items():
            object.__setattr__(self, field, value)


def _text(value: object) -> str:
    """A function by its name, without its address; a partial one as the call that makes it; all else as it prints."""
    if isinstance(value, partial):
        texts = [_text(each) for each in (value.func, *value.args)]
        return f"partial({', '.join(texts + [f'{name}={_text(each)}' for name, each in value.keywords.items()])})"
    return str(getattr(value, "__name__", None) or repr(value))
