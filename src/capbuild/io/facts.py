"""Facts about files, from the reading and the format."""

from pathlib import Path
from typing import Any

from capbuild.io.containers import choose_input
from capbuild.io.format_detection import open_input
from capbuild.io.reading import read
from capbuild.plugins import Host, InputFile, default_host


def file_facts(
    source: str | Path | bytes | InputFile,
    *,
    format: str | None = None,  # noqa: A002 - the field's word
    name: str | None = None,
    host: Host | None = None,
) -> dict[str, Any]:
    r"""Return facts of a file by name, as plain JSON values.

    Every file has `reader`, `why`, `responses`, `answers` and `adds_up`; its format adds its own: rows and columns of a
    table, sheets of a workbook, questions and choices of a form, variables and labels of a data file.

    Args:
        source: A path, or bytes.
        format: Name of the reader; sniffed when None.
        name: Name for origins; needed for bytes whose suffix should count.
        host: Plugin host.

    Raises:
        ReadError: The file cannot be read.

    Example:
        >>> found = file_facts(b"country;Q1\nPeru;3\n", name="a.csv")
        >>> found["reader"], found["responses"], found["delimiter"], found["columns"]
        ('csv', 1, ';', 2)
    """
    plugin_host = host or default_host()
    opened = open_input(source, name=name)
    opened, chosen = choose_input(opened, plugin_host, format)
    reading = read(opened, format=chosen.reader.name, host=plugin_host)
    own = chosen.reader.facts(opened) if chosen.reader.facts is not None else {}
    return {
        "reader": reading.format,
        "why": chosen.claim.why,
        "responses": len(reading.responses),
        "answers": reading.reconciliation.total("answers"),
        "adds_up": reading.reconciliation.adds_up,
        **own,
    }
