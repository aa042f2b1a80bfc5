"""Writer of the pages of formats and frameworks.

Run: `python -m tools.write_gallery`.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from capbuild.plugins import Host, PluginInfo, Reader, Writer, default_host
from capbuild.plugins.host import BUILT_IN_SOURCE
from capbuild.plugins.options import describe_options
from tools.framework_gallery import frameworks_text

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "formats.md"
FRAMEWORKS = ROOT / "docs" / "reference" / "frameworks.md"
#: Example plugins, not for real survey files.
_EXAMPLES = ("capbuild-example", "capbuild-gdb", "capbuild-second-look", "capbuild-office", "capbuild-arabic")
_HEAD = """# Formats

Formats that capbuild and its plugins read and write, generated from the registered plugins. `capbuild plugins` lists
the installed ones, `capbuild plugins show NAME` shows a format with its options. Install a plugin with
`pip install "capbuild[{extra}]"`. Readers not yet tested with files from the field are marked *experimental*.
"""
_LOSSES_HEAD = (
    "## Losses of survey formats",
    "",
    "As declared by the writers (`Writer.loses`); their tests measure it by reading the output back.",
    "",
    "| `format=` | lost, in whole or in part |",
    "| --- | --- |",
)


def gallery_text(host: Host) -> str:
    """Return the page.

    Args:
        host: Host with the plugins to list.
    """
    infos = [info for info in host.plugin_infos if info.name not in _EXAMPLES]
    lines = [_HEAD.format(extra="NAME"), "## Read", "", "| format | `format=` | files | companions | plugin | how-to |"]
    lines += ["| --- | --- | --- | --- | --- | --- |", *_reader_rows(host, infos), "", "## Written", ""]
    lines += ["| format | `format=` | files | subjects | options | plugin |", "| --- | --- | --- | --- | --- | --- |"]
    lines += [*_writer_rows(host, infos), "", *_LOSSES_HEAD, *_loss_rows(host, infos)]
    lines += [
        "",
        "## Drawn",
        "",
        "Charts of plugins; see [charts](../how-to/charts.md) for the built-in ones.",
        "",
    ]
    lines += ["| chart | `charts.draw` | subjects | plugin |", "| --- | --- | --- | --- |", *_chart_rows(host)]
    return "\n".join(lines) + "\n"


def _list_objects(host: Host, info: PluginInfo, wanted: str) -> list[Any]:
    return [item for kind, _, item in host.list_registered(info.name) if kind == wanted]


def _chart_rows(host: Host) -> Iterator[str]:
    for info in host.plugin_infos:
        for kind in _list_objects(host, info, "charts"):
            subjects = ", ".join(f"`{one.__name__}`" for one in kind.accepts)
            yield _row(kind.title, f"`{kind.name}`", subjects, _plugin(info))


def _reader_rows(host: Host, infos: list[PluginInfo]) -> Iterator[str]:
    for info in infos:
        for reader in _list_objects(host, info, "readers"):
            beside = ", ".join(f"`{one.option}`" for one in reader.companions)
            title = f"{reader.title} (*experimental*)" if reader.experimental else reader.title
            yield _row(title, f"`{reader.name}`", _suffixes(reader), beside, _plugin(info), _guide(info, reader))


def _writer_rows(host: Host, infos: list[PluginInfo]) -> Iterator[str]:
    for info in infos:
        for writer in _list_objects(host, info, "writers"):
            subjects = ", ".join(f"`{one.__name__}`" for one in writer.accepts)
            options = ", ".join(f"`{one.name}`" for one in describe_options(writer.options))
            yield _row(writer.title, f"`{writer.name}`", _suffixes(writer), subjects, options, _plugin(info))


def _loss_rows(host: Host, infos: list[PluginInfo]) -> Iterator[str]:
    for info in infos:
        for writer in _list_objects(host, info, "writers"):
            if writer.loses is not None:
                yield _row(f"`{writer.name}`", ", ".join(writer.loses) or "nothing")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _suffixes(found: Reader | Writer) -> str:
    return ", ".join(f"`{suffix}`" for suffix in found.suffixes)


def _plugin(info: PluginInfo) -> str:
    return "built in" if info.source == BUILT_IN_SOURCE else f"`{info.source.split()[0]}`"


def _guide(info: PluginInfo, reader: Reader) -> str:
    """Return a link to a reader's guide.

    It is the how-to page that names the reader, or else its plugin.
    """
    pages = sorted(
        (ROOT / "docs" / "how-to").glob("*.md"), key=lambda page: (not page.name.startswith("read-"), page.name)
    )
    short = info.name.removeprefix("capbuild-")
    for mark in (f"read-{reader.name}.md", f"read-{short}.md"):
        for page in pages:
            if page.name == mark:
                return f"[{_title(page)}](../how-to/{page.name})"
    marks = (f"`{reader.name}`", f"capbuild[{short}")
    naming = [page for mark in marks for page in pages if mark in page.read_text("utf-8")]
    return f"[{_title(naming[0])}](../how-to/{naming[0].name})" if naming else ""


def _title(page: Path) -> str:
    return page.read_text("utf-8").splitlines()[0].removeprefix("# ")


def main() -> None:
    """Write the pages."""
    FRAMEWORKS.write_text(frameworks_text(), encoding="utf-8", newline="\n")
    PAGE.write_text(gallery_text(default_host()), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
