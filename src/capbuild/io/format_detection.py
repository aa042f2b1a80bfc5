"""Choice of the reader with the strongest claim."""

import json
import stat
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Protocol, TypeAlias, TypeGuard

from attrs import frozen

from capbuild.errors import AmbiguousFormat, LimitError, ModelError, OptionError, ReadError, UnknownFormat, did_you_mean
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, Host, InputFile, PluginStatus, Reader, ReadLimits, default_host
from capbuild.plugins.host import READING_PLUGINS

_HOOK = "register_readers"


@frozen
class FormatClaim:
    """Reader with its claim on a file.

    Attributes:
        reader: The reader.
        claim: Its confidence, with the reason.
    """

    reader: Reader
    claim: Claim


class ByteStream(Protocol):
    """Binary stream: a file, an upload, `io.BytesIO`."""

    def read(self, size: int = ..., /) -> bytes:
        """Return at most the given number of bytes."""
        ...


#: Sources that can be opened: a path, bytes, or a stream of bytes.
Input: TypeAlias = str | Path | bytes | bytearray | memoryview | ByteStream | InputFile


def is_input(source: object) -> TypeGuard[Input]:
    """True for a path, bytes, a binary stream or `InputFile`.

    Example:
        >>> is_input("a.csv"), is_input(bytearray(b"x")), is_input({"country": ["JM"]})
        (True, True, False)
    """
    known = isinstance(source, str | Path | bytes | bytearray | memoryview | InputFile)
    # Checked on the class, since a frame may have a column of that name.
    return known or callable(getattr(type(source), "read", None))


def open_input(source: Input, *, name: str | None = None, limits: ReadLimits | None = None) -> InputFile:
    """Return a file to read, after reader-independent checks.

    Args:
        source: A path, bytes, or a stream of bytes, which is read from its current position and left open.
        name: Name for origins; the path as given by default, needed for bytes if a suffix should count.
        limits: Limits in force.

    Raises:
        ModelError: It is something else.
        ReadError: It does not exist (CB108), is a folder (CB107) or is empty (CB103).
        LimitError: It is larger than the limits allow.
    """
    if isinstance(source, InputFile):
        return source
    usable: bool = is_input(source)
    if not usable:
        raise ModelError("source", source, "must be a path, bytes, or a stream of bytes")
    bounds = limits or ReadLimits()
    if not isinstance(source, str | Path):
        data, label = _to_bytes(source, name, bounds)
        if not data:
            raise _make_empty_error(label)
        return InputFile(label, data=data, limits=bounds)
    path = Path(source)
    label = name or path.as_posix()
    if path.is_dir():
        raise ReadError(
            f"{label} is a folder",
            code="CB107",
            origin=Origin(label),
            remedy="name a file inside it, or read them all: read_all(folder)",
        )
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would block, and a device has no end
            raise ReadError(
                f"{label} is a pipe or a device, not a file",
                code="CB108",
                origin=Origin(label),
                remedy="pass a stream, open(path, 'rb'), or copy its content into a file",
            )
        with path.open("rb") as stream:
            empty = not stream.read(1)
    except (OSError, ValueError) as error:
        denied = isinstance(error, PermissionError)
        raise ReadError(
            f"{label} cannot be opened: {getattr(error, 'strerror', None) or error}",
            origin=Origin(label),
            remedy="ask its owner for the right to read it" if denied else "check the path",
        ) from error
    if empty:
        raise _make_empty_error(label)
    return InputFile(label, path=path, limits=bounds)


def _to_bytes(
    source: bytes | bytearray | memoryview | ByteStream, name: str | None, limits: ReadLimits
) -> tuple[bytes, str]:
    """Return bytes with a name for origins.

    A stream is read up to one byte beyond the limit, so that a file that is too large can be refused.

    Raises:
        ReadError: CB108, it is a text stream.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source), name or "(bytes)"
    called = getattr(source, "name", None)
    label = name or (Path(called).name if isinstance(called, str) else "(stream)")
    parts, left = [], limits.file_size + 1
    while left > 0 and (block := source.read(left)):
        if not isinstance(block, bytes):
            raise ReadError(
                f"{label} is open as text", code="CB108", origin=Origin(label), remedy='open it with the mode "rb"'
            )
        parts.append(block)
        left -= len(block)
    return b"".join(parts), label


def _make_empty_error(label: str) -> ReadError:
    return ReadError(f"{label} is empty", code="CB103", origin=Origin(label), remedy="ask for the file again")


def rank_claims(source: InputFile, host: Host) -> tuple[FormatClaim, ...]:
    """Return all claims on a file, strongest first.

    Equally strong claims are sorted by name. A reader that fails while sniffing makes no claim. If no reader claims the
    file, but one refuses it with a `ReadError`, that error is raised.
    """
    claims, refusals = [], []
    for reader in host.readers.values():
        try:
            claim = reader.sniff(source)
        except ReadError as error:
            refusals.append(error)
            continue
        if claim is not None:
            claims.append(FormatClaim(reader, claim))
    if refusals and not claims:
        raise refusals[0]
    return tuple(sorted(claims, key=lambda s: (-s.claim.confidence, s.reader.name)))


def sniff(
    source: str | Path | bytes | InputFile, *, name: str | None = None, host: Host | None = None
) -> tuple[FormatClaim, ...]:
    r"""Return all readers that claim a file, strongest claim first.

    Args:
        source: A path, bytes or an opened file.
        name: Name of the file, with its suffix; for bytes.
        host: Plugin host with the readers.

    Example:
        >>> [s.reader.name for s in sniff(b"country;question;answer\nJamaica;TEC-2.2a;yes\n", name="a.csv")]
        ['csv']
    """
    return rank_claims(open_input(source, name=name), host or default_host())


def choose_reader(source: InputFile, host: Host, name: str | None = None, without: Collection[str] = ()) -> FormatClaim:
    """Return the named reader, or that with the strongest claim.

    Readers named in `without` are excluded. A preferred plugin wins ties.

    Raises:
        UnknownFormat: No reader claims it; names the readers, and the plugin to install, if known.
        AmbiguousFormat: Two claim it with equal confidence; names both, and how to choose.
        OptionError: The reader name is unknown.
    """
    if name is not None:
        if name not in host.readers:
            raise OptionError(
                f"no reader {name!r}{did_you_mean(name, host.readers)}", remedy=_list_readers(host.readers)
            )
        reader = host.readers[name]
        return FormatClaim(reader, reader.sniff(source) or Claim(Confidence.NAME, "named by the user"))
    claims = [format_claim for format_claim in rank_claims(source, host) if format_claim.reader.name not in without]
    if not claims:
        raise _make_unclaimed_error(source, host)
    best = [s for s in claims if s.claim.confidence is claims[0].claim.confidence]
    preferred = host.preferred(_HOOK, [s.reader for s in best]) if len(best) > 1 else None
    best = [s for s in best if preferred in (None, s.reader)]
    if len(best) > 1:
        both = "; ".join(f"{s.reader.name} ({s.claim.why}) of {host.plugin_of(_HOOK, s.reader)}" for s in best)
        raise AmbiguousFormat(
            f"{source.name} is claimed by {both}",
            origin=Origin(source.name),
            remedy=f'say which: format="{best[0].reader.name}" or format="{best[1].reader.name}"',
        )
    return best[0]


def name_other_reader(error: ReadError, chosen: FormatClaim, source: InputFile, host: Host) -> None:
    """Add to the remedy of a refused file which plugin claimed it, if another reader claims it too."""
    others = [claim.reader.name for claim in rank_claims(source, host) if claim.reader.name != chosen.reader.name]
    if others:
        claimed = f"{chosen.reader.name} of {host.plugin_of(_HOOK, chosen.reader)} claimed it ({chosen.claim.why})"
        remedy = f'{claimed}, and {others[0]} does too: format="{others[0]}" reads it with that one'
        error.remedy = f"{error.remedy}; {remedy}" if error.remedy else remedy


def _list_readers(names: Iterable[str]) -> str:
    return f"readers are: {', '.join(names)}"


def _make_json_error(source: InputFile) -> UnknownFormat | None:
    """Return the error for a damaged JSON file, or None.

    The error has the line and column of the fault.
    """
    code, origin, remedy = "CB128", Origin(source.name), "ask for the file again"
    try:
        source.limits.check_json_nesting(source.name, source.content)
        json.loads(source.content)
    except LimitError as error:
        return UnknownFormat(error.message, code=error.code, origin=error.origin, remedy=error.remedy)
    except (ValueError, RecursionError) as error:
        return UnknownFormat(f"{source.name} is not valid JSON: {error}", code=code, origin=origin, remedy=remedy)
    return None


def _make_unclaimed_error(source: InputFile, host: Host) -> UnknownFormat:
    """Return the error for a file without a reader.

    The error names the plugin to install, if one is known, or the fault of a damaged JSON file.
    """
    suffix, name = source.suffix, source.name
    if suffix == ".json" and (invalid := _make_json_error(source)) is not None:
        return invalid
    read = {own: reader.name for reader in host.readers.values() for own in reader.suffixes}
    broken = [info.name for info in host.plugin_infos if info.status not in (PluginStatus.ACTIVE, PluginStatus.BLOCKED)]
    broken_note = f"; these plugins do not work: {', '.join(broken)} (see: capbuild plugins)" if broken else ""
    message, remedy = f"no reader claims {name}", _list_readers(host.readers)
    if suffix in READING_PLUGINS and suffix not in read:
        remedy = f'for {suffix} files: pip install "capbuild[{READING_PLUGINS[suffix]}]"'
    elif suffix and suffix not in read:
        message = f"there is no reader for {suffix} files, here or in a plugin of capbuild: {name} is not read"
        remedy = "copy the answers into a table (columns country, question, answer), save it as .csv or .xlsx, and put "
        remedy += "it in the place of this file; `capbuild plugins` lists what is read"
    elif suffix == ".json":
        message += ": it is valid JSON, but no table and no survey of a known product"
        remedy = "write its answers as a list of objects, each with its country; " + remedy
    return UnknownFormat(message, origin=Origin(name), remedy=remedy + broken_note)


def draft_layout(
    source: str | Path | bytes | InputFile,
    *,
    format: str | None = None,  # noqa: A002 - the field's word
    name: str | None = None,
    host: Host | None = None,
) -> str:
    """Return a draft layout of a file, to correct manually.

    Pass the corrected text as the option `layout`.

    Args:
        source: A path, or bytes.
        format: Name of the reader; sniffed when None.
        name: Name for origins.
        host: Plugin host.

    Raises:
        OptionError: The file's reader needs no layout.
    """
    opened = open_input(source, name=name)
    reader = choose_reader(opened, host or default_host(), format).reader
    if reader.draft is None:
        raise OptionError(f"{opened.name} is read by {reader.name!r}, which needs no layout", remedy="read it as it is")
    return reader.draft(opened)
