"""Conversion between survey formats, with a loss report.

The report is measured: the written file is read back, and compared with the original reading.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from capbuild._atomic import write_atomic
from capbuild.checks import to_tuple
from capbuild.errors import ReadError, WriteError, did_you_mean
from capbuild.io.losses import LossReport, find_losses
from capbuild.io.reading import read
from capbuild.io.writing import render_files
from capbuild.model import Questionnaire, Survey
from capbuild.origin import Origin
from capbuild.plugins import Host, InputFile, ReadLimits, Writer, default_host


@frozen(kw_only=True, eq=False)
class Conversion:
    """Converted file with its loss report.

    Attributes:
        source: The data that was read.
        writer: Name of the writer.
        files: Files written.
        content: Content of the new file: `definition and responses`, `definition`, or `responses`; empty if it cannot
            be read back.
        losses: Losses; None if the new file cannot be read back.
        unchecked: Reason that it could not be read back; empty if it could.
    """

    source: Survey
    writer: str
    files: tuple[Path, ...] = field(converter=to_tuple)
    content: str
    losses: LossReport | None
    unchecked: str = ""


def _find_writer(to: str | None, suffix: str, host: Host) -> Writer:
    """Return the writer for a name or suffix.

    Writers of whole surveys are preferred to writers of definitions.
    """
    able = [w for w in host.writers.values() if Survey in w.accepts or Questionnaire in w.accepts]
    able.sort(key=lambda writer: Survey not in writer.accepts)
    named = [w for w in able if w.name == to]
    wanted = f".{to}" if to else suffix
    fitting = named or [w for w in able if wanted in w.suffixes]
    if not fitting:
        known = sorted({*(w.name for w in able), *(s.lstrip(".") for w in able for s in w.suffixes)})
        asked = to or suffix or "no suffix"
        raise WriteError(
            f"no format {asked!r} for survey data{did_you_mean(asked, known)}",
            code="CB710",
            remedy=f"formats are: {', '.join(known)}",
        )
    return fitting[0]


def convert(
    source: str | Path | bytes | InputFile,
    target: str | Path,
    *,
    format: str | None = None,  # noqa: A002 - the field's word
    to: str | None = None,
    name: str | None = None,
    options: Mapping[str, Any] | object | None = None,
    write_options: Mapping[str, Any] | object | None = None,
    drop_personal: bool = False,
    limits: ReadLimits | None = None,
    host: Host | None = None,
) -> Conversion:
    r"""Read a survey file and write it in another format.

    Args:
        source: A path, or bytes.
        target: Folder to write to.
        format: Name of the reader; sniffed when None.
        to: Format to write: the name of a writer, or a suffix such as `csv`; the suffix of the target when None.
        name: Name for origins, for bytes.
        options: The reader's options.
        write_options: The writer's options.
        drop_personal: Leave out personal data, in any format.
        limits: Limits in force.
        host: Plugin host.

    Returns:
        The files, and the losses, counted by reading them back.

    Raises:
        ReadError: The source is unreadable.
        WriteError: No writer for the format (CB710), or it needs a definition that the source lacks (CB711).

    Example:
        >>> import tempfile
        >>> text = b"country,TEC-2.2a,TEC-2.2b\nJamaica,yes,don't know\n"
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     done = convert(text, Path(folder, "returns.json"), name="returns.csv")
        >>> done.losses.is_exact, done.losses.kept
        (True, 2)
    """
    plugin_host = host or default_host()
    reading = read(
        source, format=format, name=name, options=options, drop_personal=drop_personal, limits=limits, host=plugin_host
    )
    return _write_and_compare(reading, Path(target), to, write_options, limits=limits, host=plugin_host)


def _write_and_compare(
    reading: Survey, place: Path, to: str | None, options: Any, *, limits: ReadLimits | None, host: Host
) -> Conversion:
    """Write a reading, read it back, and compare."""
    writer = _find_writer(to, place.suffix.lower(), host)
    subject: Survey | Questionnaire | None = reading if Survey in writer.accepts else reading.questionnaire
    if subject is None:
        raise WriteError(
            f"{writer.name} holds definitions, and {reading.file} has none",
            code="CB711",
            remedy="choose a format for responses, such as csv, xlsx or json",
        )
    written = []
    for part, content in sorted(render_files(subject, writer.name, options=options, host=host).items()):
        where = place / part if part else place
        if where.exists() and Path(reading.file).exists() and where.samefile(reading.file):
            raise WriteError(
                f"{where} is the file that is read",
                code="CB702",
                origin=Origin(str(where)),
                remedy="name another file to write",
            )
        write_atomic(where, content)
        written.append(where)
    back, why = _read_back(written, limits, host)
    return Conversion(
        source=reading,
        writer=writer.name,
        files=written,
        content="" if back is None else _describe_content(back),
        losses=None if back is None else find_losses(reading, back),
        unchecked=why,
    )


def _describe_content(back: Survey) -> str:
    if not back.responses:
        return "definition"
    form = back.questionnaire
    return "responses" if form is None or form.inferred else "definition and responses"


def _read_back(files: list[Path], limits: ReadLimits | None, host: Host) -> tuple[Survey | None, str]:
    if len(files) != 1:
        return None, f"it is {len(files)} files"
    try:
        return read(files[0], limits=limits, host=host), ""
    except ReadError as error:
        return None, error.message
