"""Damaged files: bytes cut, changed, doubled and put in, also inside the members of an archive."""

import io
import zipfile
from typing import Any

from hypothesis import strategies as st

__all__ = ["damaged"]

#: What breaks parsers more often than chance does.
_NASTY = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b"&x;", b"]]>", b'"', b"{" * 120, b"[" * 120, b"<a>" * 120,
    b",,,,", b"\n\n", b"\r", b"9" * 400, b"-1", b"1e999", b"NaN", b"#REF!", b"../", "\u202e".encode(),
    "\U0001f600".encode(), b"\x80\x81",
)  # fmt: skip


@st.composite
def _changed(draw: Any, data: bytes) -> bytes:
    """Change a few places of some bytes."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        kind = draw(st.sampled_from(("put in", "cut out", "cut off", "double", "flip")))
        if kind == "put in":
            data = data[:start] + draw(st.sampled_from(_NASTY) | st.binary(max_size=8)) + data[start:]
        elif kind == "cut out":
            data = data[:start] + data[end:]
        elif kind == "cut off":
            data = data[: max(start, 1)]
        elif kind == "double":
            data = data[:end] + data[start:end] + data[end:]
        else:
            flipped = bytes(byte ^ draw(st.sampled_from((0x01, 0x20, 0x80, 0xFF))) for byte in data[start : start + 2])
            data = data[:start] + flipped + data[start + len(flipped) :]
    return data or b"\x00"


@st.composite
def damaged(draw: Any, data: bytes) -> bytes:
    """Return a strategy for damaged copies of a file.

    Args:
        draw: Given by hypothesis.
        data: The file. Of an archive, either its bytes are damaged or what one of its members holds.
    """
    if not data.startswith(b"PK") or draw(st.integers(0, 3)) == 0:
        return bytes(draw(_changed(data)))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        hit = draw(st.sampled_from(sorted(old.namelist())))
        for name in old.namelist():
            content = old.read(name)
            new.writestr(zipfile.ZipInfo(name), draw(_changed(content)) if name == hit else content)
    return out.getvalue()
