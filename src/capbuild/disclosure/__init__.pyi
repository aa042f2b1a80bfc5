"""Names of `capbuild.disclosure`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.disclosure.control import disclose
from capbuild.disclosure.outcome import Disclosure
from capbuild.disclosure.publications import Publication, Publications

__all__ = [
    "Disclosure",
    "Publication",
    "Publications",
    "disclose",
]
