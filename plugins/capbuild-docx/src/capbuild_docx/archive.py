"""The bytes of a document without a clock: the same document is the same file."""

import io
import zipfile

__all__ = ["without_clock"]

#: The earliest time that a zip archive can name.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def without_clock(data: bytes) -> bytes:
    """Return a zip archive with the same members in the same order, all of one fixed time."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, date_time=_EPOCH)
            member.create_system = 3
            member.external_attr = 0o644 << 16
            target.writestr(member, source.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
