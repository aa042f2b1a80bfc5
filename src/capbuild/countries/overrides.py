"""Manual decisions on names, checked before anything else."""

import csv
import io
from collections.abc import Mapping

from attrs import frozen

from capbuild.countries.normalisation import fold_name
from capbuild.countries.registry import country_by_code
from capbuild.errors import CountryError
from capbuild.escaping import unescape_formula
from capbuild.frozen import FrozenMap


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

    An empty code or None means that the text is not a country.

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

    A row with an empty code and `not a country` in the column `decision` settles that. Other rows without a code are
    open and ignored, so a table can be corrected step by step.

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
