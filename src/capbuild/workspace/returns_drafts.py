"""Drafts of programmes from returns: participants, rounds, mappings, and every guess to confirm."""

import datetime
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.display import counted
from capbuild.documents.toml_writing import toml_key, toml_value
from capbuild.errors import CapbuildError, WorkspaceError
from capbuild.formats.folding import fold_head
from capbuild.frozen import FrozenMap
from capbuild.io import country as find_country
from capbuild.io import open_input, read
from capbuild.io.containers import expand
from capbuild.model import Country, Framework, Participation, Reading, Response, Round, RoundKind
from capbuild.origin import Origin
from capbuild.plugins import Host, InputFile
from capbuild.scoring.mapping_drafts import Certainty, MappingDraft, MappingProposal, draft_mapping

__all__ = ["Guess", "ReturnsDraft", "draft_returns", "format_guesses"]

#: Files beside returns that are none.
_NOT_RETURNS = (".toml", ".md", ".gitignore")
#: Days without any return that separate two rounds.
_GAP = 180
#: Most rounds that are told apart.
_MOST_ROUNDS = 3
#: Columns of years.
_YEAR = {"year", "ano", "annee", "jaar", "an"}
_NAMED_DAY = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


@frozen
class Guess:
    """Assumption of a draft that a person should confirm.

    Attributes:
        part: Part of the programme that it is about, such as `Participants`.
        assumed: What was assumed.
        otherwise: How to say otherwise.
        origin: What it was drawn from.
    """

    part: str
    assumed: str
    otherwise: str
    origin: Origin | None = None

    def __str__(self) -> str:
        place = f" ({self.origin})" if self.origin is not None else ""
        return f"{self.assumed}{place}. Otherwise: {self.otherwise}."


@frozen(kw_only=True)
class ReturnsDraft:
    """What a programme may be, as far as its returns show.

    Attributes:
        files: Files to copy, by their path below the folder.
        participations: Countries that the returns name.
        rounds: Rounds by the days of the returns.
        rules: Rules by which files are read, as TOML.
        mappings: Mapping files by their path below the folder.
        guesses: What was assumed.
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
        framework: What they speak of.
        host: Whose plugins read them.

    Raises:
        WorkspaceError: It holds no file.
    """
    files = _list_files(place)
    if not files:
        raise WorkspaceError(
            f"{place} holds no survey file",
            code="CB604",
            origin=Origin(place.as_posix()),
            remedy="name a folder of returns",
        )
    named: dict[str, str] = {}
    readings = dict(_read_files(place, files, host, named))
    days = {name: _find_days(name, reading) for name, reading in readings.items()}
    guesses: list[Guess] = []
    participations = _find_participations(readings, named, guesses)
    rounds, own = _find_rounds(days, guesses)
    mappings = dict(_draft_mappings(readings, framework, guesses))
    return ReturnsDraft(
        files=files,
        participations=participations,
        rounds=rounds,
        rules=_format_rules(readings, days, own, named),
        mappings=mappings,
        guesses=guesses,
    )


def _list_files(place: Path) -> dict[str, Path]:
    """Return survey files by their path below the programme's folder."""
    if place.is_file():
        return {f"returns/{place.name}": place}
    found = (path for path in sorted(place.rglob("*")) if path.is_file() and path.suffix.lower() not in _NOT_RETURNS)
    shown = ((path.relative_to(place), path) for path in found)
    return {
        f"returns/{name.as_posix()}": path
        for name, path in shown
        if not any(p.startswith((".", "~$")) for p in name.parts)
    }


def _read_with_country(file: InputFile, host: Host, named: dict[str, str]) -> Reading:
    """Return the reading of a file; where no row names a country, that in the file's name is tried."""
    reading = read(file, host=host)
    if any(one.country is not None for one in reading.responses):
        return reading
    words = " ".join(re.findall(r"[^\W\d_]+", Path(file.name).stem))
    try:
        name = find_country(words, host=host).name
        again = read(file, host=host, options={"country": name})
    except CapbuildError:
        return reading
    named[file.name] = name
    return again


def _read_files(
    place: Path, files: Mapping[str, Path], host: Host, named: dict[str, str]
) -> Iterator[tuple[str, Reading]]:
    """Yield what can be read, by name; the run reports what cannot.

    Args:
        place: Where the files are.
        files: The files by name.
        host: Whose plugins read them.
        named: Countries found in the names of files go here.
    """
    found: dict[str, Reading] = {}
    for name, path in files.items():
        try:
            for one in expand(
                evolve(open_input(path, name=name), folder=place if place.is_dir() else place.parent), host
            ):
                if isinstance(one, CapbuildError):
                    continue
                try:
                    found[one.name] = _read_with_country(one, host, named)
                except CapbuildError:
                    continue
        except CapbuildError:
            continue
    describing = {name for reading in found.values() for name in reading.companions}
    yield from ((name, one) for name, one in found.items() if one.responses or name not in describing)


def _counted(reading: Reading) -> Iterator[Response]:
    return (one for one in reading.responses if one.status.counts)


def _find_participations(
    readings: Mapping[str, Reading], named: Mapping[str, str], guesses: list[Guess]
) -> list[Participation]:
    """Return the countries that returns name, by name."""
    found: dict[Country, list[tuple[str, Response]]] = {}
    for name, reading in readings.items():
        for response in _counted(reading):
            if response.country is not None:
                found.setdefault(response.country, []).append((name, response))
    for country, rows in sorted(found.items(), key=lambda pair: pair[0].name):
        spellings = sorted({_describe_place(name, one, named) for name, one in rows} - {""})
        written = f", {', '.join(spellings[:3])}" if spellings else ""
        files = list(dict.fromkeys(name for name, _ in rows))
        assumed = f"{country.name} takes part: {counted(len(rows), 'response')} in {', '.join(files[:3])}{written}"
        otherwise = "remove its [[participants]] block, or give the spelling another code in [spellings]"
        guesses.append(Guess("Participants", assumed, otherwise, rows[0][1].origin))
    if not found:
        otherwise = 'name the countries in [[participants]], or under [read] with country = "..." for a file'
        guesses.append(Guess("Participants", "No return names a country: none takes part yet", otherwise))
    return [Participation(country=one) for one in sorted(found, key=lambda one: one.name)]


def _describe_place(name: str, response: Response, named: Mapping[str, str]) -> str:
    """Return how a response names its country, where it is not by its name."""
    if name in named or response.place == Path(name).stem:
        return "as the file is called"
    plain = response.country is not None and response.place in (None, "", response.country.name)
    return "" if plain else f"written {response.place!r}"


def _find_days(name: str, reading: Reading) -> list[datetime.date]:
    """Return the days of a file's responses; where none has any, those of its column of years, or of its name.

    Of a year alone the last day stands.
    """
    days = [
        day for one in _counted(reading) if (day := one.submitted.date() if one.submitted else one.date) is not None
    ]
    years = [
        int(answer.value)
        for one in _counted(reading)
        for answer in one.answers
        if fold_head(answer.question) in _YEAR and isinstance(answer.value, int) and 1990 <= answer.value <= 2100
    ]
    if days or (years := years or _find_named_years(name)):
        return days or [datetime.date(year, 12, 31) for year in years]
    day = _find_named_day(name)
    return [] if day is None else [day]


def _find_named_years(name: str) -> list[int]:
    """Return the one year in a file's name, where no month follows it."""
    found = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", Path(name).stem)
    return [int(year) for year in found] if len(found) == 1 and _NAMED_DAY.search(Path(name).stem) is None else []


def _find_named_day(name: str) -> datetime.date | None:
    """Return the day or month in a file's name; None for none."""
    named = _NAMED_DAY.search(Path(name).stem)
    try:
        return None if named is None else datetime.date(int(named[1]), int(named[2]), int(named[3] or 1))
    except ValueError:
        return None


def _find_rounds(
    days: Mapping[str, Sequence[datetime.date]], guesses: list[Guess]
) -> tuple[list[Round], dict[str, str]]:
    """Return rounds, and the round of each file, by gaps between the days of returns."""
    every = sorted(day for found in days.values() for day in found)
    groups = _split_days(every)
    rounds = [_make_round(group, place, len(groups)) for place, group in enumerate(groups)]
    for one in rounds:
        count = sum(one.start <= day <= one.reference_date for day in every if one.start)
        span = (
            f"{counted(count, 'response')} from {one.start} to {one.reference_date}" if count else "no return has a day"
        )
        assumed = f"{one.title} is a round, true of {one.reference_date}: {span}"
        guesses.append(Guess("Rounds", assumed, "correct [[rounds]]; add end = the day after which returns are late"))
    own: dict[str, str] = {}
    for name, found in days.items():
        held = _count_by_round(found, rounds)
        own[name] = max(held, key=lambda key: held[key]) if held else rounds[0].id
        if len(held) > 1:
            assumed = f"All of {name} belongs to {own[name]}, though its responses are of {' and '.join(sorted(held))}"
            guesses.append(Guess("Rounds", assumed, "split the file by day, one file a round", Origin(name)))
        elif not held:
            assumed = f"{name} belongs to {own[name]}: it has no day"
            guesses.append(Guess("Rounds", assumed, "give it a round or received under [read]", Origin(name)))
    return rounds, own


def _count_by_round(found: Iterable[datetime.date], rounds: Sequence[Round]) -> dict[str, int]:
    """Return how many days lie in each round."""
    counts: dict[str, int] = {}
    for day in found:
        name = next((one.id for one in rounds if one.start and one.start <= day <= one.reference_date), None)
        if name is not None:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _split_days(days: Sequence[datetime.date]) -> list[list[datetime.date]]:
    """Return days in groups with the longest gaps between them."""
    if not days:
        return [[]]
    gaps = sorted(((after - before).days, place) for place, (before, after) in enumerate(itertools.pairwise(days), 1))
    wide = [place for size, place in gaps if size >= _GAP][-(_MOST_ROUNDS - 1) :]
    ends = [0, *sorted(wide), len(days)]
    return [list(days[first:last]) for first, last in itertools.pairwise(ends)]


def _make_round(days: Sequence[datetime.date], place: int, count: int) -> Round:
    kind = RoundKind.BASELINE if place == 0 else RoundKind.ENDLINE if place == count - 1 else RoundKind.MIDLINE
    last = days[-1] if days else datetime.datetime.now(datetime.UTC).date()
    title = f"{kind.value.capitalize()} {last.year}"
    return Round(id=kind.value, kind=kind, title=title, reference_date=last, start=days[0] if days else None)


def _format_rules(
    readings: Mapping[str, Reading],
    days: Mapping[str, Sequence[datetime.date]],
    own: Mapping[str, str],
    named: Mapping[str, str],
) -> str:
    """Return the `[read]` tables of files of later rounds, and of those whose name alone has a day or a country."""
    lines: list[str] = []
    for name, reading in readings.items():
        given: dict[str, Any] = {} if own[name] == "baseline" else {"round": own[name]}
        day = _find_named_day(name)
        if day is not None and days[name] == [day] and not any(one.submitted or one.date for one in reading.responses):
            given["received"] = day
        given |= {"country": named[name]} if name in named else {}
        if given:
            lines += ["", f"[read.{toml_key(name)}]", *(f"{key} = {toml_value(value)}" for key, value in given.items())]
    head = ["", "# How single files are read: path or pattern, and what should be known about them."]
    return "\n".join([*head, *lines[1:], ""]) if lines else ""


def _draft_mappings(
    readings: Mapping[str, Reading], framework: Framework, guesses: list[Guess]
) -> Iterator[tuple[str, str]]:
    """Yield the mapping file of each return whose questions are not ids alone."""
    taken: set[str] = set()
    for name, reading in readings.items():
        if reading.questionnaire is None:
            continue
        draft = draft_mapping(reading, framework)
        if all(_is_plain(one) for one in draft):
            continue
        guesses += _guess_targets(name, draft, framework)
        short = name.removeprefix("returns/")
        stem = re.sub(r"[^\w.-]+", "-", short.rpartition(".")[0] or short)
        path = next(
            one for one in (f"mappings/{stem}{n or ''}.csv" for n in range(len(readings) + 1)) if one not in taken
        )
        taken.add(path)
        yield path, "\ufeff" + draft.to_csv(short)


def _is_plain(one: MappingProposal) -> bool:
    """True if a question is named by the id of its target, with answers that need no meaning."""
    return one.certainty is Certainty.CERTAIN and one.question == one.target and not one.answers


def _guess_targets(name: str, draft: MappingDraft, framework: Framework) -> Iterator[Guess]:
    """Yield what was assumed of a file's questions and answers."""
    how = "correct target in mappings/, or write - for nothing"
    origin = Origin(name)
    for one in draft:
        target = f"{one.target} {one.target_text[:60]!r}"
        if one.certainty is Certainty.CERTAIN and one.question.casefold() != one.target.casefold():
            yield Guess("Questions", f"{one.text[:60]!r} speaks of {target} (certain, {one.score:.2f})", how, origin)
        elif one.certainty is Certainty.LIKELY:
            assumed = f"{one.text[:60]!r} is not used: it may speak of {target} (likely, {one.score:.2f})"
            yield Guess("Questions", assumed, "write the target in mappings/ if it does", origin)
        yield from _guess_answers(one, framework, origin)
    nothing = [repr(one.text[:40]) for one in draft if one.certainty is Certainty.NONE]
    if nothing:
        more = f" and {len(nothing) - 5} more" if len(nothing) > 5 else ""
        assumed = f"Not used, since nothing of the framework is near: {', '.join(nothing[:5])}{more}"
        yield Guess("Questions", assumed, "write a target in mappings/ if one speaks of something", origin)


def _guess_answers(one: MappingProposal, framework: Framework, origin: Origin) -> Iterator[Guess]:
    sure = [f"{word!r} is {code}" for word, code in one.answers.items() if code]
    if sure:
        yield Guess("Answers", f"{one.target}: {', '.join(sure)}", "correct answers in mappings/", origin)
    for word, code in one.answers.items():
        if not code:
            likely = one.proposed_answers.get(word)
            may = f"; it may be {likely}" if likely else ""
            assumed = f"{one.target}: {word!r} has no meaning yet{may}"
            yield Guess("Answers", assumed, "write one behind it in the column answers of mappings/", origin)


def format_guesses(guesses: Sequence[Guess], title: str, sources: str) -> str:
    """Return guesses as a list to tick off, by part.

    Args:
        guesses: The guesses.
        title: Name of the programme.
        sources: What it was drafted from.
    """
    lines = [f"# To confirm: {title}", "", f"Drafted from {sources}. Tick off what is right, and correct the rest."]
    for part in dict.fromkeys(one.part for one in guesses):
        lines += ["", f"## {part}", ""]
        for one in (one for one in guesses if one.part == part):
            lines.append(f"- [ ] {' '.join(str(one).split())}")
    return "\n".join(lines) + "\n"
