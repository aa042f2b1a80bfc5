"""The 249 countries and territories of ISO 3166-1, and Kosovo under its user-assigned code."""

from collections.abc import Mapping
from functools import cache

from capbuild.countries.package_data import rows, word_set
from capbuild.errors import UnknownCountry
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country, CountryKind

__all__ = ["WORDS", "all_countries", "country_by_code", "find_code", "numeric_code"]


@cache
def _by_alpha_2() -> Mapping[str, Country]:
    names = {row["alpha_2"]: row["short"] for row in rows("names.csv") if row["language"] == "en"}
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
        for row in rows("countries.csv")
    )


@cache
def _codes() -> dict[str, str]:
    """Every alpha-2, alpha-3 and numeric code -> alpha-2."""
    table = {}
    for row in rows("countries.csv"):
        for column in ("alpha_2", "alpha_3", "numeric"):
            table[row[column]] = row["alpha_2"]
    table.pop("", None)
    return table


@cache
def all_countries() -> tuple[Country, ...]:
    """Return all countries and territories in order of their alpha-2 codes.

    Example:
        >>> len(all_countries()), all_countries()[0]
        (250, Country('AD', 'Andorra'))
    """
    return tuple(_by_alpha_2().values())


def find_code(code: str) -> str | None:
    """Return the alpha-2 code for an alpha-2, alpha-3 or numeric code written as the standard writes it, or None.

    Example:
        >>> find_code("KNA"), find_code("028"), find_code("kna"), find_code("28")
        ('KN', 'AG', None, None)
    """
    return _codes().get(code)


#: Words of three letters or fewer, in one of the five languages: written small they are no code and no acronym, and
#: with a point behind them no name cut short. Each has a frequency of five in a million or more.
WORDS = word_set(
    "ago ala all and ann are arm ata aus ban bel ben bes bio bol bos bra but bye can car che cod col com cri cub "
    "dan den deu dom eau elf est far fer fil fin for geo gin gum guy hel her hun ice ind jam ken les let lie lit "
    "mac mai mar may mic mol mor mus nam nao net nor oma opt pak pan per pit png pol por pri ras rod roi rok rua "
    "sad sei sen ser sir sol som son sou spa sua sue sur svg tan tim ton tri tun us van vat ven vie vir vit zar"
)


def country_by_code(code: str) -> Country:
    """Return the country of an alpha-2, alpha-3 or three-digit numeric code, capital or not.

    Raises:
        UnknownCountry: No country has the code.

    Example:
        >>> country_by_code("SXM"), country_by_code("sx").sovereign
        (Country('SX', 'Sint Maarten'), 'NL')
    """
    found = find_code(str(code).upper())
    if found is None:
        raise UnknownCountry(
            f"{code!r} is no code of ISO 3166-1",
            text=code,
            remedy="give an alpha-2, alpha-3 or three-digit numeric code, or resolve(name) for a name",
        )
    return _by_alpha_2()[found]


def numeric_code(country: Country) -> str | None:
    """Return the three-digit M49 and ISO 3166-1 code; None for a user-assigned country.

    Example:
        >>> numeric_code(country_by_code("AG"))
        '028'
    """
    return _numeric()[country.alpha_2] or None


@cache
def _numeric() -> dict[str, str]:
    return {row["alpha_2"]: row["numeric"] for row in rows("countries.csv")}
