"""Messages: the one form of errors, and how what comes from outside is shown in them."""

import os
from collections.abc import Mapping
from os import PathLike
from reprlib import Repr

_LONGEST = 60  # characters of a value in an error message
_LONGEST_PATH = 300
_LONGEST_MESSAGE = 2000
_LONGEST_INTEGER = 4000  # bits; Python refuses to write integers of many more
_SHORT = Repr()  # of containers: their first items, the first levels
_SHORT.maxlevel = 6
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = _SHORT.maxfrozenset = 20
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = _LONGEST


def invalid(name: str, expected: object, got: object, cure: str = "") -> ValueError:
    """The error for an argument that is not what was expected, with what to do about it where that is known.

    >>> invalid("x", "float32", "float64", "x.astype(np.float32)")
    ValueError('x: expected float32, got float64; use x.astype(np.float32)')
    """
    return ValueError(f"{name}: expected {expected}, got {got}" + (f"; use {cure}" if cure else ""))


def quoted(value: object) -> str:
    """A value for a message: printable and cut, however long or odd it is; a text in quotes, so that its ends show.

    >>> quoted("a" * 100)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…"
    >>> print(quoted("\x1b[2J"), quoted([1, "two"]))
    '\\x1b[2J' [1, 'two']
    """
    text = printable(_text(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]}…"


def wrong_type(name: str, expected: str, got: object, cures: Mapping[str, str] | None = None) -> TypeError:
    """The error for an argument of a wrong type, with the cure for the types that are often taken for it.

    >>> wrong_type("data", "Dataset", (1, 2), {"tuple": "Dataset(x, y)"})
    TypeError('data: expected Dataset, got tuple; use Dataset(x, y)')
    """
    kind = type(got).__name__
    cure = (cures or {}).get(kind, "")
    return TypeError(f"{name}: expected {expected}, got {kind}" + (f"; use {cure}" if cure else ""))


def shown(path: str | bytes | PathLike[str]) -> str:
    """A path for a message: an ordinary one as it is, without quotes; else what is not printable escaped, and cut.

    >>> print(shown("runs/my model.npz"), shown("two\\nlines"))
    runs/my model.npz two\\nlines
    """
    text = printable(os.fsdecode(path))
    half = _LONGEST_PATH // 2
    return text if len(text) <= _LONGEST_PATH else f"{text[: half - 1]}…{text[-half:]}"


def cut(text: str, length: int) -> str:
    """A text for a table, a line or a picture: printable, and cut to so many characters.

    >>> print(cut("one\\ntwo", 20), cut("category", 4))
    one\\ntwo cat…
    """
    text = printable(text)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def one_line(message: object) -> str:
    """A whole message, such as an exception's: printable, and cut at a length that ours do not reach.

    >>> print(one_line(ValueError("one\\ntwo")))
    one\\ntwo
    """
    text = printable(str(message))
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[: _LONGEST_MESSAGE - 1]}…"


def printable(text: str) -> str:
    """The text with an escape for each character that is not printable: control characters, newlines, surrogates.

    >>> print(printable("one\\x1b[2Jtwo"))
    one\\x1b[2Jtwo
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _text(value: object) -> str:
    """The beginning of a value as text, made without making the whole of it."""
    if isinstance(value, (str, bytes, bytearray)):
        return repr(value[:_LONGEST])
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return _SHORT.repr(value)
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        return f"an integer of {value.bit_length()} bits"
    return str(value)[: _LONGEST + 1]
