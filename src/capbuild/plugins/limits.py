"""Limits on input files, checked before parsing."""

import re
import zipfile
from collections.abc import Iterable

from attrs import field, frozen

from capbuild.checks import between
from capbuild.errors import LimitError
from capbuild.origin import Origin

__all__ = ["ReadLimits"]

_MEBIBYTE = 1024 * 1024
#: What counts for the depth of JSON: strings, so that brackets inside them do not, and brackets. The pattern of strings
#: is possessive, so that one without an end costs one pass.
_JSON_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


@frozen(kw_only=True)
class ReadLimits:
    """Limits on the size, depth and content of a file.

    Attributes:
        file_size: Bytes of a file.
        members: Files inside an archive.
        unpacked_size: Bytes of an archive when unpacked.
        ratio: Unpacked size of an archive's member divided by its packed size.
        nesting: Depth of a tree-shaped file (JSON, XML).
        cells: Cells of a table.
        text: Characters of one cell.

    Example:
        >>> ReadLimits(file_size=10).check_size("big.csv", 11)
        Traceback (most recent call last):
        capbuild.errors.LimitError: CB105 big.csv has 11 bytes; the limit is 10
          remedy: split the file, or raise limits.file_size
    """

    file_size: int = field(default=512 * _MEBIBYTE, validator=between(1))
    members: int = field(default=10_000, validator=between(1))
    unpacked_size: int = field(default=2048 * _MEBIBYTE, validator=between(1))
    ratio: float = field(default=200.0, validator=between(1))
    nesting: int = field(default=100, validator=between(1))
    cells: int = field(default=100_000_000, validator=between(1))
    text: int = field(default=1_000_000, validator=between(1))

    def check_size(self, name: str, size: int) -> None:
        """Refuse a file that is too large."""
        if size > self.file_size:
            raise LimitError(
                f"{name} has {size:,} bytes; the limit is {self.file_size:,}",
                remedy="split the file, or raise limits.file_size",
            )

    def check_cells(self, name: str, cells: int) -> None:
        """Refuse a table with too many cells."""
        if cells > self.cells:
            raise LimitError(
                f"{name} has more than {self.cells:,} cells", remedy="split the table, or raise limits.cells"
            )

    def check_json_nesting(self, name: str, content: bytes) -> None:
        """Refuse JSON that nests too deep, before parsing.

        Args:
            name: Name of the file, for the message.
            content: Its text as UTF-8.

        Raises:
            LimitError: CB118.
        """
        depth = 0
        for token in _JSON_TOKENS.finditer(content):
            mark = token[0][:1]
            if mark in (b"[", b"{"):
                depth += 1
                if depth > self.nesting:
                    raise LimitError(
                        f"{name} nests deeper than {self.nesting} levels",
                        code="CB118",
                        origin=Origin(name),
                        remedy="check that it is a survey file, or raise limits.nesting",
                    )
            elif mark in (b"]", b"}"):
                depth -= 1

    def check_unpacked(self, name: str, files: int, size: int, packed: int) -> None:
        """Refuse an archive that unpacks to too much, as far as it was looked through.

        Args:
            name: Name of the archive.
            files: Files so far.
            size: Bytes of them when unpacked.
            packed: Bytes of the archive.
        """
        problem = ""
        if files > self.members:
            problem = f"holds more than {self.members:,} files"
        elif size > self.unpacked_size:
            problem = f"unpacks to more than {self.unpacked_size:,} bytes"
        elif size > _MEBIBYTE and size > self.ratio * packed:
            problem = f"is packed more than {self.ratio:g} times"
        if problem:
            raise LimitError(f"{name} {problem}", code="CB112", remedy="ask for the file again, or raise the limits")

    def check_archive(self, name: str, members: Iterable[zipfile.ZipInfo]) -> None:
        """Refuse an archive with too many, too large or unsafe members."""
        infos = list(members)
        total = sum(info.file_size for info in infos)
        problem = ""
        if len(infos) > self.members:
            problem = f"holds {len(infos):,} files; the limit is {self.members:,}"
        elif total > self.unpacked_size:
            problem = f"unpacks to {total:,} bytes; the limit is {self.unpacked_size:,}"
        for info in infos:
            if info.file_size > _MEBIBYTE and info.file_size > self.ratio * max(info.compress_size, 1):
                problem = f"member {info.filename!r} is packed more than {self.ratio:g} times"
            if ".." in info.filename.replace("\\", "/").split("/") or info.filename.startswith(("/", "\\")):
                problem = f"member {info.filename!r} lies outside the archive"
        if problem:
            raise LimitError(f"{name} {problem}", code="CB112", remedy="ask for the file again, or raise the limits")
