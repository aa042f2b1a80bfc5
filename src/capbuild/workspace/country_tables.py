"""Tables of countries that a programme keeps in `countries/`: spellings settled by hand, and codes of organisations."""

from pathlib import Path

from capbuild.countries import CodeList, read_code_list, read_overrides
from capbuild.errors import CountryError
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild.plugins import Host

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
            text = path.read_text("utf-8-sig")
            if path.name == _SPELLINGS:
                spellings |= read_overrides(text).codes
            else:
                lists[path.stem] = read_code_list(text, id=path.stem)
        except (CountryError, OSError, UnicodeDecodeError) as error:
            message = error.message if isinstance(error, CountryError) else f"{name} cannot be read: {error}"
            remedy = getattr(error, "remedy", None) or "see docs/reference/workspace.md"
            issues.append(
                Issue(code="CB603", severity=Severity.ERROR, message=message, origin=Origin(name), remedy=remedy)
            )
    return lists, spellings
