"""Limits on input files: size before parsing, work during reading."""

import io
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable

from attrs import Factory, define, field, frozen

from capbuild.checks import between
from capbuild.errors import LimitError
from capbuild.origin import Origin

_MEBIBYTE = 1024 * 1024
#: Largest default of `unpacked_size`, and its multiple of `file_size`: of 2,645 workbooks that people made, none
#: unpacks to more than 13.4 times its size.
_UNPACKED_SIZE, _UNPACKED_TIMES = 2048 * _MEBIBYTE, 20
#: Cells that are allowed whatever the file size: half a second of work.
_FREE_CELLS = 50_000
#: Tokens that determine JSON depth: brackets, and strings, to ignore brackets inside them. The pattern of strings is
#: possessive, so that a string without an end costs one pass.
_JSON_TOKENS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{]|[\]}]', re.DOTALL)
#: Seconds after which the processor time is asked for again: the call takes microseconds, and readers check each row.
_OUTDATED = 0.005


@define(eq=False)
class ReadBudget:
    """Budget of work for one opened file.

    Attributes:
        size: Returns the unpacked bytes of its cells; None if a cell may need less than a byte.
        started: Processor time of the process when the file was opened, or when its reader began.
    """

    size: Callable[[], int | None]
    started: float = field(factory=time.process_time)
    _spent: float = field(default=0.0, init=False)
    _updated: float = field(default=0.0, init=False)

    def restart(self) -> None:
        """Restart the timer."""
        self.started, self._updated = time.process_time(), 0.0

    def spend(self) -> float:
        """Return the processor seconds since the start.

        The value may be a few milliseconds old.
        """
        now = time.monotonic()
        if now - self._updated > _OUTDATED:
            self._spent, self._updated = time.process_time() - self.started, now
        return self._spent


def _default_unpacked_size(limits: "ReadLimits") -> int:
    return min(_UNPACKED_SIZE, _UNPACKED_TIMES * limits.file_size)


@frozen(kw_only=True)
class ReadLimits:
    """Limits on files and on the work of reading them.

    Attributes:
        file_size: Bytes of a file, and of each file in an archive.
        members: Files inside an archive.
        unpacked_size: Bytes of an archive when unpacked, workbooks too; by default 20 times `file_size`, at most 2 GiB.
        ratio: Unpacked size of an archive's member divided by its packed size.
        nesting: Depth of a tree-shaped file (JSON, XML).
        cells: Cells of a table.
        text: Characters of one cell.
        cells_per_byte: Cells of a table divided by their bytes, beyond 50,000 cells. Repeats, or rows without most
            columns, increase it.
        seconds: Processor time of one reader for one file.
        budget: Work budget of the opened file; set by `InputFile`.

    Example:
        >>> ReadLimits(file_size=10).check_size("big.csv", 11)
        Traceback (most recent call last):
        capbuild.errors.LimitError: CB105 big.csv has more than 10 bytes
          remedy: split the file, or raise limits.file_size
    """

    file_size: int = field(default=512 * _MEBIBYTE, validator=between(1))
    members: int = field(default=10_000, validator=between(1))
    unpacked_size: int = field(default=Factory(_default_unpacked_size, takes_self=True), validator=between(1))
    ratio: float = field(default=200.0, validator=between(1))
    nesting: int = field(default=100, validator=between(1))
    cells: int = field(default=100_000_000, validator=between(1))
    text: int = field(default=1_000_000, validator=between(1))
    cells_per_byte: float = field(default=2.0, validator=between(0))
    seconds: float = field(default=3600.0, validator=between(0))
    budget: ReadBudget | None = field(default=None, eq=False, repr=False)

    def check_size(self, name: str, size: int) -> None:
        """Raise an error for a file that is too large."""
        if size > self.file_size:
            raise LimitError(
                f"{name} has more than {self.file_size:,} bytes",
                remedy="split the file, or raise limits.file_size",
            )

    def check_cells(self, name: str, cells: int) -> None:
        """Refuse too many cells, in total or per byte.

        Readers call it regularly.

        Args:
            name: Name of the file, for the message.
            cells: Cells of the table so far, including repeats and cells missing from short rows.

        Raises:
            LimitError: CB105, too many cells; CB133, too many for the file size; CB134, time exceeded.
        """
        if cells > self.cells:
            raise LimitError(
                f"{name} has more than {self.cells:,} cells", remedy="split the table, or raise limits.cells"
            )
        if self.budget is None:
            return
        self.check_time(name)
        if cells > _FREE_CELLS and (size := self.budget.size()) is not None and cells > self.cells_per_byte * size:
            raise LimitError(
                f"{name} has {size:,} bytes and makes more than {cells:,} cells of them, by repeats or by columns that "
                f"most rows leave out; the limit is {self.cells_per_byte:g} cells a byte",
                code="CB133",
                origin=Origin(name),
                remedy="check that it is a survey file, split it by kind of record, or raise limits.cells_per_byte",
            )

    def restart(self) -> None:
        """Restart the timer, as the host does for each reader."""
        if self.budget is not None:
            self.budget.restart()

    def check_time(self, name: str) -> None:
        """Refuse to read longer than `seconds`.

        The host calls it for each item of a reader.

        Args:
            name: Name of the file, for the message.

        Raises:
            LimitError: CB134.
        """
        if self.budget is not None and self.budget.spend() > self.seconds:
            raise LimitError(
                f"{name} is not read after {self.seconds:,g} seconds of processor time",
                code="CB134",
                origin=Origin(name),
                remedy="split the file, or raise limits.seconds",
            )

    def check_json_nesting(self, name: str, content: bytes) -> None:
        """Refuse JSON nested too deeply, before it is parsed.

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
        """Refuse an archive that unpacks to too much.

        Args:
            name: Name of the archive.
            files: Files so far.
            size: Their unpacked bytes.
            packed: Bytes of the archive.
        """
        problem = ""
        if files > self.members:
            problem = f"contains more than {self.members:,} files"
        elif size > self.unpacked_size:
            problem = f"unpacks to more than {self.unpacked_size:,} bytes"
        elif size > _MEBIBYTE and size > self.ratio * packed:
            problem = f"is packed more than {self.ratio:g} times"
        if problem:
            raise LimitError(f"{name} {problem}", code="CB112", remedy="ask for the file again, or raise the limits")

    def check_archive(self, name: str, members: Iterable[zipfile.ZipInfo]) -> None:
        """Refuse an archive with too many or large members."""
        infos = list(members)
        total = sum(info.file_size for info in infos)
        problem = ""
        if len(infos) > self.members:
            problem = f"contains {len(infos):,} files; the limit is {self.members:,}"
        elif total > self.unpacked_size:
            problem = f"unpacks to {total:,} bytes; the limit is {self.unpacked_size:,}"
        for info in infos:
            if info.file_size > _MEBIBYTE and info.file_size > self.ratio * max(info.compress_size, 1):
                problem = f"member {info.filename!r} is packed more than {self.ratio:g} times"
        if problem:
            raise LimitError(f"{name} {problem}", code="CB112", remedy="ask for the file again, or raise the limits")


@define
class UnpackedTotal:
    """Unpacked size of a file, over archives in archives.

    Attributes:
        name: Name of the file.
        packed: Its bytes.
        limits: Limits in force.
        size: Unpacked bytes so far.
    """

    name: str
    packed: int
    limits: ReadLimits
    size: int = 0

    def add(self, size: int) -> None:
        """Add the unpacked bytes of one member.

        Call it before the member is unpacked if its size is known.

        Raises:
            LimitError: CB112, the whole is too large.
        """
        self.size += size
        self.limits.check_unpacked(self.name, 0, self.size, self.packed)


def unpack_member(archive: zipfile.ZipFile, member: str | zipfile.ZipInfo) -> bytes:
    """Return the bytes of one member, unpacked in blocks.

    `ZipFile.read` would inflate a member beyond the size in the directory before it is refused.
    """
    unpacked = io.BytesIO()
    with archive.open(member) as packed:
        shutil.copyfileobj(packed, unpacked)
    return unpacked.getvalue()


def check_member_name(name: str, member: str) -> None:
    """Refuse an archive member whose path leads outside.

    Args:
        name: Name of the archive.
        member: Name of the member.

    Raises:
        LimitError: CB112.
    """
    if ".." in member.replace("\\", "/").split("/") or member.startswith(("/", "\\")):
        message = f"{name} member {member!r} lies outside the archive"
        raise LimitError(message, code="CB112", origin=Origin(name), remedy="ask for the file again")
