"""Manual name decisions, and country codes of organisations.

Decisions come before all other tiers. Codes are those of FIFA and ITU, and of the programme's own lists.
"""

import csv
import io
from collections.abc import Mapping
from functools import cache

from attrs import field, frozen

from capbuild.countries.normalisation import fold_name
from capbuild.countries.registry import country_by_code, read_rows
from capbuild.errors import CountryError
from capbuild.escaping import unescape_formula
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country


@frozen
class Overrides:
    """Manually resolved texts.

    Attributes:
        codes: Folded text -> alpha-2 code; None for a text that is not a country.

    Example:
        >>> as_overrides({"The Rock": "GIB"}).codes["the rock"]
        'GI'
    """

    codes: FrozenMap[str, str | None]

    def __contains__(self, text: str) -> bool:
        return bool(self.codes) and fold_name(text) in self.codes

    def get(self, text: str) -> str | None:
        """Return the alpha-2 code of a text, or None."""
        return self.codes.get(fold_name(text))


def as_overrides(value: "Overrides | Mapping[str, str | None] | None") -> Overrides:
    """Return overrides from a mapping of text to code.

    A text with an empty code or None is not a country.

    Raises:
        UnknownCountry: A code is not one of ISO 3166-1.
    """
    if isinstance(value, Overrides):
        return value
    return Overrides(FrozenMap((fold_name(text), _parse_code(code)) for text, code in (value or {}).items()))


def _parse_code(code: str | None) -> str | None:
    return country_by_code(code.strip()).alpha_2 if code and code.strip() else None


def read_overrides(csv_text: str) -> Overrides:
    r"""Read overrides from CSV text with columns `text` and `code`.

    A row with an empty code and `not a country` under `decision` says that its text is not a country. Other rows
    without a code are ignored, so a table can be corrected step by step.

    Raises:
        CountryError: A column is missing, or a code is not one of ISO 3166-1.

    Example:
        >>> kept = read_overrides("text,code,decision\nThe Rock,GI,\nTest,,not a country\nSt Martin,,\n")
        >>> kept.codes == {"the rock": "GI", "test": None}
        True
    """
    reader = csv.DictReader(io.StringIO(csv_text.removeprefix("\ufeff")))
    if not {"text", "code"} <= set(reader.fieldnames or ()):
        raise CountryError(
            "overrides need the columns text and code",
            text=csv_text[:60],
            remedy="start from the table that match_countries(...).to_csv() writes",
        )
    table: dict[str, str | None] = {}
    for row in reader:
        text, code = unescape_formula(row["text"] or ""), (row["code"] or "").strip()
        if code or (row.get("decision") or "").strip().casefold() == "not a country":
            table[text] = code or None
    return as_overrides(table)


_TITLES = {
    "fifa": "FIFA trigrams (the Americas' participants only)",
    "itu": "ITU letter codes of administrations (the Americas' participants only)",
    "user-assigned": "Codes that ISO 3166-1 leaves to users",
}


def _freeze(codes: Mapping[str, str]) -> FrozenMap[str, str]:
    return FrozenMap((code, country_by_code(country).alpha_2) for code, country in codes.items())


@frozen(kw_only=True)
class CodeList:
    """Country codes of one organisation.

    Attributes:
        id: Short name of the list.
        title: Title, with its coverage.
        codes: Code of the organisation -> alpha-2 code.

    Example:
        >>> own = CodeList(id="office", title="Our regional office", codes={"CAR-01": "JM"})
        >>> own.country("CAR-01"), own.code("JAM")
        (Country('JM', 'Jamaica'), 'CAR-01')
    """

    id: str
    title: str = ""
    codes: FrozenMap[str, str] = field(converter=_freeze)

    def country(self, code: str) -> Country | None:
        """Return the country of a code, or None."""
        official = self.codes.get(code)
        return None if official is None else country_by_code(official)

    def code(self, country: Country | str) -> str | None:
        """Return the organisation's code for a country, or None."""
        wanted = country.alpha_2 if isinstance(country, Country) else country_by_code(country).alpha_2
        return next((code for code, alpha_2 in self.codes.items() if alpha_2 == wanted), None)

    def overrides(self) -> Overrides:
        """Return the codes as overrides for `resolve`."""
        return as_overrides(self.codes)


@cache
def code_lists() -> tuple[CodeList, ...]:
    """Return the code lists of the package.

    A plugin adds others with a function of the same signature.

    Example:
        >>> {codes.id: codes.code("TT") for codes in code_lists()}
        {'fifa': 'TRI', 'itu': 'TRD', 'user-assigned': None}
    """
    table: dict[str, dict[str, str]] = {}
    for row in read_rows("code_lists.csv"):
        table.setdefault(row["list"], {})[row["code"]] = row["alpha_2"]
    return tuple(CodeList(id=name, title=_TITLES[name], codes=codes) for name, codes in table.items())


def read_code_list(csv_text: str, *, id: str, title: str = "") -> CodeList:  # noqa: A002 - the field's name
    r"""Read a code list from CSV text.

    The columns are `code` and `country` (alpha-2 or alpha-3).

    Args:
        csv_text: The table, with a header.
        id: Name of the list, as used in a programme.
        title: Name for people.

    Raises:
        CountryError: A column is missing, or a country is not a code of ISO 3166-1.

    Example:
        >>> read_code_list("code,country\nR7,KNA\n", id="donor").country("R7")
        Country('KN', 'St Kitts and Nevis')
    """
    reader = csv.DictReader(io.StringIO(csv_text.removeprefix("\ufeff")))
    if not {"code", "country"} <= set(reader.fieldnames or ()):
        raise CountryError("a code list needs the columns code and country", text=csv_text[:60])
    return CodeList(id=id, title=title, codes={unescape_formula(row["code"]): row["country"].strip() for row in reader})
