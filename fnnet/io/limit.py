"""How many bytes are read from a file, so that a small file cannot fill the memory."""

LIMIT = 1 << 30
"""How many bytes a file may hold, uncompressed, unless the caller says otherwise: 1 GiB."""


def over_limit(limit: int, got: object) -> str:
    """The message about a file that holds more than `limit` bytes.

    >>> over_limit(100, "4000 bytes")
    'expected at most 100 bytes, which is the limit, got 4000 bytes; use a larger limit'
    """
    return f"expected at most {limit} bytes, which is the limit, got {got}; use a larger limit"
