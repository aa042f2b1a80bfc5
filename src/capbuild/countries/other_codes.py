"""Country codes of organisations: FIFA, ITU, user-assigned and in-house."""

import csv
import io
from collections.abc import Mapping
from functools import cache

from attrs import field, frozen

from capbuild.countries.overrides import Overrides, as_overrides
from capbuild.countries.package_data import read_rows
from capbuild.countries.registry import country_by_code
from capbuild.errors import CountryError
from capbuild.escaping import unescape_formula
from capbuild.frozen import FrozenMap
from capbuild.model.country import Country

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
        found = self.codes.get(code)
        return None if found is None else country_by_code(found)

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

    A plugin may add others with a function of this form.

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

    Columns are `code` and `country` (alpha-2 or alpha-3).

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
