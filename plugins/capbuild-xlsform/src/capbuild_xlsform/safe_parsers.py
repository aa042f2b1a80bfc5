"""Start of a document in any encoding of Unicode."""

import codecs

from capbuild.plugins import InputFile


def text_start(source: InputFile) -> bytes:
    """Return the start of a document in UTF-8.

    JSON and XML may be in UTF-16.

    Args:
        source: The file.

    Example:
        >>> text_start(InputFile("a.xml", data='<data id="a"/>'.encode("utf-16")))
        b'<data id="a"/>'
    """
    start = source.start
    little = start.startswith((codecs.BOM_UTF16_LE, b"<\0", b"{\0", b"[\0"))
    if little or start.startswith((codecs.BOM_UTF16_BE, b"\0<", b"\0{", b"\0[")):
        text = start.decode("utf-16-le" if little else "utf-16-be", "replace")
        return text.removeprefix("\ufeff").encode("utf-8", "replace")
    return start.removeprefix(codecs.BOM_UTF8)
