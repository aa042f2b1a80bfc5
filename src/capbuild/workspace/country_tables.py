"""Tables of countries that a programme keeps in `countries/`: spellings settled by hand, and codes of organisations."""

import csv
import io
from pathlib import Path

from capbuild.countries import CodeList, read_code_list, read_overrides
from capbuild.errors import CapbuildError, CountryError, ReadError
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild.plugins import Host
from capbuild.workspace.plain_tables import read_plain

__all__ = ["load_country_tables"]

_SPELLINGS = "spellings.csv"


def load_country_tables(
    folder: Path, host: Host, issues: list[Issue]
) -> tuple[dict[str, CodeList], dict[str, str | None]]:
    """Return the code lists a programme may use, and the spellings it has settled.

    Args:
        folder: The programme's folder. `countries/spellings.csv` is a table as `match_countries(...).to_csv()`
            writes it, corrected by hand; every other `countries/*.csv` is a code list named like the file.
        host: Whose plugins bring further lists.
        issues: Where problems go.
    """
    lists = dict(host.code_lists)
    spellings: dict[str, str | None] = {}
    for path in sorted((folder / "countries").glob("*.csv")):
        name = f"countries/{path.name}"
        try:
            text = _as_written_here(path, name)
            if path.name == _SPELLINGS:
                spellings |= read_overrides(text).codes
            else:
                lists[path.stem] = read_code_list(text, id=path.stem)
        except (CountryError, ReadError, OSError, csv.Error) as error:
            message = error.message if isinstance(error, CapbuildError) else f"{name} cannot be read: {error}"
            remedy = getattr(error, "remedy", None) or "see docs/reference/workspace.md"
            issues.append(
                Issue(code="CB603", severity=Severity.ERROR, message=message, origin=Origin(name), remedy=remedy)
            )
    return lists, spellings


def _as_written_here(path: Path, name: str) -> str:
    """Return a table with commas, from its heads on, however a spreadsheet saved it; no text where it has no heads."""
    table = read_plain(path, name, ("text", "code") if path.name == _SPELLINGS else ("code", "country"))
    stream = io.StringIO()
    csv.writer(stream).writerows([table.heads, *(cells for _, cells in table.filled)] if table.heads else [])
    return stream.getvalue()
