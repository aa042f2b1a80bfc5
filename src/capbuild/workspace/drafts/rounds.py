"""Rounds of data collection, from the dates of returns."""

import datetime
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from capbuild.display import counted
from capbuild.formats.normalisation import fold_header
from capbuild.model import Country, Response, Round, RoundKind, Survey
from capbuild.origin import Origin
from capbuild.workspace.drafts.guesses import Guess

__all__ = ["Dated", "counted_responses", "find_days", "find_named_day", "find_rounds"]

#: Days without a return that separate two rounds.
_GAP = 180
#: Most rounds to distinguish.
_MOST_ROUNDS = 3
#: Names of year columns.
_YEAR = {"year", "ano", "annee", "jaar", "an"}
_NAMED_DAY = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")


def counted_responses(reading: Survey) -> Iterator[Response]:
    """Yield the responses whose answers are used."""
    return (one for one in reading.responses if one.status.counts)


#: Date and country of a response.
Dated = tuple[datetime.date, Country | None]


def find_days(name: str, reading: Survey) -> list[Dated]:
    """Return the dates of a file's responses, of its year column, or of its name.

    Uses the first of these that has any. A year alone means its last day.
    """
    responses = list(counted_responses(reading))
    days = [
        (day, one.country)
        for one in responses
        if (day := one.submitted.date() if one.submitted else one.date) is not None
    ]
    years = [
        (datetime.date(int(answer.value), 12, 31), one.country)
        for one in responses
        for answer in one.answers
        if fold_header(answer.question) in _YEAR and isinstance(answer.value, int) and 1990 <= answer.value <= 2100
    ]
    if days or years:
        return days or years
    years_named = [datetime.date(year, 12, 31) for year in _find_named_years(name)]
    day = years_named[0] if years_named else find_named_day(name)
    return [] if day is None else [(day, one.country) for one in responses]


def _find_named_years(name: str) -> list[int]:
    """Return the single year in a file's name that no month follows."""
    found = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", Path(name).stem)
    return [int(year) for year in found] if len(found) == 1 and _NAMED_DAY.search(Path(name).stem) is None else []


def find_named_day(name: str) -> datetime.date | None:
    """Return the day or month in a file's name; None for none."""
    named = _NAMED_DAY.search(Path(name).stem)
    try:
        return None if named is None else datetime.date(int(named[1]), int(named[2]), int(named[3] or 1))
    except ValueError:
        return None


def find_rounds(
    dated: Mapping[str, Sequence[Dated]], responses: int, guesses: list[Guess]
) -> tuple[list[Round], dict[str, str]]:
    """Split files into rounds at gaps between the dates of returns.

    A new round asks countries again: dates without any country of the earlier ones are late returns.

    Args:
        dated: Dates of each file, with their countries.
        responses: Number of responses, including those without a date.
        guesses: Collects guesses.
    """
    days = {name: [day for day, _ in found] for name, found in dated.items()}
    every = sorted(day for found in days.values() for day in found)
    apart = _split_days(every)
    groups = _join_late(apart, [one for found in dated.values() for one in found])
    if len(groups) < len(apart):
        assumed = "Days far apart are of one round, where no country answered before and after"
        guesses.append(Guess("Rounds", assumed, "add a block to [[rounds]], and name it for files under [read]"))
    rounds = [_make_round(group, place, len(groups)) for place, group in enumerate(groups)]
    if 0 < len(every) < responses:
        assumed = f"{responses - len(every)} of {counted(responses, 'response')} have no day of their own"
        guesses.append(Guess("Rounds", assumed, "add a column of days to the files, or received under [read]"))
    for one in rounds:
        count = sum(one.start <= day <= one.reference_date for day in every if one.start)
        span = (
            f"{counted(count, 'response')} from {one.start} to {one.reference_date}" if count else "no return has a day"
        )
        assumed = f"{one.title} is a round, true of {one.reference_date}: {span}"
        guesses.append(Guess("Rounds", assumed, "correct [[rounds]]; add end = the day after which returns are late"))
    own: dict[str, str] = {}
    for name, found in days.items():
        sizes = _count_by_round(found, rounds)
        own[name] = max(sizes, key=lambda key: sizes[key]) if sizes else rounds[0].id
        if len(sizes) > 1:
            assumed = f"All of {name} belongs to {own[name]}, though its responses are of {' and '.join(sorted(sizes))}"
            guesses.append(Guess("Rounds", assumed, "split the file by day, one file a round", Origin(name)))
        elif not sizes:
            assumed = f"{name} belongs to {own[name]}: it has no day"
            guesses.append(Guess("Rounds", assumed, "give it a round or received under [read]", Origin(name)))
    return rounds, own


def _count_by_round(found: Iterable[datetime.date], rounds: Sequence[Round]) -> dict[str, int]:
    """Return the number of dates in each round."""
    counts: dict[str, int] = {}
    for day in found:
        name = next((one.id for one in rounds if one.start and one.start <= day <= one.reference_date), None)
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


def _join_late(groups: list[list[datetime.date]], dated: Sequence[Dated]) -> list[list[datetime.date]]:
    """Join groups of dates without a repeated country to the group before."""
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
