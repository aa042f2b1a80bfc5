"""Drafts of programmes from returns: participants, rounds, mappings, and guesses to confirm."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from capbuild.checks import to_map, to_tuple
from capbuild.countries import find_countries
from capbuild.display import counted
from capbuild.documents.toml_writing import toml_key, toml_value
from capbuild.errors import CapbuildError, WorkspaceError
from capbuild.frozen import FrozenMap
from capbuild.io import country as find_country
from capbuild.io import open_input, read
from capbuild.io.containers import expand
from capbuild.model import Country, Framework, Participation, Response, Round, Survey
from capbuild.origin import Origin
from capbuild.plugins import Host, InputFile
from capbuild.scoring.mapping_drafts import Certainty, MappingDraft, MappingProposal, draft_mapping
from capbuild.text import fold_text
from capbuild.workspace.drafts.guesses import Guess
from capbuild.workspace.drafts.rounds import Dated, counted_responses, find_days, find_named_day, find_rounds
from capbuild.workspace.records.findings import has_assessors

__all__ = ["ReturnsDraft", "draft_returns"]

#: Issue codes of places that resolve to no single country.
_UNRESOLVED = ("CB401", "CB402")
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
            f"{place} holds no survey file",
            code="CB604",
            origin=Origin(place.as_posix()),
            remedy="name a folder of returns",
        )
    named: dict[str, Country] = {}
    readings = dict(_read_files(place, files, host, named))
    dated = {name: find_days(name, reading) for name, reading in readings.items()}
    count = sum(len(list(counted_responses(reading))) for reading in readings.values())
    guesses: list[Guess] = []
    participations = _find_participations(readings, named, guesses)
    rounds, own = find_rounds(dated, count, guesses)
    in_words = {
        name: one for name, one in readings.items() if name not in files or not has_assessors(files[name], name)
    }
    mappings = dict(_draft_mappings(in_words, framework, guesses))
    return ReturnsDraft(
        files=files,
        participations=participations,
        rounds=rounds,
        rules=_format_rules(readings, dated, own, named),
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


def _read_with_country(file: InputFile, host: Host, named: dict[str, Country]) -> Survey:
    """Return the reading of a file, with the country of its name if no row names one."""
    reading = read(file, host=host)
    place = {} if any(one.country for one in reading.responses) else _map_named_country(file.name, host)
    if not place:
        return reading
    try:
        again = read(file, host=host, options={"country": place[file.name].name})
    except CapbuildError:
        return reading
    named |= place
    return again


def _map_named_country(name: str, host: Host) -> dict[str, Country]:
    """Return the single country in a file's name, by name; empty for none or several."""
    # In running text, country names begin with a capital.
    words = " ".join(re.findall(r"[^\W\d_]+", Path(name).stem)).title()
    found = [one for one in dict.fromkeys(mention.country for mention in find_countries(words)) if one is not None]
    try:
        return {name: found[0] if len(found) == 1 else find_country(words, host=host)}
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
    found: dict[str, Survey] = {}
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
                    named |= _map_named_country(one.name, host)
        except CapbuildError:
            named |= _map_named_country(name, host)
    describing = {name for reading in found.values() for name in reading.companions}
    yield from ((name, one) for name, one in found.items() if one.responses or name not in describing)


def _find_participations(
    readings: Mapping[str, Survey], named: Mapping[str, Country], guesses: list[Guess]
) -> list[Participation]:
    """Return the countries that returns or their file names name, by name."""
    found: dict[Country, list[tuple[str, Response]]] = {}
    for name, reading in readings.items():
        for response in reading.responses:
            if response.country is not None:
                found.setdefault(response.country, []).append((name, response))
    for country, rows in sorted(found.items(), key=lambda pair: pair[0].name):
        spellings = sorted({_describe_place(name, one, named) for name, one in rows} - {""})
        written = f", {', '.join(spellings[:3])}" if spellings else ""
        files = list(dict.fromkeys(name for name, _ in rows))
        tags = ", ".join(dict.fromkeys(one.language for _, one in rows if one.language))
        language_note = f", answered in {tags}" if tags else ""
        not_counted = ", ".join(dict.fromkeys(one.status.value for _, one in rows if not one.status.counts))
        unused = f"; not used: {not_counted}" if not_counted else ""
        count = counted(len(rows), "response")
        assumed = f"{country.name} takes part: {count} in {', '.join(files[:3])}{written}{language_note}{unused}"
        otherwise = 'remove its block and participants = "as returned", or give the spelling a code under [spellings]'
        guesses.append(Guess("Participants", assumed, otherwise, rows[0][1].origin))
    for name, country in named.items():
        if country not in found:
            found[country] = []
            what = "holds no response" if name in readings else "cannot be read"
            otherwise = "correct the file, or ask for another; remove its [[participants]] block if it is no return"
            guesses.append(Guess("Participants", f"{country.name} takes part: {name} {what}", otherwise, Origin(name)))
    unresolved = [one for reading in readings.values() for one in reading.issues if one.code in _UNRESOLVED]
    guesses += [Guess("Participants", f"Left out: {one.message}", one.remedy, one.origin) for one in unresolved]
    if not found:
        otherwise = 'name the countries in [[participants]], or under [read] with country = "..." for a file'
        guesses.append(Guess("Participants", "No return names a country: none takes part yet", otherwise))
    return [
        Participation(country=one, languages=dict.fromkeys(row.language for _, row in found[one] if row.language))
        for one in sorted(found, key=lambda one: one.name)
    ]


def _describe_place(name: str, response: Response, named: Mapping[str, Country]) -> str:
    """Return how a response names its country, if not by its name."""
    if name in named or response.place == Path(name).stem:
        return "as the file is called"
    plain = response.country is not None and response.place in (None, "", response.country.name)
    return "" if plain else f"written {response.place!r}"


def _format_rules(
    readings: Mapping[str, Survey],
    dated: Mapping[str, Sequence[Dated]],
    own: Mapping[str, str],
    named: Mapping[str, Country],
) -> str:
    """Return `[read]` tables for files of later rounds, and files with a date or country only in their name."""
    lines: list[str] = []
    for name in dict.fromkeys((*readings, *named)):
        given: dict[str, Any] = {} if own.get(name, "baseline") == "baseline" else {"round": own[name]}
        day = find_named_day(name)
        undated = name in readings and not any(one.submitted or one.date for one in readings[name].responses)
        if day is not None and undated and {one for one, _ in dated[name]} == {day}:
            given["received"] = day
        given |= {"country": named[name].name} if name in named else {}
        if given:
            lines += ["", f"[read.{toml_key(name)}]", *(f"{key} = {toml_value(value)}" for key, value in given.items())]
    comment = ["", "# How single files are read: path or pattern, and what should be known about them."]
    return "\n".join([*comment, *lines[1:], ""]) if lines else ""


def _draft_mappings(
    readings: Mapping[str, Survey], framework: Framework, guesses: list[Guess]
) -> Iterator[tuple[str, str]]:
    """Yield a mapping file for each return whose questions are more than plain ids."""
    used: set[str] = set()
    for name, reading in readings.items():
        if reading.questionnaire is None:
            continue
        # A form made from the framework gives its own targets.
        known = {one.question for one in reading.questionnaire.mappings if one.target in framework.names}
        every = draft_mapping(reading, framework)
        draft = evolve(every, proposals=[one for one in every if one.question not in known])
        if all(_is_plain(one) for one in draft):
            continue
        guesses += _guess_targets(name, draft, framework)
        short = name.removeprefix("returns/")
        stem = re.sub(r"[^\w.-]+", "-", short.rpartition(".")[0] or short)
        path = next(
            one for one in (f"mappings/{stem}{n or ''}.csv" for n in range(len(readings) + 1)) if one not in used
        )
        used.add(path)
        yield path, "\ufeff" + draft.to_csv(short)


def _is_plain(one: MappingProposal) -> bool:
    """True if a question's id is its target, with standard answers."""
    return one.certainty is Certainty.CERTAIN and one.question == one.target and not one.answers


def _guess_targets(name: str, draft: MappingDraft, framework: Framework) -> Iterator[Guess]:
    """Yield the assumptions on a file's questions and answers; the same ones on several questions once."""
    how = "correct target in mappings/, or write - for nothing"
    origin = Origin(name)
    certain = [one for one in draft if one.certainty is Certainty.CERTAIN]
    alike = [one for one in certain if _strip_id(one.text, one.target) == _fold(one.target_text)]
    if alike:
        assumed = f"In the words of the framework: {_name_questions([one.target for one in alike])}"
        yield Guess("Questions", assumed, how, origin)
    for one in draft:
        target = f"{one.target} {one.target_text[:60]!r}"
        if one.certainty is Certainty.CERTAIN and one not in alike and one.question.casefold() != one.target.casefold():
            yield Guess("Questions", f"{one.text[:60]!r} speaks of {target} (certain, {one.score:.2f})", how, origin)
        elif one.certainty is Certainty.LIKELY:
            assumed = f"{one.text[:60]!r} is not used: it may speak of {target} (likely, {one.score:.2f})"
            yield Guess("Questions", assumed, "write the target in mappings/ if it does", origin)
    yield from _guess_answers(certain, origin)
    nothing = [repr(one.text[:40]) for one in draft if one.certainty is Certainty.NONE]
    if nothing:
        more = f" and {len(nothing) - 5} more" if len(nothing) > 5 else ""
        assumed = f"Not used, since nothing of the framework is near: {', '.join(nothing[:5])}{more}"
        yield Guess("Questions", assumed, "write a target in mappings/ if one speaks of something", origin)


def _fold(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold_text(text)))


def _strip_id(text: str, target: str) -> str:
    """Return the words of a question, folded, without the id of its target."""
    return _fold(text).removeprefix(_fold(target)).strip()


def _name_questions(targets: Sequence[str]) -> str:
    return targets[0] if len(targets) == 1 else f"{targets[0]} and {counted(len(targets) - 1, 'other question')}"


def _guess_answers(found: Sequence[MappingProposal], origin: Origin) -> Iterator[Guess]:
    meanings: dict[tuple[str, str, str], list[str]] = {}
    for one in found:
        for word, code in one.answers.items():
            meanings.setdefault((word, code, one.proposed_answers.get(word, "")), []).append(one.target)
    for (word, code, likely), targets in sorted(meanings.items(), key=lambda pair: not pair[0][1]):
        where = _name_questions(targets)
        if code:
            yield Guess("Answers", f"{where}: {word!r} is {code}", "correct answers in mappings/", origin)
        else:
            may = f"; it may be {likely}" if likely else ""
            how = "write one behind it in the column answers of mappings/"
            yield Guess("Answers", f"{where}: {word!r} has no meaning yet{may}", how, origin)
