"""Logger of the library, without output by default.

logging.getLogger("capbuild").addHandler(logging.StreamHandler())
"""

import logging

from capbuild.escaping import terminal_text

__all__ = ["logger"]


def _escape_message(record: logging.LogRecord) -> bool:
    """Remove control characters from a record's message."""
    record.msg, record.args = terminal_text(record.getMessage()), None
    return True


logger = logging.getLogger("capbuild")
logger.addFilter(_escape_message)
logger.addHandler(logging.NullHandler())
