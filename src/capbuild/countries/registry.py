"""Countries and territories of ISO 3166-1, and Kosovo.

The module also has tile maps, and reads the package's data files once.
"""

import csv
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from capbuild.errors import OptionError, UnknownCountry, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, CountryKind


@cache
def read_rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a CSV file of the package.

    Example:
        >>> read_rows("countries.csv")[0]["alpha_3"]
        'AND'
    """
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


def compressed_text(name: str) -> str:
    """Return the text of a zlib-compressed file of the package."""
    return zlib.decompress((files(__package__) / "data" / name).read_bytes()).decode("utf-8")


@cache
def _index_countries() -> Mapping[str, Country]:
    names = {row["alpha_2"]: row["short"] for row in read_rows("names.csv") if row["language"] == "en"}
    return FrozenMap(
        (
            row["alpha_2"],
            Country(
                alpha_2=row["alpha_2"],
                alpha_3=row["alpha_3"],
                name=names[row["alpha_2"]],
                kind=CountryKind(row["kind"]),
                sovereign=row["sovereign"] or None,
            ),
        )
        for row in read_rows("countries.csv")
    )


@cache
def _index_codes() -> dict[str, str]:
    """Return alpha-2 codes by alpha-2, alpha-3 and numeric code."""
    table = {}
    for row in read_rows("countries.csv"):
        for column in ("alpha_2", "alpha_3", "numeric"):
            table[row[column]] = row["alpha_2"]
    table.pop("", None)
    return table


@cache
def all_countries() -> tuple[Country, ...]:
    """Return all countries and territories, ordered by alpha-2 code.

    Example:
        >>> len(all_countries()), all_countries()[0]
        (250, Country('AD', 'Andorra'))
    """
    return tuple(_index_countries().values())


def find_code(code: str) -> str | None:
    """Return the alpha-2 code of an ISO code, or None.

    The code must be written as in the standard: capitals, or three digits.

    Example:
        >>> find_code("KNA"), find_code("028"), find_code("kna"), find_code("28")
        ('KN', 'AG', None, None)
    """
    return _index_codes().get(code)


#: Words of up to three letters in one of the five languages. In lower case they are not codes or acronyms, and with a
#: point not abbreviated names. Each has a frequency of at least five per million.
WORDS = word_set(
    "ago ala all and ann are arm ata aus ban bel ben bes bio bol bos bra but bye can car che cod col com cri cub "
    "dan den deu dom eau elf est far fer fil fin for geo gin gum guy hel her hun ice ind jam ken les let lie lit "
    "mac mai mar may mic mol mor mus nam nao net nor oma opt pak pan per pit png pol por pri ras rod roi rok rua "
    "sad sei sen ser sir sol som son sou spa sua sue sur svg tan tim ton tri tun us van vat ven vie vir vit zar"
)


def country_by_code(code: str) -> Country:
    """Return the country with an ISO code, in any case.

    Raises:
        UnknownCountry: No country has the code.

    Example:
        >>> country_by_code("SXM"), country_by_code("sx").sovereign
        (Country('SX', 'Sint Maarten'), 'NL')
    """
    alpha_2 = find_code(str(code).upper())
    if alpha_2 is None:
        raise UnknownCountry(
            f"{code!r} is not a code of ISO 3166-1",
            text=code,
            remedy="give an alpha-2, alpha-3 or three-digit numeric code, or resolve(name) for a name",
        )
    return _index_countries()[alpha_2]


@cache
def _load_maps() -> Mapping[str, FrozenMap[str, tuple[int, int]]]:
    table: dict[str, dict[str, tuple[int, int]]] = {}
    for row in read_rows("tiles.csv"):
        for tile in row["tiles"].split():
            column, _, code = tile.partition(":")
            table.setdefault(row["map"], {})[code] = (int(column), int(row["row"]))
    return {name: FrozenMap(places) for name, places in table.items()}


def tiles(map: str = "americas") -> Mapping[str, tuple[int, int]]:  # noqa: A002 - the plain word
    """Return (column, row) by alpha-2 code, from the upper left.

    Positions were made for this package. They are near a country's location, and imply nothing about borders.

    Raises:
        OptionError: There is no such map.

    Example:
        >>> tiles()["KN"], tiles()["MX"], len(tiles("world"))
        ((8, 3), (0, 1), 250)
    """
    maps = _load_maps()
    if map not in maps:
        raise OptionError(f"no tile map {map!r}{did_you_mean(map, maps)}", remedy=f"one of {', '.join(maps)}")
    return maps[map]
