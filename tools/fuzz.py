"""Coverage-guided fuzzing of whatever is read.

The result of each input must be a reading that adds up, or an error of capbuild.

libFuzzer, through atheris, changes small inputs and keeps those that reach new lines of `capbuild` and its plugins.
Atheris is installed for this command alone:

    uv run --with atheris python -m tools.fuzz tables --seconds 600
    uv run --with atheris python -m tools.fuzz tables --smallest    # the fewest inputs of the corpus, in a new folder

The corpus stays in `build/fuzz`, since it grows from samples of several licences. A finding is written there as
`crash-...` or `timeout-...`; what was mended is kept in `tests/data/fuzz`, and read by `tests/property/test_fuzz.py`.
"""

import argparse
import importlib
import io
import pkgutil
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: Endings of text formats; the first byte of an input chooses one.
TEXTS = (
    "csv",
    "tsv",
    "txt",
    "json",
    "jsonl",
    "geojson",
    "xml",
    "yaml",
    "lss",
    "lsq",
    "qsf",
    "dcf",
    "dat",
    "eml",
    "html",
)
#: Endings of binary formats, likewise.
BINARIES = ("xlsx", "xls", "ods", "zip", "parquet", "docx", "pdf", "csdb", "sav", "dta")
#: Commands that only read; the others have folders of their own, and are tested by killing them.
COMMANDS = ("inspect", "country", "validate", "check", "status", "framework", "explain", "verify", "map", "convert")
_BOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',  # noqa: E501
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Answers" sheetId="1" r:id="r1"/></sheets></workbook>',  # noqa: E501
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',  # noqa: E501
}


def fuzz_read(content: bytes, name: str) -> None:
    """Read a file, and use the result.

    Raises:
        AssertionError: Its cells do not add up.
    """
    import capbuild as cb
    from capbuild.plugins import ReadLimits

    try:
        survey = cb.read(content, name=name, limits=ReadLimits(file_size=1_000_000, unpacked_size=4_000_000))
    except cb.CapbuildError:
        return
    assert survey.reconciliation.adds_up, survey.reconciliation
    survey.wide()
    repr(survey)


def fuzz_tables(content: bytes) -> None:
    """Read text of the format that the first byte chooses."""
    if content:
        fuzz_read(content[1:], f"a.{TEXTS[content[0] % len(TEXTS)]}")


def fuzz_binaries(content: bytes) -> None:
    """Read bytes of the format that the first byte chooses."""
    if content:
        fuzz_read(content[1:], f"a.{BINARIES[content[0] % len(BINARIES)]}")


def fuzz_workbooks(content: bytes) -> None:
    """Read a workbook whose only sheet is the input."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in _BOOK.items():
            archive.writestr(name, text)
        archive.writestr("xl/worksheets/sheet1.xml", content)
    fuzz_read(packed.getvalue(), "a.xlsx")


def fuzz_documents(content: bytes) -> None:
    """Load a document, write it, and load it again.

    Raises:
        AssertionError: The second is not the first.
    """
    import capbuild as cb

    try:
        value = cb.loads(content.decode("utf-8", "replace"), name="a.json")
    except cb.CapbuildError:
        return
    assert cb.loads(cb.dumps(value), name="b.json") == value


def fuzz_frameworks(content: bytes) -> None:
    """Read a framework in a format.

    The first byte chooses TOML, a tree or a spreadsheet.
    """
    import capbuild as cb

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("a." + ("toml", "csv", "json", "yaml")[content[0] % 4 if content else 0])
        path.write_bytes(content[1:])
        with suppress(cb.CapbuildError):
            cb.read_framework(path)


def fuzz_countries(content: bytes) -> None:
    """Resolve a text as a country, and find countries."""
    from capbuild.countries import find_countries, resolve
    from capbuild.errors import CountryError

    text = content.decode("utf-8", "replace")
    list(find_countries(text))
    for typos in (False, True):
        with suppress(CountryError):
            assert resolve(text, accept_typos=typos).country.alpha_3


def fuzz_folders(content: bytes) -> None:
    """Open, collect and check a small programme.

    The first byte chooses a file that is replaced.
    """
    import capbuild as cb

    with tempfile.TemporaryDirectory() as folder:
        files = _programme()
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text)
        (Path(folder) / sorted(files)[content[0] % len(files) if content else 0]).write_bytes(content[1:])
        with suppress(cb.CapbuildError):
            workspace = cb.open_workspace(folder)
            workspace.validate()
            workspace.check()


_FILES: dict[str, bytes] = {}


def _programme() -> dict[str, bytes]:
    if not _FILES:
        import capbuild as cb

        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "framework.csv").write_text(
                "id,indicator,1,2\nA1,Law,drafted,in force\nA2,Staff,some,enough\n", "utf-8"
            )
            (place / "returns.csv").write_text(
                "country,date,Law,Staff\nPeru,2025-03-01,2,1\nChile,2025-03-02,1,1\n", "utf-8"
            )
            made = place / "programme"
            cb.new_programme(made, place / "framework.csv", returns=place / "returns.csv")
            kept = (one for one in made.rglob("*") if one.is_file() and "out" not in one.relative_to(made).parts)
            _FILES.update({str(one.relative_to(made)): one.read_bytes() for one in kept})
    return _FILES


def fuzz_commands(content: bytes) -> None:
    """Call a command with words from the input.

    Only the file `a.csv` exists.
    """
    import os

    from click.testing import CliRunner

    from capbuild.cli.app import app

    words = content.decode("utf-8", "replace").replace("\0", "").split("\n")
    inside = [word for word in words[1:8] if ".." not in word and not word.startswith(("/", "~"))]
    command = COMMANDS[len(words[0]) % len(COMMANDS)]
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            Path("a.csv").write_text("country,law\nPeru,yes\n", "utf-8")
            done = CliRunner().invoke(app, [command, *inside])
        finally:
            os.chdir(before)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception


TARGETS: dict[str, Callable[[bytes], None]] = {
    name.removeprefix("fuzz_"): value
    for name, value in sorted(globals().items())
    if name.startswith("fuzz_") and name != "fuzz_read"
}


def list_seeds(target: str) -> Iterator[bytes]:
    """Yield small existing samples as first inputs."""
    folders = [ROOT / "tests", ROOT / "examples", *ROOT.glob("plugins/*/tests"), *ROOT.glob("plugins/*/src")]
    files = [one for folder in folders for one in folder.rglob("*.*") if one.is_file() and one.stat().st_size < 6_000]
    endings = {
        "tables": TEXTS,
        "binaries": BINARIES,
        "documents": ("json",),
        "frameworks": ("toml", "csv", "json", "yaml"),
    }
    for path in sorted(files):
        ending = path.suffix[1:].lower()
        if ending in endings.get(target, ()):
            chosen = () if target == "documents" else (endings[target].index(ending),)
            yield bytes(chosen) + path.read_bytes()
    if target in {"binaries", "workbooks"}:
        yield from _list_written(target)
    if target == "countries":
        from capbuild.countries import all_countries

        yield from (one.name.encode() for one in all_countries())
    if target == "folders":
        yield from (bytes([place]) + text for place, (_, text) in enumerate(sorted(_programme().items())))
    if target == "commands":
        for place in range(len(COMMANDS)):
            yield ("x" * place + "\na.csv\n--json").encode()


def _list_written(target: str) -> Iterator[bytes]:
    """Yield a small survey in binary formats.

    For workbooks, yield the sheets.
    """
    import capbuild as cb

    survey = cb.read(b"country,date,law,staff,share\nPeru,2025-03-01,yes,12,45 %\nChile,,no,,30 %\n", name="a.csv")
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("xlsx", "parquet", "sav", "dta"):
            path = Path(folder) / f"a.{ending}"
            cb.write(survey, path)
            content = path.read_bytes()
            if target == "binaries" and ending in BINARIES:
                yield bytes([BINARIES.index(ending)]) + content
            if target == "workbooks" and ending == "xlsx":
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    yield from (archive.read(one) for one in archive.namelist() if "worksheets/sheet" in one)


def main() -> None:
    """Run one target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument(
        "--corpus", type=Path, help="folder of inputs that reach new lines; build/fuzz/TARGET if absent"
    )
    parser.add_argument(
        "--smallest", action="store_true", help="keep the fewest inputs of the corpus that reach the same"
    )
    arguments = parser.parse_args()
    import atheris  # type: ignore[import-not-found, import-untyped, unused-ignore]

    names = ["capbuild", *(one.name for one in pkgutil.iter_modules() if one.name.startswith("capbuild_"))]
    with atheris.instrument_imports(include=names):  # modules load on first use, so each is imported here
        for name in names:
            for one in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
                if not one.name.endswith("__main__") and ".testing" not in one.name:
                    importlib.import_module(one.name)
    warnings.simplefilter("ignore")
    folder = arguments.corpus or ROOT / "build" / "fuzz" / arguments.target
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(list_seeds(arguments.target)):
        (folder / f"seed-{number:04}").write_bytes(content)
    words = [sys.argv[0], f"-artifact_prefix={folder.parent}/", "-timeout=200", "-rss_limit_mb=3000", "-max_len=8192"]
    if arguments.smallest:
        small = folder.with_name(f"{folder.name}-smallest")
        small.mkdir(exist_ok=True)
        words += ["-merge=1", str(small), str(folder)]
    else:
        words += [f"-max_total_time={arguments.seconds}", str(folder)]
    atheris.Setup(words, TARGETS[arguments.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
