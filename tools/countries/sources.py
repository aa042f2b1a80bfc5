"""Names of countries from installed packages.

The licences of the sources let their rows be shipped.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
LANGUAGES = ("en", "es", "fr", "nl", "pt")


class Name(NamedTuple):
    """One name of one country in one source."""

    code: str
    text: str
    source: str
    language: str = "mul"


def cldr(locales_folder: Path | None) -> Iterator[Name]:
    """Yield CLDR's territory names in Babel's locales.

    Alternative forms that only the CLDR JSON has are included.
    """
    from babel import Locale
    from babel.localedata import locale_identifiers

    for identifier in locale_identifiers():
        locale = Locale.parse(identifier)
        for code, text in locale.territories.items():
            if len(code) == 2:
                yield Name(code, text, "cldr", locale.language)
    if locales_folder is None:
        return
    for path in sorted(locales_folder.glob("main/*/territories.json")):
        tree = json.loads(path.read_text("utf-8"))["main"]
        for tag, content in tree.items():
            for code, text in content["localeDisplayNames"]["territories"].items():
                if code[:2].isalpha():
                    yield Name(code[:2], text, "cldr", tag.split("-")[0])


def countrynames() -> Iterator[Name]:
    """Yield spellings of the MIT-licensed countrynames package."""
    import yaml

    tree = yaml.safe_load((files("countrynames") / "data.yaml").read_text("utf-8"))
    for code, texts in tree.items():
        for text in texts:
            yield Name(code, str(text), "countrynames")


def i18n_iso_countries(folder: Path) -> Iterator[Name]:
    """Yield names of the MIT-licensed i18n-iso-countries package.

    They are in 76 languages.
    """
    for path in sorted((folder / "langs").glob("*.json")):
        for code, texts in json.loads(path.read_text("utf-8"))["countries"].items():
            for text in [texts] if isinstance(texts, str) else texts:
                yield Name(code, text, "i18n-iso-countries", path.stem.split("-")[0])


HDX_COLUMNS = {
    "Preferred Term": "en", "ISO Alt Term": "en", "DGACM Alt Term": "en", "HPC Tools Alt Term": "en",
    "RW Short Name": "en", "RW API Alt Term": "en", "English Short": "en", "French Short": "fr",
    "Spanish Short": "es", "Russian Short": "ru", "Chinese Short": "zh", "Arabic Short": "ar",
    "English Formal": "en", "M49 English": "en", "M49 French": "fr", "M49 Spanish": "es", "M49 Russian": "ru",
    "M49 Chinese": "zh", "M49 Arabic": "ar",
}  # fmt: skip


def hdx_rows() -> Iterator[dict[str, str]]:
    """Yield the rows of the countries taxonomy.

    It has countries and territories, and is in the MIT-licensed hdx-python-country package.
    """
    path = files("hdx.location") / "Countries & Territories Taxonomy MVP - C&T Taxonomy.csv"
    yield from csv.DictReader(path.read_text("utf-8").splitlines())


def hdx() -> Iterator[Name]:
    """Yield the taxonomy's names in the six UN languages."""
    for row in hdx_rows():
        code = row["ISO 3166-1 Alpha 2-Codes"] or {"XKX": "XK"}.get(row["x Alpha3 codes"], "")
        for column, language in HDX_COLUMNS.items():
            if code and row.get(column):
                yield Name(code, row[column], "hdx", language)


def own_aliases() -> Iterator[Name]:
    """Yield names written for this package.

    They are everyday names, abbreviations and renamed states.
    """
    with (HERE / "aliases.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(line for line in lines):
            code, *texts = row
            for text in ",".join(texts).split("|"):
                if len(code) == 2 and text:
                    yield Name(code, text, "own", "own")
