"""How many digits the command reads right on photos, style by style."""

from tests.campaigns.photos.relatives import RELATIVES
from tests.campaigns.photos.styles import ISSUE

__all__ = ["ISSUE", "RELATIVES", "STYLES"]

STYLES = {**ISSUE, **RELATIVES}
"""From the name of each style to the function that makes such photos."""
