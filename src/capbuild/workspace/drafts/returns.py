"""Drafts of programmes from returns."""

import datetime
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.countries import find_countries
from capbuild.display import counted, name_some
from capbuild.documents.toml import toml_key, toml_value
from capbuild.errors import CapbuildError, WorkspaceError
from capbuild.formats.vocabulary import fold_header
from capbuild.frozen import FrozenMap
from capbuild.io import country as find_country
from capbuild.io import open_input, read
from capbuild.io.containers import expand
from capbuild.io.folder_reading import read_together
from capbuild.model import (
    Country,
    Framework,
    Participation,
    QuestionMapping,
    Response,
    Round,
    RoundKind,
    Severity,
    Survey,
)
from capbuild.origin import Origin
from capbuild.plugins import Host, InputFile
from capbuild.reports.languages import list_languages
from capbuild.scoring.mapping_drafts import Certainty, MappingDraft, MappingProposal, draft_mapping
from capbuild.text import fold_text
from capbuild.workspace.drafts.guesses import Guess, join_same
from capbuild.workspace.paths import make_file_name, name_return
from capbuild.workspace.records.findings import has_assessors

#: Days without a return that separate two rounds.
_GAP = 180
#: Most rounds to distinguish.
_MOST_ROUNDS = 3
#: Names of year columns.
_YEAR = {"year", "ano", "annee", "jaar", "an"}
_NAMED_DAY = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


def _counted_responses(reading: Survey) -> Iterator[Response]:
    """Yield the responses whose answers are used."""
    return (response for response in reading.responses if response.status.counts)


#: Date and country of a response.
_Dated = tuple[datetime.date, Country | None]


@frozen(kw_only=True)
class _FoundDays:
    """Dates of a file's responses, or only their years.

    Attributes:
        days: Date and country of each response.
        years: Year and country of each response, if none has a date.
        source: Location of the years.
    """

    days: tuple[_Dated, ...] = field(default=(), converter=to_tuple)
    years: tuple[tuple[int, Country | None], ...] = field(default=(), converter=to_tuple)
    source: str = "a column"


def _find_days(name: str, reading: Survey) -> _FoundDays:
    """Return the dates or years of a file.

    They are taken from its responses, else from its year column, else from its name.
    """
    responses = list(_counted_responses(reading))
    days = [
        (day, response.country)
        for response in responses
        if (day := response.submitted.date() if response.submitted else response.date) is not None
    ]
    years = [
        (int(answer.value), response.country)
        for response in responses
        for answer in response.answers
        if fold_header(answer.question) in _YEAR and isinstance(answer.value, int) and 1990 <= answer.value <= 2100
    ]
    if days or years:
        return _FoundDays(days=days, years=() if days else years)
    # The single year in its name that no month follows, or the day or month in it.
    stem, day = Path(name).stem, _find_named_day(name)
    named = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", stem) if _NAMED_DAY.search(stem) is None else []
    return _FoundDays(
        days=[] if day is None else [(day, response.country) for response in responses],
        years=[(int(named[0]), response.country) for response in responses if len(named) == 1],
        source="its name",
    )


def _date_years(found: Mapping[str, _FoundDays], guesses: list[Guess]) -> dict[str, Sequence[_Dated]]:
    """Return the dates of each file, also from its years.

    A year becomes the last day that other returns have in it, or 31 December without such a return; each is a guess.
    If other files have days and only the name of one file has the year, it gets no date, so that it makes no round of
    its own.

    Args:
        found: Dates or years of each file.
        guesses: Collects guesses.
    """
    exact = {day for found_days in found.values() for day, _ in found_days.days}
    last = {day.year: day for day in sorted(exact)}
    naming = Counter(year for found_days in found.values() for year in {year for year, _ in found_days.years})
    dated: dict[str, Sequence[_Dated]] = {}
    for name, found_days in found.items():
        dated[name] = [*found_days.days]
        for year in dict.fromkeys(year for year, _ in found_days.years):
            day = last.get(year)
            if day is None and (not exact or found_days.source != "its name" or naming[year] > 1):
                day = datetime.date(year, 12, 31)
            dated[name] = [
                *dated[name],
                *((day, country) for found_year, country in found_days.years if day and found_year == year),
            ]
            taken = "it makes no round by itself" if day is None else f"it is taken to be of {day}"
            known = ", the last day of a return of that year" if year in last else ""
            assumed = f"{name} has no day, only the year {year} in {found_days.source}: {taken}{known}"
            guesses.append(Guess("Rounds", assumed, "give it received or a round under [read]", Origin(name)))
    return dated


def _find_named_day(name: str) -> datetime.date | None:
    """Return the day or month in a file's name."""
    named = _NAMED_DAY.search(Path(name).stem)
    try:
        return None if named is None else datetime.date(int(named[1]), int(named[2]), int(named[3] or 1))
    except ValueError:
        return None


def _find_rounds(
    dated: Mapping[str, Sequence[_Dated]], responses: int, guesses: list[Guess]
) -> tuple[list[Round], dict[str, str]]:
    """Split files into rounds at gaps between dates.

    A new round asks countries again: dates without any country of the earlier ones are late returns.

    Args:
        dated: Dates of each file, with their countries.
        responses: Number of responses, including those without a date.
        guesses: Collects guesses.
    """
    days = {name: [day for day, _ in dates] for name, dates in dated.items()}
    all_days = sorted(day for dates in days.values() for day in dates)
    apart = _split_days(all_days)
    groups = _join_late(apart, [day for own_days in dated.values() for day in own_days])
    if len(groups) < len(apart):
        assumed = "Days far apart are of one round, where no country answered before and after"
        guesses.append(Guess("Rounds", assumed, "add a block to [[rounds]], and name it for files under [read]"))
    rounds = [_make_round(group, position, len(groups)) for position, group in enumerate(groups)]
    if 0 < len(all_days) < responses:
        assumed = f"{responses - len(all_days)} of {counted(responses, 'response')} have no day of their own"
        guesses.append(Guess("Rounds", assumed, "add a column of days to the files, or received under [read]"))
    for round_ in rounds:
        count = sum(round_.start <= day <= round_.reference_date for day in all_days if round_.start)
        span = (
            f"{counted(count, 'response')} from {round_.start} to {round_.reference_date}"
            if count
            else "no return has a day"
        )
        assumed = f"{round_.title} is a round, true of {round_.reference_date}: {span}"
        guesses.append(Guess("Rounds", assumed, "correct [[rounds]]; add end = the day after which returns are late"))
    own: dict[str, str] = {}
    undated: dict[str, list[str]] = {}
    for name, dates in days.items():
        sizes = _count_by_round(dates, rounds)
        own[name] = max(sizes, key=lambda key: sizes[key]) if sizes else rounds[0].id
        if len(sizes) > 1:
            others = " and ".join(sorted(sizes.keys() - {own[name]}))
            assumed = f"All of {name} belongs to {own[name]}, though some of its responses are of {others}"
            if own[name] == rounds[0].id:
                assumed = f"{name} belongs to {own[name]}; its responses of {others} are not used"
            guesses.append(Guess("Rounds", assumed, "split the file by day, one file a round", Origin(name)))
        elif not sizes:
            undated.setdefault(own[name], []).append(name)
    for key, names in undated.items():
        verb, it = ("belongs", "it has") if len(names) == 1 else ("belong", "they have")
        assumed = f"{name_some(names, 3)} {verb} to {key}: {it} no day"
        guesses.append(Guess("Rounds", assumed, "give each a round or received under [read]", Origin(names[0])))
    return rounds, own


def _count_by_round(found: Iterable[datetime.date], rounds: Sequence[Round]) -> dict[str, int]:
    """Return the number of dates in each round."""
    counts: dict[str, int] = {}
    for day in found:
        name = next(
            (round_.id for round_ in rounds if round_.start and round_.start <= day <= round_.reference_date), None
        )
        if name is not None:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _split_days(days: Sequence[datetime.date]) -> list[list[datetime.date]]:
    """Group dates, splitting at the longest gaps."""
    if not days:
        return [[]]
    gaps = sorted(((after - before).days, place) for place, (before, after) in enumerate(itertools.pairwise(days), 1))
    wide = [place for size, place in gaps if size >= _GAP][-(_MOST_ROUNDS - 1) :]
    ends = [0, *sorted(wide), len(days)]
    return [list(days[first:last]) for first, last in itertools.pairwise(ends)]


def _join_late(groups: list[list[datetime.date]], dated: Sequence[_Dated]) -> list[list[datetime.date]]:
    """Join groups without repeated countries to the group before.

    Returns in such a group are late.
    """
    joined: list[list[datetime.date]] = []
    asked: set[Country] = set()
    for group in groups:
        own = {country for day, country in dated if country is not None and group and group[0] <= day <= group[-1]}
        if joined and own and not own & asked:
            joined[-1] = [*joined[-1], *group]
            asked |= own
        else:
            joined.append(group)
            asked = own
    return joined


def _make_round(days: Sequence[datetime.date], place: int, count: int) -> Round:
    kind = RoundKind.BASELINE if place == 0 else RoundKind.ENDLINE if place == count - 1 else RoundKind.MIDLINE
    last = days[-1] if days else datetime.datetime.now(datetime.UTC).date()
    title = f"{kind.value.capitalize()} {last.year}"
    return Round(id=kind.value, kind=kind, title=title, reference_date=last, start=days[0] if days else None)


#: Issue codes of places that resolve to no single country.
_UNRESOLVED = ("CB401", "CB402", "CB404")
#: Suffixes of files that are not returns.
_NOT_RETURNS = (".toml", ".md", ".gitignore")


@frozen(kw_only=True)
class ReturnsDraft:
    """Draft of a programme, made from its returns.

    Attributes:
        files: Files to copy, by their path below the folder.
        participations: Countries named in the returns.
        rounds: Rounds, from the dates of the returns.
        rules: Rules for reading files, as TOML.
        mappings: Mapping files by their path below the folder.
        guesses: Assumptions.
    """

    files: FrozenMap[str, Path] = field(converter=to_map)
    participations: tuple[Participation, ...] = field(default=(), converter=to_tuple)
    rounds: tuple[Round, ...] = field(default=(), converter=to_tuple)
    rules: str = ""
    mappings: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    guesses: tuple[Guess, ...] = field(default=(), converter=to_tuple)


def draft_returns(place: Path, framework: Framework, host: Host) -> ReturnsDraft:
    """Draft a programme from returns.

    Args:
        place: A folder of survey files, or one file.
        framework: Framework of the returns.
        host: Plugin host, to read them.

    Raises:
        WorkspaceError: The folder has no file.
    """
    files = _list_files(place)
    if not files:
        raise WorkspaceError(
            f"{place} contains no survey file",
            code="CB604",
            origin=Origin(place.as_posix()),
            remedy="name a folder of returns",
        )
    named: dict[str, Country] = {}
    readings = dict(_read_files(place, files, host, named))
    count = sum(len(list(_counted_responses(reading))) for reading in readings.values())
    guesses: list[Guess] = []
    participations = _find_participations(readings, named, guesses)
    dated = _date_years({name: _find_days(name, reading) for name, reading in readings.items()}, guesses)
    rounds, own = _find_rounds(dated, count, guesses)
    in_words = {
        name: survey for name, survey in readings.items() if name not in files or not has_assessors(files[name], name)
    }
    mappings = dict(_draft_mappings(in_words, framework, guesses))
    return ReturnsDraft(
        files=files,
        participations=participations,
        rounds=rounds,
        rules=_format_rules(readings, dated, own, named),
        mappings=mappings,
        guesses=join_same(guesses),
    )


def _list_files(place: Path) -> dict[str, Path]:
    """Return survey files by their path below the programme's folder."""
    if place.is_file():
        return {f"returns/{place.name}": place}
    paths = (path for path in sorted(place.rglob("*")) if path.is_file() and path.suffix.lower() not in _NOT_RETURNS)
    shown = ((path.relative_to(place), path) for path in paths)
    return {
        f"returns/{name.as_posix()}": path
        for name, path in shown
        if not any(p.startswith((".", "~$")) for p in name.parts)
    }


def _read_with_country(file: InputFile, host: Host, named: dict[str, Country]) -> Survey:
    """Read a file, with the country in its name."""
    reading = read(file, host=host)
    place = {} if any(response.country for response in reading.responses) else _map_named_country(file.name, host)
    if not place:
        return reading
    try:
        again = read(file, host=host, options={"country": place[file.name].name})
    except CapbuildError:
        return reading
    named |= place
    return again


def _map_named_country(name: str, host: Host) -> dict[str, Country]:
    """Return the country in a file's name, by that name.

    The result is empty if the name has no country, or several.
    """
    # In running text, country names begin with a capital.
    words = " ".join(re.findall(r"[^\W\d_]+", Path(name).stem)).title()
    countries = [
        country
        for country in dict.fromkeys(mention.country for mention in find_countries(words))
        if country is not None
    ]
    try:
        return {name: countries[0] if len(countries) == 1 else find_country(words, host=host)}
    except CapbuildError:
        return {}


def _read_files(
    place: Path, files: Mapping[str, Path], host: Host, named: dict[str, Country]
) -> Iterator[tuple[str, Survey]]:
    """Yield readable files by name; the run reports the others.

    Args:
        place: Location of the files.
        files: The files by name.
        host: Plugin host, to read them.
        named: Collects countries in file names, including those of unreadable files.
    """

    def opened() -> Iterator[tuple[str, InputFile]]:
        folder = place if place.is_dir() else place.parent
        for name, path in files.items():
            try:
                for file in expand(evolve(open_input(path, name=name), folder=folder), host):
                    if isinstance(file, InputFile):
                        yield file.name, file
            except CapbuildError:
                named.update(_map_named_country(name, host))

    def read_one(name: str, file: InputFile) -> Survey | None:
        try:
            return _read_with_country(file, host, named)
        except CapbuildError:
            named.update(_map_named_country(name, host))
            return None

    surveys = {name: reading for name, reading in read_together(opened(), read_one) if reading is not None}
    describing = {name for reading in surveys.values() for name in reading.companions}
    yield from ((name, survey) for name, survey in surveys.items() if survey.responses or name not in describing)


def _find_participations(
    readings: Mapping[str, Survey], named: Mapping[str, Country], guesses: list[Guess]
) -> list[Participation]:
    """Return the countries of returns or file names, by name."""
    by_country: dict[Country, list[tuple[str, Response]]] = {}
    for name, reading in readings.items():
        for response in reading.responses:
            if response.country is not None:
                by_country.setdefault(response.country, []).append((name, response))
    guesses += _guess_participants(by_country, named)
    for name, country in named.items():
        if country not in by_country:
            by_country[country] = []
            what = "contains no response" if name in readings else "cannot be read"
            otherwise = "correct the file, or ask for another; remove its [[participants]] block if it is no return"
            guesses.append(Guess("Participants", f"{country.name} takes part: {name} {what}", otherwise, Origin(name)))
    issues = (issue for reading in readings.values() for issue in reading.issues)
    unresolved = [issue for issue in issues if issue.code in _UNRESOLVED and issue.severity is Severity.ERROR]
    guesses += [Guess("Participants", f"Left out: {issue.message}", issue.remedy, issue.origin) for issue in unresolved]
    if not by_country:
        otherwise = 'name the countries in [[participants]], or under [read] with country = "..." for a file'
        guesses.append(Guess("Participants", "No return names a country: none takes part yet", otherwise))
    places = sorted(by_country, key=lambda one: one.name)
    answered = {one: tuple(dict.fromkeys(row.language for _, row in by_country[one] if row.language)) for one in places}
    official = {place: _list_official_languages(place) for place in places if not answered[place]}
    by_language: dict[str, list[str]] = {}
    for country, spoken in official.items():
        unknown = "" if set(spoken) & {*list_languages()} else " (reports have no words in it)"
        by_language.setdefault(f"{', '.join(spoken) or 'an unknown language'}{unknown}", []).append(country.name)
    for listed, names in by_language.items():
        assumed = f"{', '.join(names)} work{'s' if len(names) == 1 else ''} in {listed}: official, and no return says"
        otherwise = "correct languages in [[participants]]: letters and forms are in the first one that reports have"
        guesses.append(Guess("Participants", assumed, otherwise))
    return [Participation(country=place, languages=answered[place] or official[place]) for place in places]


def _guess_participants(
    found: Mapping[Country, Sequence[tuple[str, Response]]], named: Mapping[str, Country]
) -> Iterator[Guess]:
    """Yield the assumptions that countries take part."""
    alike: dict[str, list[tuple[Country, Sequence[tuple[str, Response]]]]] = {}
    for country, rows in sorted(found.items(), key=lambda pair: pair[0].name):
        spellings = sorted({_describe_place(name, response, named) for name, response in rows} - {""})
        written = f", {', '.join(spellings[:3])}" if spellings else ""
        tags = ", ".join(dict.fromkeys(response.language for _, response in rows if response.language))
        language_note = f", answered in {tags}" if tags else ""
        not_counted = ", ".join(
            dict.fromkeys(response.status.value for _, response in rows if not response.status.counts)
        )
        unused = f"; not used: {not_counted}" if not_counted else ""
        alike.setdefault(f"{written}{language_note}{unused}", []).append((country, rows))
    for note, group in alike.items():
        names = ", ".join(country.name for country, _ in group)
        all_rows = [row for _, rows in group for row in rows]
        files = name_some((name for name, _ in all_rows), 3)
        verb = "takes" if len(group) == 1 else "take"
        assumed = f"{names} {verb} part: {counted(len(all_rows), 'response')} in {files}{note}"
        otherwise = 'remove its block and participants = "as returned", or give the spelling a code under [spellings]'
        yield Guess("Participants", assumed, otherwise, all_rows[0][1].origin)


def _list_official_languages(country: Country) -> tuple[str, ...]:
    """Return the official languages of a country."""
    from babel.languages import get_official_languages

    languages = list_languages()
    spoken = (tag.partition("_")[0] for tag in get_official_languages(country.alpha_2, de_facto=True))  # not the script
    return tuple(sorted(dict.fromkeys(spoken), key=lambda tag: tag not in languages))


def _describe_place(name: str, response: Response, named: Mapping[str, Country]) -> str:
    """Return how a response names its country.

    The result is empty if the response has the country's name.
    """
    if name in named or response.place == Path(name).stem:
        return "as the file is called"
    plain = response.country is not None and response.place in (None, "", response.country.name)
    return "" if plain else f"written {response.place!r}"


def _format_rules(
    readings: Mapping[str, Survey],
    dated: Mapping[str, Sequence[_Dated]],
    own: Mapping[str, str],
    named: Mapping[str, Country],
) -> str:
    """Format the `[read]` tables of files.

    Files of later rounds have one, and files with a date or country only in their name.
    """
    lines: list[str] = []
    for name in dict.fromkeys((*readings, *named)):
        given: dict[str, Any] = {} if own.get(name, "baseline") == "baseline" else {"round": own[name]}
        day = _find_named_day(name)
        undated = name in readings and not any(
            response.submitted or response.date for response in readings[name].responses
        )
        if day is not None and undated and {date for date, _ in dated[name]} == {day}:
            given["received"] = day
        given |= {"country": named[name].name} if name in named else {}
        if given:
            lines += ["", f"[read.{toml_key(name)}]", *(f"{key} = {toml_value(value)}" for key, value in given.items())]
    comment = ["", "# How single files are read: path or pattern, and what should be known about them."]
    return "\n".join([*comment, *lines[1:], ""]) if lines else ""


def _draft_mappings(
    readings: Mapping[str, Survey], framework: Framework, guesses: list[Guess]
) -> Iterator[tuple[str, str]]:
    """Draft a mapping file for each return that needs one.

    No file is needed if all questions are ids of the framework.
    """
    used: set[str] = set()
    for name, whole in _draft_together(readings, framework).items():
        form = readings[name].questionnaire
        # A form made from the framework gives its own targets.
        given = () if form is None else form.mappings
        known = {mapping.question for mapping in given if mapping.target in framework.names}
        draft = evolve(whole, proposals=[proposal for proposal in whole if proposal.question not in known])
        # A question whose id is its target, with standard answers, needs no row.
        if all(
            proposal.certainty is Certainty.CERTAIN and proposal.question == proposal.target and not proposal.answers
            for proposal in draft
        ):
            continue
        guesses += _guess_targets(name, draft)
        short = name_return(name)
        stem = make_file_name(short.rpartition(".")[0] or short)
        path = next(
            file for file in (f"mappings/{stem}{n or ''}.csv" for n in range(len(readings) + 1)) if file not in used
        )
        used.add(path)
        yield path, "\ufeff" + draft.to_csv(short)


def _draft_together(readings: Mapping[str, Survey], framework: Framework) -> dict[str, MappingDraft]:
    """Draft the mappings of returns, by name.

    A question that is certain in another return is certain in all, as in a run.
    """
    drafts = {name: draft_mapping(reading, framework) for name, reading in readings.items() if reading.questionnaire}
    targets: dict[str, dict[str, QuestionMapping]] = {}
    for draft in drafts.values():
        texts = {proposal.question: proposal.text for proposal in draft}
        for mapping in draft.mappings:
            targets.setdefault(texts[mapping.question], {})[mapping.target] = mapping
    certain = {text: mapping for text, found in targets.items() if len(found) == 1 for mapping in found.values()}
    for name, draft in drafts.items():
        open_ = [p.question for p in draft if p.certainty is not Certainty.CERTAIN and p.text in certain]
        if open_:
            again = draft_mapping(readings[name], framework, confirmed=certain)
            pairs = zip(draft, again, strict=True)
            drafts[name] = evolve(draft, proposals=[new if old.question in open_ else old for old, new in pairs])
    return drafts


def _guess_targets(name: str, draft: MappingDraft) -> Iterator[Guess]:
    """Yield the assumptions on a file's questions and answers."""
    how = "correct target in mappings/, or write - for nothing"
    origin = Origin(name)
    certain = [proposal for proposal in draft if proposal.certainty is Certainty.CERTAIN]
    alike = [proposal for proposal in certain if _is_worded_alike(proposal)]
    if alike:
        assumed = f"In the words of the framework: {_name_questions([proposal.target for proposal in alike])}"
        yield Guess("Questions", assumed, how, origin)
    for drafted in draft:
        target = f"{drafted.target} {drafted.target_text[:60]!r}"
        if (
            drafted.certainty is Certainty.CERTAIN
            and drafted not in alike
            and drafted.question.casefold() != drafted.target.casefold()
        ):
            yield Guess(
                "Questions", f"{drafted.text[:60]!r} speaks of {target} (certain, {drafted.score:.2f})", how, origin
            )
        elif drafted.certainty is Certainty.LIKELY:
            assumed = f"{drafted.text[:60]!r} is not used: it may speak of {target} (likely, {drafted.score:.2f})"
            yield Guess("Questions", assumed, "write the target in mappings/ if it does", origin)
    yield from _guess_answers(certain, origin)
    cited = [repr(proposal.text[:40]) for proposal in draft if proposal.evidence_of]
    if cited:
        assumed = f"The evidence of other answers is in {name_some(cited)}"
        yield Guess("Questions", assumed, "write a target in mappings/ for a question of its own", origin)
    unused = [proposal for proposal in draft if proposal.certainty is Certainty.NONE and not proposal.evidence_of]
    nothing = [repr(proposal.text[:40]) for proposal in unused]
    if nothing:
        assumed = f"Not used, since nothing of the framework is near: {name_some(nothing)}"
        yield Guess("Questions", assumed, "write a target in mappings/ if one speaks of something", origin)


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold_text(text)))


def _is_worded_alike(proposal: MappingProposal) -> bool:
    """True if a question has its target's id or text."""
    text, own = _fold(proposal.text), _fold(proposal.target_text)
    whole = text.removeprefix(_fold(proposal.target)).strip() in ("", own)
    return whole or (proposal.score == 1 and text.endswith(f" {own}"))


def _name_questions(targets: Sequence[str]) -> str:
    return targets[0] if len(targets) == 1 else f"{targets[0]} and {counted(len(targets) - 1, 'other question')}"


def _guess_answers(proposals: Sequence[MappingProposal], origin: Origin) -> Iterator[Guess]:
    meanings: dict[tuple[str, str, str], list[str]] = {}
    for proposal in proposals:
        for word, code in proposal.answers.items():
            meanings.setdefault((word, code, proposal.proposed_answers.get(word, "")), []).append(proposal.target)
    known = sorted({f"{word.casefold()!r} is {code}" for word, code, _ in meanings if code})
    if known:
        yield Guess("Answers", ", ".join(known), "correct answers in mappings/", origin)
    for (word, code, likely), targets in meanings.items():
        if not code:
            may = f"; it may be {likely}" if likely else ""
            how = "write one behind it in the column answers of mappings/"
            yield Guess("Answers", f"{_name_questions(targets)}: {word!r} has no meaning yet{may}", how, origin)
