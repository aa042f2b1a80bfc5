"""Drafts of frameworks, with interpretation, assumptions and errors."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.display import TextDisplay
from capbuild.documents.toml import TomlTable
from capbuild.errors import DocumentError
from capbuild.frameworks.flat import read_tables
from capbuild.frameworks.flat_writing import framework_to_toml
from capbuild.model import Framework, Issue, Issues, Questionnaire, Severity
from capbuild.origin import Origin
from capbuild.scoring.methods import RegisteredMethod
from capbuild.text import fold_text

#: Matches a remedy about a TOML file.
_TOML = re.compile(r"(?:add|write) (?:\[\[)?(\w+)(?:\]\])? = ")
#: Code of an unusable cell or value.
BAD_CELL = "CB022"
#: Code of a file without a framework.
NO_FRAMEWORK = "CB023"
#: Code of a cell or value that is used, but may be unintended.
DOUBT = "CB024"
#: Code of an assumption.
ASSUMED = "CB025"


@frozen
class DraftQuestion:
    """Assumption that a person should confirm.

    Attributes:
        assumed: The assumption.
        otherwise: How to change it in the file.
        origin: Its sheet and cell, or the file.
    """

    assumed: str
    otherwise: str
    origin: Origin

    def __str__(self) -> str:
        return f"{self.origin}: {self.assumed}. Otherwise: {self.otherwise}"


@frozen(kw_only=True, repr=False)
class FrameworkDraft(TextDisplay):
    """Framework read from a user's file.

    Attributes:
        file: Name of the file.
        framework: The framework; None with errors among the issues.
        understood: Sentences on the interpretation of the file.
        questions: Assumptions.
        issues: Errors and warnings.
        questionnaire: Survey of the framework with the file's own questions, or None.
    """

    file: str
    framework: Framework | None
    understood: tuple[str, ...] = field(default=(), converter=to_tuple)
    questions: tuple[DraftQuestion, ...] = field(default=(), converter=to_tuple)
    issues: Issues = Issues()
    questionnaire: Questionnaire | None = None

    def require(self) -> Framework:
        """Return the framework.

        Raises:
            DocumentError: The file has errors; lists all of them with their cells.
        """
        if self.framework is not None:
            return self.framework
        errors = [issue for issue in self.issues if issue.severity is Severity.ERROR]
        problems = [(str(error.origin or self.file), f"{error.message} ({error.remedy})") for error in errors]
        raise DocumentError(
            f"{self.file} is not a framework that can be used",
            problems=problems,
            code=errors[0].code,
            origin=errors[0].origin or Origin(self.file),
            remedy="correct the cells, and read the file again",
        )

    @property
    def all_issues(self) -> Issues:
        """Issues, with the questions as notes."""
        asked = [
            Issue.note(ASSUMED, question.assumed, question.origin, question.otherwise) for question in self.questions
        ]
        return self.issues + Issues(asked)

    def to_toml(self) -> str:
        """Write the framework as TOML, with its questions as comments.

        Raises:
            DocumentError: The file has errors.
        """
        comments = [f"Made from {self.file}. Every line may be changed; what begins with # is a comment."]
        comments += [*self.understood, *(f"To confirm: {question}" for question in self.questions)]
        lines = ["# " + " ".join("".join(c if c.isprintable() else " " for c in text).split()) for text in comments]
        return "\n".join(lines) + "\n\n" + framework_to_toml(self.require())

    def __str__(self) -> str:
        parts = [*self.understood, *(f"To confirm: {question}" for question in self.questions), *map(str, self.issues)]
        return "\n".join(parts)


@define
class DraftNotes:
    """Sentences, questions and issues collected while reading a file.

    Attributes:
        file: Name of the file.
    """

    file: str
    understood: list[str] = field(factory=list)
    questions: list[DraftQuestion] = field(factory=list)
    issues: list[Issue] = field(factory=list)

    def add_error(self, message: str, origin: Origin | None, remedy: str, code: str = BAD_CELL) -> None:
        """Add an error."""
        self._add(Severity.ERROR, code, message, origin, remedy)

    def add_warning(self, message: str, origin: Origin | None, remedy: str) -> None:
        """Add a warning."""
        self._add(Severity.WARNING, DOUBT, message, origin, remedy)

    def _add(self, severity: Severity, code: str, message: str, origin: Origin | None, remedy: str) -> None:
        place = origin or Origin(self.file)
        self.issues.append(Issue(code=code, severity=severity, message=message, origin=place, remedy=remedy))

    def ask(self, assumed: str, otherwise: str, origin: Origin | None = None) -> None:
        """Add a question."""
        self.questions.append(DraftQuestion(assumed, otherwise, origin or Origin(self.file)))

    def extend(self, notes: "DraftNotes") -> None:
        """Add what other notes collected."""
        self.understood += notes.understood
        self.questions += notes.questions
        self.issues += notes.issues

    def draft(self, tables: "Tables | None", methods: Mapping[str, RegisteredMethod] | None) -> FrameworkDraft:
        """Draft a framework from its tables.

        Without tables, or with errors, the draft has no framework.
        """
        failed = any(issue.severity is Severity.ERROR for issue in self.issues)
        framework = None
        if tables is not None:
            top = TomlTable(self.file, (), tables.data, self.issues, tables.origins, BAD_CELL)
            before = len(self.issues)
            framework = read_tables(top, methods)
            self.issues[before:] = [_reword_for_sheet(issue) for issue in self.issues[before:]]
            failed = failed or len(self.issues) > before
            if framework is not None:
                self._check_names(framework, tables)
        return FrameworkDraft(
            file=self.file,
            framework=None if failed else framework,
            understood=self.understood,
            questions=self.questions,
            issues=Issues(self.issues),
        )

    def _check_names(self, framework: Framework, tables: "Tables") -> None:
        """Warn of equal names of two levels or answers.

        An answer with a name that two levels or answers of a scale share has no meaning.
        """
        levels = [("scales", "levels", [level.label for level in scale.levels]) for scale in framework.scales]
        answers = [("answers", "options", [option.label for option in scale.options]) for scale in framework.answers]
        for scales in (levels, answers):
            for number, (table, part, labels) in enumerate(scales):
                seen: dict[tuple[str, str], int] = {}
                for position, label in enumerate(labels):
                    path = (table, number, part, position)
                    same = {seen.setdefault((tag, fold_text(label.get(tag))), position) for tag in label.languages}
                    if same != {position}:
                        what = f"{label.source!r} is the name of two {'levels' if scales is levels else 'answers'}"
                        origin = tables.origins.get((*path, "label")) or tables.origins.get(path)
                        self.add_warning(what, origin, "rename one: an answer in this name has no meaning")


def _reword_for_sheet(issue: Issue) -> Issue:
    """Return an issue with a remedy about cells."""
    match, origin = _TOML.match(issue.remedy), issue.origin
    if match is None or origin is None or origin.path is not None:
        return issue
    remedy = f"write it in the column {'value' if origin.sheet == 'Rules' else match[1]} of this row"
    return evolve(issue, remedy=f"add a row with the field {match[1]}" if origin.sheet == "Framework" else remedy)


@define
class Tables:
    """Tables of a framework file, made from cells.

    Attributes:
        data: Keys and values as in TOML.
        origins: Cell of each path.
    """

    data: dict[str, Any] = field(factory=dict)
    origins: dict[tuple[str | int, ...], Origin] = field(factory=dict)

    def add(self, name: str, row: Mapping[str, Any], cells: Mapping[str, Origin], origin: Origin | None) -> int:
        """Add a table to an array, and return its position.

        Args:
            name: Name of the array.
            row: Keys and values.
            cells: Cell of each key.
            origin: Row of the table.
        """
        array: list[Any] = self.data.setdefault(name, [])
        path = (name, len(array))
        array.append(dict(row))
        self.locate(path, cells, origin)
        return len(array) - 1

    def locate(self, path: tuple[str | int, ...], cells: Mapping[str, Origin], origin: Origin | None) -> None:
        """Record the origins of a table and its keys."""
        self.origins |= {(*path, key): cell for key, cell in cells.items()}
        if origin is not None:
            self.origins[path] = origin

    def nodes(self) -> Iterator[dict[str, Any]]:
        """Yield the nodes."""
        yield from self.data.get("nodes", ())
