"""Short and official names in five languages.

They have their articles. Short names come from CLDR; the rest is written here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from sources import HERE, LANGUAGES

OF = {
    "republic": {
        "en": "Republic of",
        "es": "República de",
        "fr": "République de",
        "nl": "Republiek",
        "pt": "República",
    },
    "kingdom": {"en": "Kingdom of", "es": "Reino de", "fr": "Royaume de", "nl": "Koninkrijk", "pt": "Reino"},
}
#: Spanish official names of these states take the article of the country.
SPANISH_ARTICLE = {"EC", "PE", "PY", "IQ", "YE", "CM", "TD", "SN", "SD"}
VOWELS = tuple("AEIOUÉÈÂÎÔÅÁH")


def rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def articles() -> dict[tuple[str, str], str]:
    return {(r["language"], code): r["article"] for r in rows("articles.csv") for code in r["codes"].split()}


def short_names(codes: list[str]) -> dict[tuple[str, str], str]:
    from babel import Locale

    chosen = {(r["alpha_2"], r["language"]): r["short"] for r in rows("short.csv")}
    for language in LANGUAGES:
        territories = Locale.parse(language).territories
        for code in codes:
            text = territories[code]
            if language == "en":
                text = text.replace(" & ", " and ").replace("St. ", "St ")
            chosen.setdefault((code, language), text)
    return chosen


def official_names(short: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    article, official = articles(), {}
    for row in rows("official.csv"):
        code, form = row["alpha_2"], row["form"]
        for language in LANGUAGES:
            name = short[code, language]
            if form == "short":
                official[code, language] = name
            elif form and not row[language]:
                official[code, language] = _of(language, form, name, article.get((language, code), ""), code)
            else:
                official[code, language] = row[language]
    return official


def _of(language: str, form: str, name: str, article: str, code: str) -> str:
    head = OF[form][language]
    if language == "en":
        return f"{head} {'the ' if article else ''}{name}"
    if language == "nl":
        return f"{head} {name}"
    if language == "es":
        return f"{head}l {name}" if code in SPANISH_ARTICLE else f"{head} {name}"
    if language == "pt":
        return f"{head} {({'o': 'do', 'a': 'da', 'os': 'dos', 'as': 'das'}).get(article, 'de')} {name}"
    return _french(head.removesuffix(" de"), name, article)


def _french(head: str, name: str, article: str) -> str:
    if name.startswith(VOWELS) and name != "Honduras":
        return f"{head} d’{name}"
    return f"{head} {({'le': 'du', 'les': 'des'}).get(article, 'de')} {name}"
