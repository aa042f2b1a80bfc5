"""Logger of the library, silent without a handler.

logging.getLogger("capbuild").addHandler(logging.StreamHandler())
"""

import logging

__all__ = ["logger"]

logger = logging.getLogger("capbuild")
logger.addHandler(logging.NullHandler())
