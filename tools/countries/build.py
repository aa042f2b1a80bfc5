"""Builder of the data of `capbuild.countries`.

All sources are permitted.

    python tools/countries/build.py --i18n FOLDER --cldr-json FOLDER --cldr-core FOLDER

FOLDER are unpacked npm packages (i18n-iso-countries, cldr-localenames-full, cldr-core); the dependency group `build`
must be installed. Nothing is downloaded, and the same sources give the same files.
"""

from __future__ import annotations

import argparse
import csv
import sys
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import display_names
import sources
from other_meanings import is_elsewhere, is_language, is_word, places_within, region_names, subdivisions
from registry import code_rows
from sources import HERE, LANGUAGES, Name

from capbuild.countries.index import CONCEPTS, FORM_WORDS, concept_key, to_concepts
from capbuild.countries.name_matching import adjectives
from capbuild.countries.normalisation import fold_name

DATA = Path(__file__).parents[2] / "src/capbuild/countries/data"
#: Folded text -> alpha-2 code -> where it is from, as `source:language`.
Claims = dict[str, dict[str, set[str]]]


def display_rows(codes: list[str]) -> tuple[list[tuple[str, ...]], list[Name]]:
    short = display_names.short_names(codes)
    official, article = display_names.official_names(short), display_names.articles()
    table, names = [], []
    for code in codes:
        for language in LANGUAGES:
            long = official.get((code, language), "")
            table.append((code, language, short[code, language], long, article.get((language, code), "")))
            names += [Name(code, text, "display", language) for text in {short[code, language], long} if text]
    return table, names


def reserved() -> Iterator[tuple[str, str]]:
    """Yield ambiguous and refused names, folded, with their kind."""
    for name in ("ambiguous.csv", "refused.csv"):
        with (DATA / name).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                yield from ((row.get("kind", "ambiguous"), fold_name(text)) for text in row["texts"].split("|"))


def reserved_keys() -> set[str]:
    """Return the concept keys of reserved place names."""
    named = (to_concepts(text) for kind, text in reserved() if kind not in ("none", "city"))
    return {concept_key(words) for words in named if words and not set(words) <= FORM_WORDS}


def cities(codes: set[str]) -> Iterator[tuple[str, str]]:
    """Yield folded city names with their country.

    Time zones are named for these cities; names are in the five languages.
    """
    from babel import Locale
    from babel.core import get_global

    names: dict[str, set[str]] = defaultdict(set)
    for zone, code in get_global("zone_territories").items():
        entries = (Locale.parse(language).time_zones.get(zone, {}) for language in LANGUAGES)
        for text in (zone.rpartition("/")[2].replace("_", " "), *(entry.get("city", "") for entry in entries)):
            names[fold_name(text)].add(code)
    return ((text, min(held)) for text, held in names.items() if text and len(held) == 1 and held <= codes)


def is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(letter, "") for letter in text if letter.isalpha())


def gather(names: Iterable[Name], codes: set[str], blocked: set[str]) -> Claims:
    """Return folded names -> code -> sources.

    Codes, blocked texts and very short texts are left out.
    """
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name in names:
        text = fold_name(name.text)
        scrap = len(text) < 4 and is_latin(text) and name.source not in ("own", "display")
        if name.code in codes and text and text not in blocked and not scrap and not text.isdigit():
            found[text][name.code].add(f"{name.source}:{name.language}")
    return found


def settle(found: Claims) -> tuple[dict[str, str], Claims]:
    """Return texts of one country, and disputed ones.

    Sources give a disputed text to several countries; our own names decide.
    """
    settled, disputed = {}, {}
    for text, claims in found.items():
        ours = {code for code, places in claims.items() if any(p.startswith(("own", "display")) for p in places)}
        if len(ours or claims) == 1:
            settled[text] = next(iter(ours or claims))
        else:
            disputed[text] = {code: {p.split(":")[1] for p in claims[code]} for code in ours or claims}
    return settled, disputed


def region_rows(codes: set[str]) -> Iterator[tuple[str, ...]]:
    """Yield the M49 regions with their members.

    They come from the taxonomy; titles come from CLDR.
    """
    from babel import Locale

    members: dict[str, set[str]] = defaultdict(set)
    for row in sources.hdx_rows():
        code = row["ISO 3166-1 Alpha 2-Codes"]
        for column in ("Region Code", "Sub-region Code", "Intermediate Region Code"):
            if code in codes and row[column]:
                members[row[column].zfill(3)].add(code)
    titles = {language: Locale.parse(language).territories for language in LANGUAGES}
    members.pop("830")  # the Channel Islands are no region of their own in the standard
    for region, found in sorted(members.items()):
        title = "|".join(f"{language}:{names[region]}" for language, names in titles.items() if region in names)
        yield f"M49:{region}", "region", title, "United Nations M49, in the HDX taxonomy", " ".join(sorted(found))


def key_table(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return concept key -> code for the texts.

    Keys that two countries share are left out.
    """
    claims: dict[str, set[str]] = defaultdict(set)
    for text, code in texts:
        words = to_concepts(text)
        if max(map(len, words), default=0) > 2 and (len(set(words)) > 1 or words[0] not in CONCEPTS):
            claims[concept_key(words)].add(code)
    return {key: min(codes) for key, codes in claims.items() if len(codes) == 1}


def _languages(claims: dict[str, set[str]]) -> str:
    return " ".join(f"{code}:{','.join(sorted(languages))}" for code, languages in sorted(claims.items()))


def section(title: str, pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    lists: dict[str, list[str]] = defaultdict(list)
    for text, code in sorted(pairs):
        lists[code].append(text)
    yield f"[{title}]"
    yield from (f"{code}={'|'.join(texts)}" for code, texts in sorted(lists.items()))


def write_csv(name: str, head: tuple[str, ...], table: Iterable[tuple[str, ...]]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(table)


def without_other_meanings(found: Claims, owners: dict[str, str]) -> tuple[Claims, Claims]:
    """Leave out names with another meaning.

    They are parts of a country, languages, words and dissolved states.

    Return the rest, and the names that mean a country only in a text of their own language. Names of the five
    languages and our own stay as they are.
    """
    within, barred = places_within(), reserved_keys()
    kept: Claims = {}
    by_language: Claims = {}
    for text, claims in found.items():
        places = {place for where in claims.values() for place in where}
        left = {code: where for code, where in claims.items() if not (code == "BQ" and "antil" in text)}
        if places == {"countrynames:mul"} and (text in within or concept_key(to_concepts(text)) in barred):
            continue
        if not left or is_common(places) or len(left) > 1:
            kept |= {text: left} if left else {}
            continue
        code = next(iter(left))
        spoken = {place.split(":")[1] for place in places} - {"mul"}
        if not means_another(text, code, spoken, owners):
            kept[text] = left
        elif spoken:
            by_language[text] = {code: spoken}
    return kept, by_language


def means_another(text: str, code: str, spoken: set[str], owners: dict[str, str]) -> bool:
    """Return whether a name also means something else.

    It is a language, a word or a place elsewhere in the languages that use it for a country.
    """
    if is_language(text, spoken) or is_elsewhere(text, code, owners.get(code, code)):
        return True
    return is_word(text, spoken) and adjectives().get(text) != code  # people may stand for their country


def is_common(places: set[str]) -> bool:
    """Return whether a name is common.

    It is in one of the five languages, or is our own.
    """
    return any(place.split(":")[1] in (*LANGUAGES, "own") or place.startswith("hdx") for place in places)


def elsewhere(names: dict[str, str], owners: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield names shared with another country's subdivision, and that country."""
    for text, code in names.items():
        others = subdivisions().get(text, set()) - {code, owners.get(code, code)}
        if others:
            yield text, " ".join(sorted(others))


def index_lines(found: Claims, by_language: Claims, owners: dict[str, str]) -> Iterator[str]:
    """Yield the lines of the index.

    See `capbuild.countries.index` for its sections.
    """
    settled, disputed = settle(found)
    disputed |= by_language
    common = {text: code for text, code in settled.items() if is_common(found[text][code])}
    keys = {key: code for key, code in key_table(common.items()).items() if " " in key or key not in settled}
    yield "# Folded names of countries by alpha-2 code; made by tools/countries/build.py, licences in LICENCES.md."
    yield from section("names", common.items())
    yield from section("other", ((text, code) for text, code in settled.items() if text not in common))
    yield from section("keys", keys.items())
    regions = region_names() - settled.keys()
    taken = {*settled, *disputed, *regions, *(text for _, text in reserved())}
    places = cities({code for claims in found.values() for code in claims})
    yield from section(
        "cities", (p for p in places if p[0] not in taken and concept_key(to_concepts(p[0])) not in settled)
    )
    yield from ("[regions]", f"-={'|'.join(sorted(regions))}", "[disputed]")
    yield from (f"{_languages(claims)}={text}" for text, claims in sorted(disputed.items()))
    yield from section("elsewhere", elsewhere(common, owners))
    print(len(common), "common names,", len(settled), "in all,", len(keys), "keys,", len(disputed), "disputed")


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--i18n", type=Path, required=True)
    parser.add_argument("--cldr-json", type=Path, required=True)
    parser.add_argument("--cldr-core", type=Path, required=True)
    options = parser.parse_args(argv)
    table = code_rows(options.cldr_core)
    codes = [row[0] for row in table]
    write_csv("countries.csv", ("alpha_2", "alpha_3", "numeric", "kind", "sovereign"), table)
    display, shown = display_rows(codes)
    write_csv("names.csv", ("alpha_2", "language", "short", "official", "article"), display)
    write_csv("m49.csv", ("id", "kind", "title", "source", "countries"), region_rows(set(codes)))
    everything = chain(
        shown, sources.own_aliases(), sources.cldr(options.cldr_json), sources.hdx(),
        sources.i18n_iso_countries(options.i18n), sources.countrynames(),
    )  # fmt: skip
    owners = {row[0]: row[4] for row in table if row[4]}
    found = gather(everything, set(codes), {text for _, text in reserved()})
    text = "\n".join(index_lines(*without_other_meanings(found, owners), owners)) + "\n"
    (HERE / "index.txt").write_text(text, encoding="utf-8")
    (DATA / "index.txt.z").write_bytes(zlib.compress(text.encode(), 9))


if __name__ == "__main__":
    main(sys.argv[1:])
