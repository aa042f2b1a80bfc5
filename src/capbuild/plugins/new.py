"""Template of a new plugin, installable and with tests."""

import re
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from capbuild._atomic import write_atomic
from capbuild._version import __version__
from capbuild.errors import PluginError
from capbuild.origin import Origin

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PREFIX = "capbuild-"


class PluginKind(StrEnum):
    """Kind of a new plugin."""

    READER = "reader"
    WRITER = "writer"
    FRAMEWORK = "framework"
    METHOD = "method"
    LANGUAGE = "language"


_DESCRIPTIONS = {
    PluginKind.READER: "Reads surveys as @TITLE@ writes them, for capbuild.",
    PluginKind.WRITER: "Writes scores as @TITLE@ expects them, for capbuild.",
    PluginKind.FRAMEWORK: "The framework @TITLE@ for capbuild.",
    PluginKind.METHOD: "Combines figures as @TITLE@ does, for capbuild.",
    PluginKind.LANGUAGE: "Reports of capbuild in the language `@LANGUAGE@`.",
}
_NEXT = {
    PluginKind.READER: "Change `sniff` to recognise your files and `read` to take them apart, and put a file as it\n"
    "comes in the field among the samples of the test.",
    PluginKind.WRITER: "Change `write` to what your readers need.",
    PluginKind.FRAMEWORK: "What is judged is in `framework.toml` beside it.",
    PluginKind.METHOD: "Change `combine`, and declare in `register_methods` if the order of children counts, or if a\n"
    "better child may lower the figure.",
    PluginKind.LANGUAGE: "Translate the texts of `@LANGUAGE@.json` beside it: each has its English text and an\n"
    "empty one to fill in. Keep the fields in braces. What stays empty is printed in English.",
}


#: Licences with a text, by SPDX id.
LICENSES = ("MIT", "BSD-3-Clause")
_LINES = {"": '# Choose a licence, put its text into a file LICENSE, and name it: license = "MIT"'}
_LINES |= {name: f'license = "{name}"\nlicense-files = ["LICENSE"]' for name in LICENSES}


def _template_files(kind: PluginKind, license_id: str) -> dict[str, str]:
    """Return the templates of a plugin by target path."""
    home = files("capbuild.plugins") / "templates"
    common, own = home / "common", home / kind.value
    contents = {
        "pyproject.toml": common / "pyproject.toml.txt",
        "README.md": common / "README.md.txt",
        "CHANGELOG.md": common / "changelog.md.txt",
        "docs/index.md": common / "docs.md.txt",
        ".gitignore": common / "gitignore.txt",
        ".github/workflows/test.yml": common / "workflow.yml.txt",
        "src/@MODULE@/__init__.py": own / "init.py.txt",
        "tests/test_@MODULE@.py": own / "test.py.txt",
    }
    if license_id:
        contents["LICENSE"] = home / "licenses" / f"{license_id}.txt"
    if kind is PluginKind.FRAMEWORK:
        contents["src/@MODULE@/framework.toml"] = own / "framework.toml.txt"
    return {"src/@MODULE@/py.typed": ""} | {path: text.read_text("utf-8") for path, text in contents.items()}


def new_plugin(
    name: str,
    kind: PluginKind | str,
    folder: str | Path | None = None,
    *,
    license_id: str = "MIT",
    language: str = "",
    texts: str = "{}\n",
) -> tuple[Path, ...]:
    """Write a new plugin into a new or empty folder.

    Args:
        name: Its name in kebab case, such as `ministry-form`; the distribution is `capbuild-ministry-form`.
        kind: Its kind: reader, writer, framework, method or language.
        folder: Target folder; named as the distribution by default.
        license_id: SPDX id of its licence, one of `LICENSES`; empty to choose later.
        language: ISO 639 code of the language that it adds; only for a language.
        texts: Its texts to translate, as `capbuild.reports.language_template` returns them.

    Returns:
        The files written.

    Raises:
        PluginError: CB505, the name is not in kebab case; CB506, the folder is not empty. Nothing is overwritten.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     [path.relative_to(place).as_posix() for path in new_plugin("ministry-form", "reader", place)][-1]
        'tests/test_capbuild_ministry_form.py'
    """
    short = name.removeprefix(_PREFIX)
    if not _NAME.fullmatch(short):
        raise PluginError(
            f"{name!r} is not a valid plugin name",
            plugin=name,
            code="CB505",
            remedy="use small letters, digits and single hyphens, such as ministry-form",
        )
    package = _PREFIX + short
    place = _require_empty(Path(folder) if folder is not None else Path(package), package)
    words = {
        "@LICENSE@": _LINES[license_id],
        "@LICENSE_NOTE@": "" if license_id else ", and choose a licence (`pyproject.toml`)",
        "@DESCRIPTION@": _DESCRIPTIONS[PluginKind(kind)],
        "@NEXT@": _NEXT[PluginKind(kind)],
        "@PACKAGE@": package,
        "@MODULE@": package.replace("-", "_"),
        "@NAME@": short,
        "@SUFFIX@": short.replace("-", ""),
        "@TITLE@": short.replace("-", " ").capitalize(),
        "@VERSION@": __version__,
        "@NEXT_MAJOR@": str(int(__version__.partition(".")[0]) + 1),
        "@LANGUAGE@": language,
    }
    written = {
        _fill_template(path, words): _fill_template(text, words)
        for path, text in _template_files(PluginKind(kind), license_id).items()
    }
    if PluginKind(kind) is PluginKind.LANGUAGE:
        written[f"src/{words['@MODULE@']}/{language}.json"] = texts
    for path, text in sorted(written.items()):
        write_atomic(place / path, text)
    return tuple(place / path for path in sorted(written))


def _require_empty(place: Path, package: str) -> Path:
    """Return a path that is new or an empty folder.

    Raises:
        PluginError: CB506, the path is a file or a folder that is not empty.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise PluginError(
            f"{place} is not empty",
            plugin=package,
            code="CB506",
            origin=Origin(place.as_posix()),
            remedy="choose a folder that does not exist: --folder",
        )
    return place


def _fill_template(text: str, words: dict[str, str]) -> str:
    """Replace placeholders by words, in order."""
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text
