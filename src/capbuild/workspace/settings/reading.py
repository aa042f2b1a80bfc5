"""`[read]` tables of programme.toml: reader options by file pattern."""

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from typing import Any

from attrs import field, frozen

from capbuild.checks import to_map
from capbuild.countries import CodeList
from capbuild.documents.toml import TomlTable
from capbuild.errors import CapbuildError, CountryError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.io import country
from capbuild.model import Country, Programme, Round
from capbuild.plugins import Host, InputFile
from capbuild.reports.i18n import get_base_language
from capbuild.reports.languages import list_languages
from capbuild.workspace.paths import FolderPaths


def choose_language(programme: Programme, place: Country) -> str:
    """Return a participation's language, else the programme's first."""
    parts = [participation for participation in programme.participations if participation.country == place]
    return parts[0].languages[0] if parts and parts[0].languages else programme.languages[0]


def choose_report_language(programme: Programme, place: Country, otherwise: str | None = None) -> str:
    """Return the first language of a country supported by reports.

    If there is none, it is `otherwise`, or the first language of the programme.
    """
    parts = (part for part in programme.participations if part.country == place)
    languages = (get_base_language(name) for part in parts for name in part.languages)
    return next((name for name in languages if name in list_languages()), otherwise or programme.languages[0])


@frozen
class CountryFinder:
    """Finds the countries that settings name.

    Attributes:
        host: Plugin host.
        spellings: The programme's own spellings.
    """

    host: Host
    spellings: Mapping[str, str | None]

    def __call__(self, table: TomlTable, key: str, text: str) -> Country | None:
        """Return a country.

        If it is unknown, the result is None, with an error about the key.
        """
        try:
            return country(text, overrides=self.spellings, host=self.host)
        except CountryError as error:
            table.add_error(key, error.message, error.remedy or "", code=error.code)
            return None


#: Keys that are not reader options.
OWN_KEYS = ("format", "round", "respondent", "received", "language", "codes", "answers")


@frozen(kw_only=True)
class ReadRule:
    """Rule for reading files of a name or pattern.

    Attributes:
        pattern: Path or glob below the programme's folder.
        format: Name of the reader; None to sniff.
        round: Id of their round; None for the first.
        respondent: Kind of respondent.
        received: Date of receipt.
        language: Language of the answers.
        codes: Id of the code list of its countries.
        answers: Answer words with their codes.
        options: Options of the reader.
    """

    pattern: str
    format: str | None = None
    round: str | None = None
    respondent: str = ""
    received: Any = None
    language: str | None = None
    codes: str | None = None
    answers: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    options: FrozenMap[str, Any] = field(factory=FrozenMap, converter=to_map)

    def matches(self, name: str) -> bool:
        """True if the rule applies to a file."""
        return fnmatchcase(name, self.pattern)


def load_rules(
    top: TomlTable,
    rounds: list[Round],
    lists: Mapping[str, CodeList],
    paths: FolderPaths,
    companions: Collection[str],
) -> list[ReadRule]:
    """Return the rules for reading files.

    Args:
        top: The top table of programme.toml.
        rounds: The rounds.
        lists: Code lists of countries, by id.
        paths: The permitted inputs.
        companions: Options that name files.
    """
    rules = []
    for pattern in top.get("read", dict, {}):
        table = top.table("read").table(pattern)
        words = table.table("answers")
        meanings = {
            word: str(words.number(word)) if isinstance(value, int | float) else words.get(word, str, "")
            for word, value in words.data.items()
        }
        rules.append(
            ReadRule(
                pattern=pattern,
                format=table.get("format", str, "") or None,
                round=_find_known(table, "round", [round_.id for round_ in rounds]),
                respondent=table.get("respondent", str, ""),
                received=table.day("received"),
                language=table.language("language"),
                codes=_find_known(table, "codes", lists),
                answers={word: meaning for word, meaning in meanings.items() if meaning},  # blank ones are still open
                options=_find_companions(table, table.remaining(), companions, paths),
            )
        )
    return rules


def _find_known(table: TomlTable, key: str, known: Collection[str]) -> str | None:
    """Return a key's value; an unknown one is an issue."""
    name = table.get(key, str, "") or None
    if name is not None and name not in known:
        what = {"round": "round", "codes": "code list"}[key]
        remedy = f"{what}s are: {', '.join(sorted(known)) or 'none'}"
        table.add_error(key, f"there is no {what} {name!r}{did_you_mean(name, known)}", remedy)
    return name


def _find_companions(
    table: TomlTable, options: Mapping[str, Any], companions: Collection[str], paths: FolderPaths
) -> dict[str, Any]:
    """Open the companion files in options, within the folder.

    If a file is refused, the result has the error instead, and an issue is added.
    """

    def find(key: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: find(key, item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [find(key, item) for item in value]
        if not isinstance(value, str) or not value or "\n" in value:
            return value  # content, or not a file name
        name, path = paths.find_input(value, origin=table.origin(key))
        return InputFile(name, path=path, folder=paths.folder) if path.is_file() else value

    resolved: dict[str, Any] = {}
    for key, value in options.items():
        try:
            resolved[key] = find(key, value) if key in companions else value
        except CapbuildError as error:
            resolved[key] = error
            table.add_error(key, error.message, error.remedy or "", error.code)
    return resolved
