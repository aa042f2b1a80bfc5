"""Errors with a stable code, an origin and a remedy.

Codes are documented in `docs/reference/errors.md`; a test compares that page with `CODES`.
Plugins use codes with a prefix of their own.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from capbuild.escaping import terminal_text
from capbuild.origin import Origin

__all__ = [
    "CODES",
    "AmbiguousCountry",
    "AmbiguousFormat",
    "CapbuildError",
    "ComparisonError",
    "CountryError",
    "DocumentError",
    "IssuesError",
    "LimitError",
    "ModelError",
    "OptionError",
    "PlanError",
    "PluginError",
    "ReadError",
    "UnknownCountry",
    "UnknownFormat",
    "WorkspaceError",
    "WriteError",
    "did_you_mean",
]

#: Every code the core uses, with its title. A code is never reused for another meaning.
CODES: dict[str, str] = {
    "CB001": "A value breaks a rule of the model",
    "CB010": "A document does not fit its class",
    "CB011": "A document was made by a newer capbuild",
    "CB012": "A document is of an unknown kind",
    "CB013": "A document is not valid JSON",
    "CB014": "A file is not valid YAML",
    "CB020": "A framework contains a cycle or an unknown parent",
    "CB021": "Duplicate id in a framework",
    "CB022": "A cell or value of a framework's file cannot be used",
    "CB023": "A file contains no framework",
    "CB024": "A cell or value of a framework's file may not be meant so",
    "CB025": "Something was assumed of a framework's file",
    "CB026": "A structure pack has no nodes: the user's own spreadsheet has to fill them in",
    "CB027": "A spreadsheet does not have the shape or the rule of its structure pack",
    "CB101": "No reader claims the file",
    "CB102": "Two readers claim the file with equal confidence",
    "CB103": "The file is empty",
    "CB104": "No column names a country",
    "CB105": "The file is larger than the limit",
    "CB106": "The text is not UTF-8 and was read in a code page",
    "CB107": "The path is a folder, not a file",
    "CB108": "The file does not exist or cannot be opened",
    "CB109": "A row has more or fewer cells than the header",
    "CB110": "The text ends inside a quoted cell",
    "CB111": "The file is binary, not text",
    "CB112": "The archive is larger, deeper or fuller than the limit",
    "CB113": "Two columns have one name",
    "CB114": "A column has no name",
    "CB115": "A reader stopped on an error of its own",
    "CB116": "An option is unknown or has the wrong type",
    "CB117": "The file contains no response",
    "CB118": "A JSON or YAML file nests deeper than the limit",
    "CB119": "The text does not fit the encoding it declares",
    "CB120": "Rows of a text table are quoted as a whole",
    "CB122": "A member of an archive cannot be unpacked",
    "CB123": "Cells of a table are left out",
    "CB124": "A table may be read by a wrong layout",
    "CB125": "The columns of a table differ from its layout, or a file differs from the others of its template",
    "CB126": "A file beside the data may describe it",
    "CB127": "An archive or e-mail contains no file, or several",
    "CB128": "The file is not valid JSON or XML",
    "CB131": "A column is not in the questionnaire or the framework",
    "CB132": "A column looks personal",
    "CB133": "A file makes far more cells than it writes",
    "CB134": "A file takes too long to read",
    "CB135": "A file has a value that no survey has",
    "CB136": "A part of a form's definition is not read",
    "CB137": "A form's definition has a value that its reader does not know",
    "CB170": "A line of JSON lines, or an item of a list, is no object",
    "CB171": "Duplicate key in a JSON object",
    "CB172": "A text in JSON contains half a character",
    "CB173": "A dataset of JSON-stat contradicts itself",
    "CB201": "A cell is not an answer to its question",
    "CB202": "An answer is off the scale",
    "CB203": "Duplicate question in one file",
    "CB204": "One respondent sent more than one return",
    "CB205": "A question is not mapped to the framework",
    "CB206": "A row names no country, or lacks another key",
    "CB207": "Nearly all numbers are zero: zeros may mean blanks",
    "CB208": "A row of a frame does not fit its columns",
    "CB209": "Sources agree beyond what independent sources can",
    "CB210": "Responses are not used (withdrawn, replaced or tests), or are used though not submitted",
    "CB211": "Questions are mapped to the framework by their wording",
    "CB212": "Two responses of one file have one id",
    "CB213": "Answers came back as the form was sent: they are carried over",
    "CB214": "An id and the text beside it name two criteria or indicators",
    "CB220": "Answers have no harmonised value in a crosswalk of surveys",
    "CB221": "Questions of a survey are not harmonised",
    "CB222": "A crosswalk names something that the surveys do not have",
    "CB223": "Weights of a sample are zero or missing",
    "CB224": "A figure is of several answers of one respondent",
    "CB301": "A mapping names something that the framework or its return does not have",
    "CB302": "A finding names something the framework does not have",
    "CB312": "Two sources disagree",
    "CB313": "An absence is given a reason that does not allow it",
    "CB314": "Assessors differ by more than the framework allows",
    "CB315": "A level or answer lacks the evidence that the framework asks for",
    "CB401": "A text names no known country",
    "CB402": "A text names more than one country",
    "CB403": "A country does not take part in the programme",
    "CB404": "The name and the code of a country do not fit",
    "CB501": "A plugin failed to load",
    "CB502": "Two plugins register one name or suffix",
    "CB503": "A plugin failed while it worked",
    "CB504": "A plugin was written for a newer capbuild",
    "CB505": "A name is not a valid plugin name",
    "CB506": "The folder for a new plugin is not empty",
    "CB507": "A store names a file outside the programme's folder",
    "CB508": "An object has no frame",
    "CB509": "A file was changed by somebody else in the meantime",
    "CB510": "A folder does not hold all of the programme that it was made from",
    "CB511": "A plugin returned a value that its hook does not take",
    "CB512": "A reader claimed a file and yielded nothing",
    "CB513": "A plugin replaces what another registers, as the user prefers",
    "CB514": "A plugin and capbuild take a text for different countries",
    "CB515": "A reader yielded things that cannot be used",
    "CB516": "A reader cannot be isolated on this system",
    "CB517": "A plugin added answers that it derived from others",
    "CB518": "A reader does not account for every row and cell",
    "CB601": "The folder is not a programme",
    "CB602": "programme.toml does not fit",
    "CB603": "A file of the programme does not fit its layout",
    "CB604": "A file of the programme is missing",
    "CB605": "A country has not answered yet, or its answers cannot be used",
    "CB606": "A return arrived after its due date, or in another round",
    "CB607": "The private folder is readable by others",
    "CB608": "The respondent is not known",
    "CB609": "A part of the results cannot be made",
    "CB610": "The register of publications cannot be read",
    "CB620": "A path leads outside the programme's folder",
    "CB621": "The folder is in use by another process",
    "CB622": "An interrupted change cannot be finished",
    "CB623": "Names of new files differ in capitals only",
    "CB670": "The dates of a record cannot be in their order",
    "CB671": "A pseudonym or office looks like a person",
    "CB672": "Duplicate entry in a register",
    "CB673": "The register and what came in do not agree",
    "CB674": "A pseudonym has no person in the private folder",
    "CB675": "Names would leave the private folder",
    "CB676": "A draft of a programme assumed something that a person should confirm",
    "CB701": "No writer of this name, or none for this kind of object",
    "CB702": "The file cannot be written",
    "CB703": "A report is asked for an audience the policy does not name",
    "CB704": "A report is asked for in a language that it has no words in",
    "CB705": "A report is partly in English: its language has no texts for the rest",
    "CB710": "No writer for survey data in this format",
    "CB711": "The format stores definitions, and there is none to write",
    "CB712": "The format does not hold all of a survey",
    "CB715": "A writer or a chart stopped on an error of its own",
    "CB730": "A report would hold what is marked more strictly than its label",
    "CB731": "There is no such kind of report, or not of this subject or by this writer",
    "CB732": "There is nothing that this kind of report could be made of",
    "CB733": "A folder has several things that a writer could write, or none of the name given",
    "CB750": "A library that draws charts is not installed",
    "CB801": "Two assessments cannot be compared",
    "CB802": "A crosswalk does not fit the editions that it joins",
    "CB803": "No country is in both rounds",
    "CB804": "Two frameworks of one edition differ",
    "CB810": "A plan breaks a limit",
    "CB811": "A meeting names a need that does not exist, or adds one that does",
    "CB812": "Prices are in another currency, and there is no exchange rate",
    "CB813": "A plan's limits or catalogue contradict themselves",
    "CB814": "An edited plan cannot be read",
    "CB815": "Something in a costing worksheet cannot be used",
    "CB816": "A question about a plan needs the solver, and it is not installed",
    "CB817": "A score that costs start from is missing or open",
    "CB818": "Rows of a costing worksheet are left out of the total, or marked as optional",
    "CB819": "A target is below the level that a country has",
    "CB840": "A record names something that does not exist",
    "CB841": "An evaluation is of a person who is not enrolled",
    "CB842": "A measured value is above its highest possible value",
    "CB843": "An output is to be counted as an outcome",
    "CB844": "A result contributes to one that is not above it",
    "CB845": "More was spent than was planned",
    "CB846": "Rows of an external series are not used",
    "CB847": "A proposal is decided without a reason",
    "CB848": "A withdrawn issue has no successor",
    "CB849": "A file is not the review form that was sent",
    "CB850": "Results on a review form were changed by hand",
    "CB851": "A country agrees and proposes other results",
    "CB852": "A file is not the nomination sheet that was sent",
    "CB853": "A row of a review form, or a decision on it, cannot be used",
    "CB854": "A returned form was made for another purpose than it states",
    "CB860": "A file cannot be verified: no run wrote it",
    "CB861": "An output of a run was changed, is missing, or was added",
    "CB862": "Outputs cannot be signed",
}


class CapbuildError(Exception):
    """Base class of all errors of the library.

    Attributes:
        message: Problem, in one sentence.
        code: Stable code such as `CB201`.
        origin: Location in a file, if any.
        remedy: Action for the user.
    """

    default_code = "CB001"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        origin: Origin | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.origin = origin
        self.remedy = remedy

    def __str__(self) -> str:
        place = f" {self.origin}:" if self.origin is not None else ""
        cure = f"\n  remedy: {self.remedy}" if self.remedy else ""
        return terminal_text(f"{self.code}{place} {self.message}{cure}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild_error, (type(self), self.args, self.__dict__)


def _rebuild_error(cls: type[CapbuildError], args: tuple[Any, ...], state: dict[str, Any]) -> CapbuildError:
    """Rebuild an error after pickling."""
    error = cls.__new__(cls, *args)
    error.__dict__.update(state)
    return error


class ModelError(CapbuildError, ValueError):
    """Value that breaks a rule of a model class.

    The message has the field, the value and the rule.
    """

    def __init__(self, field: str, value: object, rule: str, hint: str = "") -> None:
        value_text = value.isoformat() if isinstance(value, datetime.date) else repr(value)
        value_text, *more = value_text.split("\n", 1)  # a display or a frame has many lines
        value_text += "…" if more else ""
        super().__init__(f"{field} {rule}, not {value_text}{hint}")
        self.field = field
        self.value = value
        self.rule = rule

    @property
    def plain_message(self) -> str:
        """Message for authors of a table, without the class."""
        owner = self.field.rpartition(".")[0]
        return self.message.removeprefix(f"{owner}.") if owner else self.message


class DocumentError(CapbuildError):
    """Document that does not fit its class.

    Attributes:
        problems: Every problem as (path, message), in document order.
    """

    default_code = "CB010"

    def __init__(
        self,
        message: str,
        *,
        problems: Sequence[tuple[str, str]] = (),
        code: str | None = None,
        origin: Origin | None = None,
        remedy: str | None = None,
    ) -> None:
        lines = "".join(f"\n  {path}: {text}" for path, text in problems)
        super().__init__(message + lines, code=code, origin=origin, remedy=remedy)
        self.problems = tuple(problems)


class ReadError(CapbuildError):
    """File that cannot be read at all.

    A bad row is an `Issue` instead, and reading continues.
    """

    default_code = "CB108"


class UnknownFormat(ReadError):
    """File that no reader claims."""

    default_code = "CB101"


class AmbiguousFormat(ReadError):
    """File that two readers claim with equal confidence."""

    default_code = "CB102"


class LimitError(ReadError):
    """File that exceeds the limits in force."""

    default_code = "CB105"


class WriteError(CapbuildError):
    """Object or place that cannot be written."""

    default_code = "CB701"


class OptionError(CapbuildError, TypeError):
    """Option that is unknown or of the wrong type.

    Attributes:
        option: Its name, with the key inside it after a point, as `shares.BB`; empty if it is about several.
    """

    default_code = "CB116"
    option: str = ""


class PlanError(CapbuildError):
    """Plan that cannot be made, or breaks its limits."""

    default_code = "CB813"


class PluginError(CapbuildError):
    """Failure inside a plugin.

    Attributes:
        plugin: Name of the plugin.
        distribution: Distribution and version it came with, `built in` or `given`.
        hook: Hook that failed, or function of a registered object, such as `read of reader 'csv'`.
        also: Names of other plugins that it is about.
    """

    default_code = "CB503"
    distribution: str = ""
    hook: str = ""
    also: tuple[str, ...] = ()

    def __init__(
        self,
        message: str,
        *,
        plugin: str,
        code: str | None = None,
        origin: Origin | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, code=code, origin=origin, remedy=remedy)
        self.plugin = plugin


class CountryError(CapbuildError, LookupError):
    """Text that was not resolved to one country.

    Attributes:
        text: The text as given.
        candidates: Alpha-2 codes it may mean, best first.
    """

    default_code = "CB401"

    def __init__(
        self,
        message: str,
        *,
        text: object,
        candidates: Sequence[str] = (),
        code: str | None = None,
        origin: Origin | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, code=code, origin=origin, remedy=remedy)
        self.text = text
        self.candidates = tuple(candidates)


class UnknownCountry(CountryError):
    """Text that names no known country.

    `candidates` are suggestions only; none is chosen automatically.
    """


class AmbiguousCountry(CountryError):
    """Text that names more than one country."""

    default_code = "CB402"


class WorkspaceError(CapbuildError):
    """Programme folder that cannot be used."""

    default_code = "CB601"


class ComparisonError(CapbuildError):
    """Assessments that cannot be compared without a false result."""

    default_code = "CB801"


class IssuesError(CapbuildError):
    """Issues of a severity that the caller does not accept.

    Attributes:
        issues: The issues, worst first.
    """

    def __init__(self, message: str, issues: Iterable[Any]) -> None:
        self.issues = tuple(issues)
        first = self.issues[0] if self.issues else None
        super().__init__(
            message + "".join(f"\n  {issue}" for issue in self.issues),
            code=getattr(first, "code", None),
            origin=getattr(first, "origin", None),
            remedy=getattr(first, "remedy", None),
        )


def did_you_mean(found: object, known: Iterable[str]) -> str:
    """Return `' (did you mean ...?)'` for near names.

    The result is empty if there are none, or the value is not text.

    Example:
        >>> did_you_mean("langauge", ["language", "country"])
        " (did you mean 'language'?)"
    """
    from difflib import get_close_matches

    if not isinstance(found, str):
        return ""
    names = [str(name) for name in known]
    near = [name for name in names if name.casefold() == found.casefold()] or get_close_matches(found, names, n=2)
    return f" (did you mean {' or '.join(repr(n) for n in near)}?)" if near else ""
