"""Text files of documents, with clear errors."""

from pathlib import Path

from capbuild.errors import DocumentError, ReadError
from capbuild.origin import Origin


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, without byte order mark.

    Raises:
        ReadError: CB107, the path is a folder; CB108, the file cannot be opened.
        DocumentError: CB013, the file is not UTF-8.
    """
    origin = Origin(str(path))
    if path.is_dir():
        raise ReadError("the path is a folder, not a file", code="CB107", origin=origin)
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadError(f"the file cannot be opened: {error.strerror or error}", origin=origin) from error
    except UnicodeDecodeError as error:
        message = f"not valid JSON: byte {error.start + 1} is not UTF-8"
        raise DocumentError(message, code="CB013", origin=origin) from None
