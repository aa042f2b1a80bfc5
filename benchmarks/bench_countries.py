"""Comparison of `capbuild.countries` with its peers.

All get the same names in one run.

    python benchmarks/bench_countries.py CORPUS_FOLDER [--part all|tune|held]
    python benchmarks/bench_countries.py --generated [--most 2000] [--only capbuild]

CORPUS_FOLDER holds `names_open.csv` and `seed_participants.csv`. The open file is divided by a hash of country and
source; rules were tuned on one part only. `--generated` tries the texts of `country_cases.py` instead, at most so many
of each set, drawn by chance (0 for all). Peers that are not installed are left out: country_converter (with pandas
before 3), hdx-python-country, countryguess, countrynames, pycountry.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import logging
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from country_cases import CASES, Case

Row = dict[str, str]
Resolver = Callable[[str], str]

APART = {"historical", "ambiguous", "in_sentence", "sentence", "constituent"}
NO_COUNTRY = {"non_country", "subdivision", "city"}
TYPOS = {"typo1", "typo2"}
#: Sources that are CLDR, or feed the index.
TIED = ("countrynames", "i18n", "derived:i18n", "babel", "derived:babel", "cldr", "countrycode:cldr", "hdx")


def part_of(row: Row) -> str:
    digest = hashlib.sha256(f"{row['expected_iso3']}|{row['source']}".encode()).digest()
    return "tune" if digest[0] % 2 else "held"


def capbuild(*, accept_typos: bool = False) -> Resolver:
    from capbuild.countries import resolve
    from capbuild.errors import CountryError

    def find(name: str) -> str:
        try:
            return resolve(name, accept_typos=accept_typos).country.alpha_3
        except CountryError:
            return ""

    return find


def country_converter() -> Resolver:
    convert = import_module("country_converter").CountryConverter().convert

    def find(name: str) -> str:
        found = convert(names=name, to="ISO3", not_found="none")
        return found if isinstance(found, str) and found != "none" else ""

    return find


def hdx_fuzzy() -> Resolver:
    country = import_module("hdx.location.country").Country
    country.countriesdata(use_live=False)
    return lambda name: country.get_iso3_country_code_fuzzy(name)[0] or ""


def countryguess() -> Resolver:
    guess = import_module("countryguess").guess_country
    return lambda name: guess(name, default="", attribute="iso3") or ""


def countrynames(*, fuzzy: bool) -> Resolver:
    to_code = import_module("countrynames").to_code_3

    def find(name: str) -> str:
        try:
            return to_code(name, fuzzy=fuzzy) or ""
        except KeyError:
            return ""

    return find


def pycountry_lookup() -> Resolver:
    lookup = import_module("pycountry").countries.lookup

    def find(name: str) -> str:
        try:
            return lookup(name).alpha_3
        except LookupError:
            return ""

    return find


RESOLVERS: dict[str, Callable[[], Resolver]] = {
    "capbuild": capbuild,
    "capbuild, typos accepted": lambda: capbuild(accept_typos=True),
    "countrynames": lambda: countrynames(fuzzy=False),
    "countrynames fuzzy": lambda: countrynames(fuzzy=True),
    "countryguess": countryguess,
    "country_converter": country_converter,
    "hdx-python-country fuzzy": hdx_fuzzy,
    "pycountry lookup": pycountry_lookup,
}


def measured(find: Resolver, rows: list[Row]) -> tuple[list[str], float]:
    """Return each name's result, and names a second.

    Everything is loaded before.
    """
    find("Peru")
    find("Xyzzy land")
    start = time.perf_counter()
    found = [_safely(find, row["name"]) for row in rows]
    return found, len(rows) / (time.perf_counter() - start)


def _safely(find: Resolver, name: str) -> str:
    try:
        return find(name)
    except Exception:  # noqa: BLE001 - a peer that breaks on a name has not resolved it
        return ""


def figures(rows: list[Row], found: list[str], participants: set[str]) -> Iterator[str]:
    pairs = list(zip(rows, found, strict=True))
    named = [(r, f) for r, f in pairs if r["kind"] not in APART | NO_COUNTRY]
    spelt = [(r, f) for r, f in named if r["kind"] not in TYPOS]
    yield share(spelt)
    yield share(named)
    yield share([(r, f) for r, f in spelt if not r["source"].startswith(TIED)])
    wrong = sum(f not in ("", r["expected_iso3"]) for r, f in named)
    yield f"{wrong} ({wrong / len(named):.2%})"
    yield share([(r, f) for r, f in pairs if r["kind"] in NO_COUNTRY])
    ambiguous = [f for r, f in pairs if r["kind"] == "ambiguous"]
    yield f"{sum(map(bool, ambiguous))} of {len(ambiguous)}"
    yield share([(r, f) for r, f in spelt if r["expected_iso3"] in participants])


def share(pairs: list[tuple[Row, str]]) -> str:
    return f"{sum(f == r['expected_iso3'] for r, f in pairs) / len(pairs):.1%}" if pairs else "-"


HEAD = (
    "library", "right, spelt", "right, all", "right, not tied", "wrong country", "no country refused",
    "ambiguous guessed", "participants", "names/s",
)  # fmt: skip


def suggested_first(rows: list[Row]) -> str:
    from capbuild.countries import country_by_code, match_countries

    typos = [row for row in rows if row["kind"] == "typo1"]
    column = match_countries([row["name"] for row in typos])
    refused = [row for row in typos if row["name"] in column.unresolved]
    first = [
        country_by_code(codes[0]).alpha_3 == row["expected_iso3"]
        for row in refused
        if (codes := column.unresolved[row["name"]].candidates)
    ]
    return f"{sum(first)} of {len(refused)} ({sum(first) / len(refused):.1%})"


def speed() -> Iterator[tuple[str, str]]:
    from capbuild.countries import resolve

    names = ["Jamaica", "Trinidad and Tobago", "Curaçao", "República Dominicana", "St Kitts and Nevis", "Perú", "KNA"]
    start = time.perf_counter()
    for name in names * 3_000:
        resolve(name)
    yield "exact path, names/s", f"{len(names) * 3_000 / (time.perf_counter() - start):,.0f}"
    find = capbuild()
    for label, text in {
        "10,000 letters": "a" * 10_000,
        "200 brackets": "(" * 200,
        "200 misspelt": "xy zw " * 33,
    }.items():
        best = min(_seconds(find, text) for _ in range(20))
        yield f"refusing {label}, µs", f"{best * 1e6:.0f}"


def _seconds(find: Resolver, text: str) -> float:
    start = time.perf_counter()
    find(text)
    return time.perf_counter() - start


def slowest(rows: list[Row]) -> str:
    find = capbuild()
    times = sorted(min(_seconds(find, row["name"]) for _ in range(3)) for row in rows)
    return f"{times[len(times) // 2] * 1e6:.1f} / {times[int(len(times) * 0.99)] * 1e6:.0f}"


def resolvers(only: str = "") -> Iterator[tuple[str, Resolver | str]]:
    """Yield each library's name and resolver.

    A library that is not run has the reason instead.
    """
    for label, make in RESOLVERS.items():
        if label.startswith(only):
            try:
                yield label, make()
            except (ImportError, TypeError) as error:
                yield label, f"not run: {error}"


def drawn(make: Callable[[], Iterator[Case]], most: int) -> list[Case]:
    cases = list(dict.fromkeys(make()))
    return random.Random(20171231).sample(cases, most) if 0 < most < len(cases) else cases


def on_generated(most: int, only: str) -> None:
    """Print the results of generated sets.

    For each set, they are the share that is right, and how many name another country.
    """
    sets = {label: drawn(make, most) for label, make in CASES.items()}
    print(f"| library | {' | '.join(f'{label} ({len(cases):,})' for label, cases in sets.items())} |")
    print(f"|{' --- |' * (len(sets) + 1)}")
    for label, find in resolvers(only):
        if isinstance(find, str):
            print(f"| {label} | {find} |")
            continue
        cells = []
        for cases in sets.values():
            found = [_safely(find, text) for text, _ in cases]
            right = sum(got == code for (_, code), got in zip(cases, found, strict=True))
            wrong = sum(got not in ("", code) for (_, code), got in zip(cases, found, strict=True))
            cells.append(f"{right / len(cases):.1%}, {wrong} wrong")
        print(f"| {label} | {' | '.join(cells)} |", flush=True)


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--part", choices=("all", "tune", "held"), default="held")
    parser.add_argument("--generated", action="store_true")
    parser.add_argument("--most", type=int, default=2_000)
    parser.add_argument("--only", default="", help="libraries whose name begins so")
    options = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    if options.generated:
        on_generated(options.most, options.only)
        return
    if options.corpus is None:
        parser.error("name the folder of the corpus, or --generated")
    start = time.perf_counter()
    find = capbuild()
    imported = time.perf_counter() - start
    find("Xyzzy land")
    first = time.perf_counter() - start - imported
    with (options.corpus / "names_open.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if options.part in ("all", part_of(row))]
    with (options.corpus / "seed_participants.csv").open(encoding="utf-8", newline="") as lines:
        participants = {row["iso3"] for row in csv.DictReader(lines)}
    print(f"part: {options.part}, {len(rows):,} names\n")
    print(f"| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}")
    for label, resolver in resolvers(options.only):
        if isinstance(resolver, str):
            print(f"| {label} | {resolver} |")
            continue
        found, rate = measured(resolver, rows)
        print(f"| {' | '.join((label, *figures(rows, found, participants), f'{rate:,.0f}'))} |")
    print(f"\none-letter errors refused, the right country suggested first: {suggested_first(rows)}")
    print(f"p50 / p99 of one name, µs: {slowest(rows)}")
    print(f"import {imported * 1e3:.0f} ms, first resolve {first * 1e3:.0f} ms")
    print("\n".join(f"{label}: {value}" for label, value in speed()))


if __name__ == "__main__":
    main(sys.argv[1:])
