"""Digits in photos and drawings, as a network of MNIST reads them: `read_digit`, `read_digits`."""

try:
    import PIL  # noqa: F401
    import scipy  # noqa: F401
except ImportError as _error:
    raise ImportError(
        f"reading images needs {'Pillow' if _error.name == 'PIL' else 'SciPy'}: pip install 'fnnet[cli]' "
        "(in a checkout: pip install -e '.[cli]')"
    ) from None

from fnnet.data.images.digits import read_digit, read_digits
from fnnet.data.images.reading import PIXELS

__all__ = ["PIXELS", "read_digit", "read_digits"]
