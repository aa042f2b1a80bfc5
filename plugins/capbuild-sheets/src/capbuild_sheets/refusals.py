"""Why a workbook is not opened, where several kinds of files have the reason in common."""

from capbuild.errors import ReadError
from capbuild.origin import Origin
from capbuild.plugins import InputFile

__all__ = ["protected"]


def protected(source: InputFile) -> ReadError:
    """Return the error for a workbook that asks for a password."""
    return ReadError(
        "it is protected by a password",
        code="SHEET2",
        origin=Origin(source.name),
        remedy="open it, take the password off, save it, and read that copy",
    )
