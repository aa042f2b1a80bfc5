"""Archives and e-mails as containers of survey files.

Suffixes are `.zip`, `.tar`, `.tar.gz` and `.eml`. A container claimed by a reader is that reader's file, such as an
export delivered as an archive. Every other container is opened here, within the limits, and each file in it is read by
the reader that claims it.
"""

import bz2
import email
import email.policy
import gzip
import io
import lzma
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Any

from attrs import define, frozen

from capbuild.errors import CapbuildError, LimitError, ReadError, UnknownFormat
from capbuild.io.format_detection import FormatClaim, choose_reader, rank_claims
from capbuild.origin import Origin
from capbuild.plugins import Host, InputFile
from capbuild.plugins.limits import UnpackedTotal, check_member_name

#: Maximum depth of nested containers, such as an archive attached to an e-mail.
_DEPTH = 3
_SHOWN = 5
_ZIP = (".zip", "")
#: Files that operating systems add to archives.
_SYSTEM = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
#: First bytes of gzip, bzip2 and xz.
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")
_TAR_ERRORS = (tarfile.TarError, OSError, EOFError, ValueError, RecursionError, lzma.LZMAError, zlib.error)
#: Most bytes of a header of a tar archive: long names and other facts of a member.
_HEADER = 65_536
_MAIL_HEADERS = (b"from:", b"received:", b"return-path:", b"mime-version:", b"delivered-to:", b"message-id:", b"date:")


def choose_input(source: InputFile, host: Host, name: str | None = None) -> tuple[InputFile, FormatClaim]:
    """Choose the file to read, and its reader.

    The file is the source itself, or the only file in a container.

    Args:
        source: A file.
        host: Plugin host with the readers.
        name: Name of the reader; sniffed when None.

    Raises:
        UnknownFormat: No reader claims it.
        AmbiguousFormat: Two readers claim it with equal confidence.
        OptionError: The reader name is unknown.
        ReadError: CB127, it is a container of several files, or an empty or damaged one.
        LimitError: It exceeds the limits on size, depth or number of files.
    """
    if _find_opener(source) is None:
        return source, choose_reader(source, host, name)
    try:
        chosen = choose_reader(source, host, name)
    except (UnknownFormat, LimitError):  # opening it raises the error for the limit
        pass
    else:
        # A named reader gets the containers it claims, and files with its own suffix; other containers are opened.
        own = source.suffix in chosen.reader.suffixes or not source.suffix
        if name is None or own or chosen.reader.sniff(source) is not None:
            return source, chosen
    members = list(expand(source, host))
    for member in members:
        if isinstance(member, CapbuildError):
            raise member
    files = [member for member in members if isinstance(member, InputFile)]
    if len(files) == 1:
        return files[0], choose_reader(files[0], host, name)
    shown = ", ".join(file.name.removeprefix(f"{source.name}/") for file in files[:_SHOWN])
    raise source.error(
        f"contains {len(files)} files{': ' if files else ''}{shown}{', …' if len(files) > _SHOWN else ''}",
        "CB127",
        "read them all with capbuild.read_all, or unpack it and read one" if files else "ask for the file again",
    )


def _is_claimed(source: InputFile, host: Host) -> bool:
    """True if a reader takes a container as its file.

    A container that is too large to be sniffed is not claimed.
    """
    try:
        return bool(rank_claims(source, host))
    except LimitError:
        return False


def expand(
    source: InputFile, host: Host, depth: int = _DEPTH, total: UnpackedTotal | None = None
) -> Iterator[InputFile | CapbuildError]:
    """Yield the files in a container.

    A source that is not a container, or that a reader claims as a whole, is yielded itself. For a file that cannot be
    unpacked, the error is yielded in its place. Files added by operating systems are skipped.

    Args:
        source: A file.
        host: Plugin host with the readers.
        depth: Maximum depth of nested containers.
        total: Unpacked size of the outermost container so far.
    """
    total = total or UnpackedTotal(source.name, source.size, source.limits)
    opener = _find_opener(source)
    if opener is None or _is_claimed(source, host):
        yield source
        return
    if not depth:
        yield LimitError(f"{source.name} is an archive in too many others", code="CB112", origin=Origin(source.name))
        return
    try:
        for member in opener(source):
            try:
                yield from _expand_member(source, member, host, depth, total)
            except CapbuildError as error:
                yield error
    except CapbuildError as error:
        yield error


def _expand_member(
    source: InputFile, member: "_Member", host: Host, depth: int, total: UnpackedTotal
) -> Iterator[InputFile | CapbuildError]:
    data = member.open()
    total.add(len(data))
    if data:
        inner = InputFile(f"{source.name}/{member.name}", data=data, limits=source.limits, folder=source.folder)
        yield from expand(inner, host, depth - 1, total)


@frozen
class _Member:
    """File in a container.

    Attributes:
        name: Its path in the container.
        open: Function that returns its bytes.
    """

    name: str
    open: Callable[[], bytes]


def _is_wanted(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    system = any(part in _SYSTEM or part.startswith("._") for part in parts)
    return bool(parts) and not name.endswith("/") and not system


def _find_opener(source: InputFile) -> Callable[[InputFile], Iterator[_Member]] | None:
    """Return the function that lists a container's files, or None."""
    if source.path is not None and source.path.is_dir():
        return None
    start = source.start
    if start.startswith(b"PK\x03\x04") and source.suffix in _ZIP:  # documents of many programs are also archives
        return _list_zip_members
    if start[257:262] == b"ustar" or (start.startswith(_PACKED) and _is_tar(source)):
        return _list_tar_members
    first = start.lstrip()[:200].lower()
    if source.suffix == ".eml" or (first.startswith(_MAIL_HEADERS) and b"\nmime-version:" in start[:8192].lower()):
        return _list_mail_members
    return None


def _is_tar(source: InputFile) -> bool:
    """True if compressed data begin as a tar archive.

    Only the first block is unpacked.
    """
    with source.open() as stream:
        try:
            start = unpacked_stream(stream).read(tarfile.BLOCKSIZE)
            tarfile.TarInfo.frombuf(start, tarfile.ENCODING, "surrogateescape")
        except _TAR_ERRORS:
            return False
    return True


def unpacked_stream(stream: IO[bytes]) -> IO[bytes]:
    """Unpack a gzip, bzip2 or xz stream."""
    start = stream.read(6)
    stream.seek(0)
    unpacked: Any = stream
    if start.startswith(_PACKED[0]):
        unpacked = gzip.GzipFile(fileobj=stream)
    elif start.startswith(_PACKED[1]):
        unpacked = bz2.BZ2File(stream)
    elif start.startswith(_PACKED[2]):
        unpacked = lzma.LZMAFile(stream)  # noqa: SIM115 - it closes with the stream
    opened: IO[bytes] = unpacked
    return opened


@define
class _Headers:
    """Stream of a tar archive with bounded headers.

    `tarfile` reads a long name in one piece, of the size that the archive claims. A read of more than `_HEADER` bytes
    is therefore refused; contents of members are read in smaller blocks.
    """

    name: str
    stream: IO[bytes]

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes.

        Raises:
            LimitError: A header is larger than `_HEADER` bytes.
        """
        if not 0 <= size <= _HEADER:
            raise LimitError(
                f"{self.name} has a member whose name or facts take more than {_HEADER:,} bytes",
                code="CB112",
                origin=Origin(self.name),
                remedy="ask for the file again",
            )
        return self.stream.read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        """Set the position in the stream."""
        return self.stream.seek(place, whence)

    def tell(self) -> int:
        """Return the position in the stream."""
        return self.stream.tell()


@contextmanager
def open_tar(name: str, stream: IO[bytes]) -> Iterator[tarfile.TarFile]:
    """Open a tar archive, compressed or not, with bounded headers.

    Args:
        name: Name of the archive.
        stream: Its bytes.

    Raises:
        LimitError: CB112, when a header that is too large is read.
    """
    headers: Any = _Headers(name, unpacked_stream(stream))
    with tarfile.open(fileobj=headers, mode="r:") as archive:
        yield archive


def _make_damage_error(source: InputFile, error: object) -> ReadError:
    return source.error(f"cannot be unpacked: {error}", "CB122", "ask for the file again")


def _list_zip_members(source: InputFile) -> Iterator[_Member]:
    """Yield the files in a zip archive.

    Opening a member whose path leads outside the archive raises an error.
    """
    if not source.listed_members:
        raise _make_damage_error(source, "its list of files is missing or damaged")
    with source.open_members() as unpack:
        for name in source.listed_members:
            if _is_wanted(name):
                yield _Member(name, partial(unpack, name))


def _list_tar_members(source: InputFile) -> Iterator[_Member]:
    """Yield the files in a tar archive.

    Sizes are checked before unpacking. Opening a link, or a member whose path leads outside the archive, raises an
    error.
    """
    count = total = 0
    try:
        with source.open() as stream, open_tar(source.name, stream) as archive:
            for info in archive:
                count, total = count + 1, total + info.size
                source.limits.check_unpacked(source.name, count, total, source.size)
                if not info.isdir() and _is_wanted(info.name):
                    yield _Member(info.name, partial(_read_tar, source, archive, info))
            unpacked: Any = archive.fileobj
            unpacked.seek(archive.offset)
            if unpacked.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):
                raise _make_damage_error(source, "its end is missing")
    except _TAR_ERRORS as error:
        raise _make_damage_error(source, error) from error


def _read_tar(source: InputFile, archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    check_member_name(source.name, info.name)
    source.limits.check_size(f"{source.name}/{info.name}", info.size)
    file = archive.extractfile(info) if info.isreg() else None
    if file is None:
        place = Origin(source.name, sheet=info.name)
        remedy = "add the file itself to the archive"
        raise ReadError(f"{info.name} is a link or a device, not a file", code="CB122", origin=place, remedy=remedy)
    unpacked = io.BytesIO()
    try:
        shutil.copyfileobj(file, unpacked)
        return unpacked.getvalue()
    except _TAR_ERRORS as error:
        raise _make_damage_error(source, error) from error


def _list_mail_members(source: InputFile) -> Iterator[_Member]:
    """Yield the attachments of an e-mail.

    Attachments of forwarded e-mails are included; texts and inline images are not.
    """
    with source.open() as stream:
        message = email.message_from_binary_file(stream, policy=email.policy.default)
    for part in message.walk():
        name = PurePosixPath((part.get_filename() or "").replace("\\", "/")).name
        picture = part.get_content_maintype() == "image" and part.get_content_disposition() == "inline"
        if name and not picture and not part.is_multipart():
            yield _Member(name, partial(_decode, part))


def _decode(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
