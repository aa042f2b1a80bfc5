"""The one logger of the library, silent until an application gives it a handler.

logging.getLogger("capbuild").addHandler(logging.StreamHandler())
"""

import logging

__all__ = ["logger"]

logger = logging.getLogger("capbuild")
logger.addHandler(logging.NullHandler())
