"""Definition rows from sheets or JSON: cells by column, texts by language."""

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from capbuild.model import Issue, Severity
from capbuild.origin import Origin


def issue(code: str, severity: Severity, message: str, origin: Origin | None = None, remedy: str = "") -> Issue:
    """Return an issue; the codes are listed in the README."""
    return Issue(code=code, severity=severity, message=message, origin=origin, remedy=remedy)


@frozen(eq=False)
class DefinitionRow:
    """Row of a definition.

    Attributes:
        cells: Non-blank cells by canonical column name.
        texts: Cells of translatable columns: by name, then by language.
        origin: Location of the row.
    """

    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]
    origin: Origin

    def get(self, name: str) -> str:
        """Return the text of a column, or an empty text.

        For a missing name, use the form builder's automatic one.
        """
        found = self.cells.get(name, "")
        return found if found or name != "name" else self.cells.get("$autoname") or self.cells.get("$autovalue", "")

    def labels(self, name: str = "label") -> Mapping[str, str]:
        """Return the texts of a column by language."""
        return self.texts.get(name, {})

    def rest(self, used: Iterable[str]) -> dict[str, str]:
        """Return the other cells and texts, with the language in the name."""
        left = {name: text for name, text in self.cells.items() if name not in used}
        for name, texts in self.texts.items():
            if name not in used:
                left.update({f"{name}::{lang}" if lang else name: text for lang, text in texts.items()})
        return left


@frozen(eq=False)
class DefinitionRows:
    """All rows of a definition.

    Attributes:
        survey: Questions and structure.
        choices: Choices.
        external: Choices of `select_one_external`.
        settings: Settings by name.
        languages: Languages in the order of the file.
        issues: Issues found.
    """

    survey: list[DefinitionRow] = field(factory=list)
    choices: list[DefinitionRow] = field(factory=list)
    external: list[DefinitionRow] = field(factory=list)
    settings: dict[str, str] = field(factory=dict)
    languages: list[str] = field(factory=list)
    issues: list[Issue] = field(factory=list)

    def take_languages(self, rows: Iterable[DefinitionRow]) -> None:
        """Add the languages that rows use."""
        for row in rows:
            for texts in row.texts.values():
                self.languages.extend(lang for lang in texts if lang and lang not in self.languages)
