"""One thing has one word: no text of the product uses a word that the translators' glossary gives up."""

import ast
import csv
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = {"es": "Spanish", "fr": "French", "nl": "Dutch", "pt": "Portuguese"}


def rows() -> list[list[str]]:
    """The rows of the glossary's table, without its header."""
    page = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8")
    table = [line.strip().strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in table[2:]]


def words(language: str) -> tuple[list[str], list[str]]:
    """The words of a language that are used, and those that are not."""
    column = 2 * list(LANGUAGES).index(language) + 1
    given_up = [word.strip() for row in rows() for word in row[column + 1].split(";") if word.strip()]
    return [row[column] for row in rows()], given_up


def pattern(word: str) -> re.Pattern[str]:
    """A word, or words in a row, in any case; a star is any ending, and case counts in an acronym."""
    spelt = r"\s".join(re.escape(part).replace(r"\*", r"\w*") for part in word.split())
    return re.compile(rf"(?<!\w){spelt}(?!\w)", 0 if word.isupper() else re.IGNORECASE)


def translated(value: object) -> Iterator[tuple[str, str]]:
    """Language and text of every text in several languages inside a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in LANGUAGES and isinstance(inner, str):
                yield key, inner
            else:
                yield from translated(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from translated(inner)


def strings(value: object) -> Iterator[str]:
    """Every text of a catalogue of one language, but where it comes from."""
    if isinstance(value, str):
        yield re.sub(r"\{[^}]*\}", "…", value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("status", "source"):
                yield from strings(inner)


def in_code(path: Path) -> Iterator[tuple[str, str]]:
    """Texts by language in a module: dictionaries whose keys are languages."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            found = {k.value: v.value for k, v in pairs if isinstance(k, ast.Constant) and isinstance(v, ast.Constant)}
            yield from translated(found)


def in_tables() -> Iterator[tuple[str, str, str]]:
    """Texts of tables: `es:text|pt:text` in a cell of ours, columns such as `title_es` in an example."""
    for path in (ROOT / "src").rglob("*.csv"):
        for language, text in re.findall(r"(?<=[,|])(es|fr|nl|pt):([^|,\n]+)", path.read_text("utf-8-sig")):
            yield language, str(path), text
    for path in ROOT.glob("examples/*/**/*.csv"):
        lines = [line for line in path.read_text("utf-8-sig", errors="replace").splitlines() if "," in line]
        for row in csv.DictReader(line for line in lines if not line.lstrip('"').startswith("Invented")):
            for column, text in row.items():
                if isinstance(text, str) and column and column[-3:].removeprefix("_") in LANGUAGES and "_" in column:
                    yield column[-2:], str(path), text


def read_texts() -> Iterator[tuple[str, str, str]]:
    """Language, file and text of everything that the product says in a language but English."""
    packages = [ROOT / "src", *ROOT.glob("plugins/*/src")]
    for package in packages:
        for path in package.rglob("*.json"):
            if path.stem in LANGUAGES:
                yield from ((path.stem, str(path), text) for text in strings(json.loads(path.read_text("utf-8"))))
        for path in package.rglob("*.py"):
            yield from ((language, str(path), text) for language, text in in_code(path))
    for path in [*ROOT.glob("examples/*/**/*.toml"), *(ROOT / "src").rglob("*.toml")]:
        found = translated(tomllib.loads(path.read_text("utf-8")))
        yield from ((language, str(path), text) for language, text in found)
    yield from in_tables()


@cache
def texts() -> tuple[tuple[str, str, str], ...]:
    return tuple(read_texts())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_uses_a_word_that_is_given_up(language: str) -> None:
    used, given_up = words(language)
    assert len(used) >= 40
    assert len(given_up) >= 30
    patterns = [pattern(word) for word in given_up]
    found = [
        f"{Path(path).relative_to(ROOT)}: {match[0]!r} in {text[:90]!r}"
        for tongue, path, text in texts()
        if tongue == language
        for one in patterns
        for match in one.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_glossary_is_in_use(language: str) -> None:
    """A word that no text has any more would hold translators to nothing."""
    said = "\n".join(text for tongue, _, text in texts() if tongue == language)
    used, given_up = words(language)
    stems = {word: re.sub(r"(\w)(?= |$)", r"\1*", word) for word in used}
    assert [word for word in used if not pattern(stems[word]).search(said)] == []
    assert [(word, bad) for word in used for bad in given_up if pattern(bad).search(word)] == []


def test_french_signs_stay_with_their_word() -> None:
    """An ordinary space before a sign lets a line begin with it: a narrow no-break space, or a no-break space."""
    loose = re.compile(r"\w[»)’]? [;?!»](?=\s|$)|\w[»)’]? :(?=\s)|« \w")
    assert [(Path(path).name, text) for tongue, path, text in texts() if tongue == "fr" and loose.search(text)] == []


def test_texts_are_found_in_every_kind_of_file() -> None:
    for language in LANGUAGES:
        kinds = {Path(path).suffix for tongue, path, _ in texts() if tongue == language}
        assert kinds == {".json", ".py", ".toml", ".csv"}
    assert len(texts()) > 3 * 1500


@pytest.mark.parametrize(
    ("word", "text", "wrong"),
    [
        ("ordenador*", "Análisis de Ordenadores", True),
        ("coste*", "El costo", False),
        ("CERT", "Un CERT regional", True),
        ("CERT", "un certificado, CSIRT", False),
        ("en otro lugar", "sí, en otro lugar", True),
        ("coste*", "acostado", False),
    ],
)
def test_a_planted_word_is_found(word: str, text: str, wrong: bool) -> None:
    assert bool(pattern(word).search(text)) is wrong
