"""Clauses on the content of written files.

They compare the files of two subjects that differ in one aspect.
"""

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import attrs
import pytest
from attrs import evolve

from capbuild.io.loss_issues import read_back
from capbuild.io.losses import count_contents, find_losses
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Dossier,
    FindingStatus,
    Missing,
    PlausibleLevels,
    Programme,
    Questionnaire,
    Score,
    Survey,
)
from capbuild.plugins import LOSS_KINDS, RenderContext, Writer, default_host
from capbuild.testing.conformance._plugin import PluginConformance
from capbuild.testing.conformance.interpreters import (
    describe_files,
    list_traces_of_files,
    run_elsewhere,
)
from capbuild.testing.conformance.report_words import build_reports, count_words, list_texts
from capbuild.testing.conformance.sample import spread
from capbuild.testing.conformance.side_effects import changes_elsewhere, list_faults, watch
from capbuild.testing.contract import require_clause
from capbuild.testing.golden import check_golden
from capbuild.testing.sample_programme import invented_programme, invented_results
from capbuild.testing.sample_survey import invented_survey
from capbuild.text import Text

Files = dict[str, str | bytes]

#: Answers to the two criteria of an indicator, by resulting score.
_STATES = {
    "L1": "nn",
    "L2": "yn",
    "L3": "yy",
    "not verified, L1 to L3": "??",
    "not verified, L2 to L3": "y?",
    "not verified, L1 to L2": "?n",
}
#: A plain text, and a text that must appear as often in its place.
_ESCAPED = (
    ("Zq plain words wq", "Zq <b>&amp; x | wq"),
    ("Zq plain words wq", "مرحبا Ærøskøbing Đà Nẵng Ελλάδα"),
)
_LEVELS = {"L1": "Starting", "L2": "Established", "L3": "Proven"}
_BASE = {"BB": "yynnyynn", "BZ": "ynynynyn", "JM": "nnyynnyy"}
#: Fields that others refer to.
_KEYS = re.compile(
    r"(^|\.)(id|code|key|edition|version|language|country|host|activity|addresses|prerequisites|roles|status|kind|type|"
    r"alpha_\d|numeric|currency|origin|repeat|file|format|sha256|question|target|framework|mappings|parent|group|method|step|"
    r"skip|expression|dialect|phase|round|provider|schema|reference|exclusive)(\[\*\])?$"
)


class WriterContentClauses(PluginConformance):
    """Clauses that change the subject and compare the written files.

    Attributes:
        writer: The writer's name.
        options: Its options.
        uses: Resources that writing needs in addition to its subject, each with the reason, as for readers.
        variants: Number of changed subjects for each clause.
        unshown: Parts of fields that are written in some places only, each with the reason.
        unchecked: Files without a golden file, each with the reason.
    """

    writer: ClassVar[str]
    options: ClassVar[Mapping[str, Any]] = {}
    uses: ClassVar[Mapping[str, str]] = {}
    variants: ClassVar[int] = 24
    unshown: ClassVar[Mapping[str, str]] = {}
    unchecked: ClassVar[Mapping[str, str]] = {}

    @property
    def descriptor(self) -> Writer:
        """Writer under test."""
        raise NotImplementedError

    def subjects(self, text: str = "") -> Sequence[object]:
        """Return the subjects to write."""
        raise NotImplementedError

    def dossier(self, text: str = "") -> Dossier:
        """Return the dossier."""
        raise NotImplementedError

    def files(self, subject: object, text: str = "", audience: str = "team", kind: str = "") -> Files:
        """Write a subject, and return its files."""
        raise NotImplementedError

    def visible(self, name: str, content: str | bytes) -> str:
        """Return the readable text of a file."""
        raise NotImplementedError

    def cells(self, name: str, content: str | bytes) -> Iterable[str]:
        """Return the cells of a file; none without a table."""
        raise NotImplementedError

    def _visible_text(self, files: Files) -> str:
        return "\n".join(self.visible(name, content) for name, content in files.items())

    def test_no_side_effects(self) -> None:
        """Check that writing has no side effects.

        The host alone writes files.
        """
        self.clause("leaves no trace")
        for subject in self.subjects():
            faults = list_faults(self._package, partial(self._watched, subject))
            require_clause(not faults, "leaves no trace", f"{type(subject).__name__}: {'; '.join(faults[:3])}")
        traces = run_elsewhere(self.plugin, list_traces_of_files, *self._described())
        faults = changes_elsewhere(traces, self.uses)
        require_clause(not faults, "leaves no trace", f"writing in a new interpreter changes {'; '.join(faults[:3])}")

    def _watched(self, subject: object) -> list[str]:
        with watch(self._package) as observed:
            self.files(subject)
        return observed.faults(self.uses)

    def _described(self) -> tuple[str, dict[str, Any], Programme, list[tuple[object, Dossier]]]:
        subjects = [(subject, self.dossier()) for subject in self.subjects()]
        return self.writer, dict(self.options), invented_programme().programme, subjects

    def test_reproducible_elsewhere(self) -> None:
        """Check that the environment does not change the bytes.

        Hash seed, time zone, locale and folder are varied.
        """
        self.clause("same elsewhere")
        here = describe_files(self.plugin, *self._described())
        self._compare_elsewhere(here, describe_files, *self._described())

    def surveys(self) -> Sequence[Survey]:
        """Return the surveys for measuring losses.

        Override it to add surveys.
        """
        return (invented_survey(),)

    def _whole_surveys(self) -> Iterator[object]:
        """Yield the surveys, or their forms, that the writer accepts."""
        for survey in self.surveys():
            subject = survey if Survey in self.descriptor.accepts else survey.questionnaire
            if isinstance(subject, self.descriptor.accepts):
                yield subject

    def test_as_expected(self) -> None:
        """Check that files of each subject equal their golden files.

        The text of a text file is compared, and the readable text of any other file.
        """
        self.clause("as expected")
        if self.golden is None:
            pytest.skip("it has no golden files")
        for subject in (*self.subjects(), *self._whole_surveys()):
            kind = "Whole" if isinstance(subject, Survey | Questionnaire) and subject not in self.subjects() else ""
            place = self.golden / f"{self.writer}-{kind}{type(subject).__name__}"
            for name, content in self.files(subject).items():
                if name not in self.unchecked:
                    check_golden(self._plain(name, content), place / name if name else place.with_suffix(".txt"))

    def _plain(self, name: str, content: str | bytes) -> str:
        try:
            return content if isinstance(content, str) else content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return self.visible(name, content)

    def test_states_losses(self) -> None:
        """Check that losses are those declared by the writer.

        A survey is written, read back and compared.
        """
        self.clause("states losses")
        clause, writer = "states losses", self.descriptor
        surveys = bool({Survey, Questionnaire} & set(writer.accepts))
        if writer.loses is None:
            require_clause(not surveys, clause, "it does not declare `loses`")
            pytest.skip("it does not declare `loses`")
        for subject in self.subjects():
            if any(kind.startswith(f"{type(subject).__name__}.") for kind in writer.loses):
                self._check_lost_fields(subject, writer.loses)
        if not surveys:
            return
        lost, contents = set[str](), Counter[str]()
        for survey in self.surveys():
            before = survey if Survey in writer.accepts else evolve(survey, responses=())
            files = self.files(before if Survey in writer.accepts else survey.questionnaire)
            hosts = (self.host, default_host())
            after = next(filter(None, (read_back(writer, files, host) for host in hosts)), None)
            if after is None:
                pytest.skip("no reader takes what it writes")
            report = find_losses(before, after)
            silent = [loss for loss in report if loss.kind in LOSS_KINDS and loss.kind not in writer.loses]
            require_clause(not silent, clause, f"it loses, and does not say so: {'; '.join(map(str, silent[:3]))}")
            lost |= {loss.kind for loss in report}
            contents += count_contents(before)
        kept = [kind for kind in writer.loses if contents[kind] and kind not in lost]
        require_clause(not kept, clause, f"it says that it loses {', '.join(kept[:3])}: they come back")

    def _check_lost_fields(self, subject: object, loses: Sequence[str]) -> None:
        """Require that a changed field shows unless declared lost.

        Fields without content are not checked.
        """
        before, shown = self.files(subject), defaultdict[str, list[bool]](list)
        for path, changed, _ in _changes(subject):
            name = re.split(r"\W", path)[0]
            shown[f"{type(subject).__name__}.{name}"].append(self.files(changed) != before)
        for name, effects in shown.items():
            lost = name in loses
            what = "it says that it loses" if lost else "it loses, and does not say so:"
            require_clause(not all(effects) if lost else any(effects), "states losses", f"{what} {name}")

    def _takers(self) -> list[Callable[[AssessmentSet, str], object]]:
        """Return functions that select the writer's subject.

        A subject is the set of all countries, one country, or one capacity.
        """
        takers: dict[type, Callable[[AssessmentSet, str], object]] = {
            AssessmentSet: lambda results, _: results,
            Assessment: lambda results, _: results["BB"],
            Score: lambda results, capacity: results["BB"][capacity],
        }
        fitting = [take for cls, take in takers.items() if cls in self.descriptor.accepts]
        if not fitting:
            pytest.skip("it writes no results")
        return fitting

    def test_shows_each_status(self) -> None:
        """Check that each level and unverified state looks different."""
        self.clause("shows each status")
        names = [score.capacity.id for score in invented_results(_BASE)["BB"].indicators]
        for take in self._takers():
            most = max(1, self.variants // (len(_STATES) + 2))
            for place in spread(range(len(names)), most):
                texts = {
                    state: self._with_state(take, names[place], place, answer) for state, answer in _STATES.items()
                }
                self._compare_states(names[place], texts)
                self._compare_words(names[place], texts, self._without_scores(take, names[place]))
                self._compare_files(take, names[place], place)
                for level in ("L2", "L3")[: 1 if most < len(names) else 2]:
                    answer = _STATES[level]
                    reported_text = self._with_state(take, names[place], place, answer, FindingStatus.REPORTED)
                    require_clause(
                        reported_text != texts[level],
                        "reported is not verified",
                        f"{names[place]}: a reported {level} looks verified",
                    )
                    if (without := self._without_scores(take, names[place])) is not None:
                        used = _count_verified(texts[level]) > _count_verified(without)
                        require_clause(
                            not used or _count_verified(reported_text) < _count_verified(texts[level]),
                            "reported is not verified",
                            f"{names[place]}: a reported {level} is called verified as often as one that is",
                        )

    def _with_state(
        self,
        take: Callable[[AssessmentSet, str], object],
        capacity: str,
        place: int,
        answer: str,
        status: FindingStatus = FindingStatus.CONFIRMED,
    ) -> str:
        results = self._results(place, answer)
        if status is not FindingStatus.CONFIRMED:
            results = _with_status(results, capacity, status)
        return self._visible_text(self.files(take(results, capacity)))

    def _compare_states(self, capacity: str, texts: Mapping[str, str]) -> None:
        clause, shown = "shows each status", _show_states(texts)
        for state_name, text in texts.items():
            alike = [other for other in texts if other != state_name and texts[other] == text]
            require_clause(
                not alike, clause, f"{capacity} looks the same when it is {state_name} and {', '.join(alike)}{shown}"
            )
        counts = {state: _level_counts(text) for state, text in texts.items()}
        levels = list(_LEVELS)
        if all(counts[state] == counts[levels[0]] for state in texts):
            return  # levels are not written as words
        for level in levels:
            for other in (other for other in levels if other != level):
                new = _level_counts("\n".join(_new_lines(texts[other], texts[level])))
                what = f"{capacity} is {level}, and nothing says so that it is not {other}"
                require_clause(new[level], clause, f"{what}{shown}")
        words = [_words(texts[level]) for level in levels]
        verified = Counter({word: max(counter[word] for counter in words) for counter in words for word in counter})
        for state in (state for state in texts if state.startswith("not verified")):
            clear = any(not re.fullmatch(r"L\d", word) for word in _words(texts[state]) - verified)
            as_level = [level for level in levels if counts[state][level] >= counts[level][level]]
            require_clause(clear or not as_level, clause, f"{capacity} is {state}, and shown as {as_level}{shown}")

    def _compare_files(self, take: Callable[[AssessmentSet, str], object], capacity: str, place: int) -> None:
        """Require that open levels look different in each file.

        Files that do not distinguish levels are ignored.
        """
        files: dict[str, dict[str, str]] = {}
        for level in _LEVELS:
            results = self._results(place, _STATES[level])
            files[level] = self._visible_files(take(results, capacity))
            for low, high in ((1, 2), (1, 3), (2, 3)):
                if f"L{low}" == level:
                    left = PlausibleLevels(lowest=low, highest=high)
                    opened = _with_score(results, capacity, level=None, plausible=left)
                    files[f"not verified, L{low} to L{high}"] = self._visible_files(take(opened, capacity))
        for name in files["L1"]:
            texts = {state: by_name.get(name, "") for state, by_name in files.items()}
            counts = {state: _level_counts(text) for state, text in texts.items()}
            if len({tuple(counts[level].values()) for level in _LEVELS}) < len(_LEVELS):
                continue  # levels are not written as words
            for state in (state for state in texts if state not in _LEVELS):
                lowest = f"L{state[-7]}"
                words = {
                    word for word in _words(texts[state]) - _words(texts[lowest]) if not re.fullmatch(r"L\d", word)
                }
                as_level = counts[state] in [counts[level] for level in _LEVELS]
                require_clause(
                    words or not as_level, "shows each status",
                    f"{capacity} is {state}, and {name or 'the file'} shows it as a level{_show_states(texts)}",
                )  # fmt: skip

    def _visible_files(self, subject: object) -> dict[str, str]:
        return {name: self.visible(name, content) for name, content in self.files(subject).items()}

    @staticmethod
    def _results(place: int, answer: str) -> AssessmentSet:
        """Return results with one country's answers changed."""
        letters = _BASE["BB"]
        return invented_results({**_BASE, "BB": letters[: 2 * place] + answer + letters[2 * place + 2 :]})

    def _without_scores(self, take: Callable[[AssessmentSet, str], object], capacity: str) -> str | None:
        """Return the text of a subject without scores, or None.

        The result is None if the subject needs a score, or the writer takes its words from the report model.
        """
        if self.descriptor.reports:
            return None
        results = invented_results(_BASE)
        subject = take(results, capacity)
        if isinstance(subject, AssessmentSet):
            return self._visible_text(self.files(evolve(subject, assessments=())))
        return self._visible_text(self.files(evolve(subject, scores={}))) if isinstance(subject, Assessment) else None

    def _compare_words(self, capacity: str, texts: Mapping[str, str], without: str | None) -> None:
        """Require that "verified" is used for verified levels only.

        The word counts if a writer uses it more often than without scores.
        """
        most = max(_count_verified(texts[level]) for level in _LEVELS)
        if without is None or most <= _count_verified(without):
            return
        for state in (state for state in texts if state.startswith("not verified")):
            require_clause(
                _count_verified(texts[state]) < most,
                "shows each status",
                f"{capacity} is {state}, and called verified as often as when it is{_show_states(texts)}",
            )

    def test_writes_all_elements(self) -> None:
        """Check that all results, texts, figures and dates are written.

        Small changes must show too.
        """
        self.clause("unlike is unlike")
        for subject in (*self.subjects(), *self._whole_surveys()):
            if isinstance(subject, AssessmentSet):
                self._each_result(subject)
                self._each_named_column(evolve(subject, assessments=subject.assessments[:1]))
            elif not isinstance(subject, Assessment | Score):
                self._each_field(subject)

    def _each_result(self, subject: AssessmentSet) -> None:
        """Require that every result is written."""
        files = self._visible_files(invented_results(_BASE))
        before = "\n".join(files.values())
        places = [(code, place) for place in range(4) for code in _BASE]
        effects: defaultdict[str, dict[bool, list[str]]] = defaultdict(lambda: {True: [], False: []})
        for code, place in spread(places, max(1, self.variants // 2)):
            letters = _BASE[code]
            other = "yy" if letters[2 * place : 2 * place + 2] != "yy" else "nn"
            changed = {**_BASE, code: letters[: 2 * place] + other + letters[2 * place + 2 :]}
            after = self._visible_files(invented_results(changed))
            for name in files:
                effects[name][after.get(name) != files[name]].append(f"{code} {subject.framework.indicators[place].id}")
        marks = [(c.name, c.alpha_2, c.alpha_3) for c in (subject[code].country for code in ("BB", "BZ", "JM"))]
        named = [any(re.search(rf"\b{re.escape(mark)}\b", before) for mark in words) for words in marks]
        absent = [words[0] for words, there in zip(marks, named, strict=True) if not there]
        require_clause(all(named) or not any(named), "unlike is unlike", f"{absent} are not named, and others are")
        for name, by_effect in effects.items():
            require_clause(
                not by_effect[False] or not by_effect[True], "unlike is unlike",
                f"the results of {by_effect[False]} do not count in {name or 'the file'}",
            )  # fmt: skip

    def _each_named_column(self, subject: AssessmentSet) -> None:
        """Require that columns named after flags show their values."""
        changes: defaultdict[str, dict[str, Files]] = defaultdict(dict)
        for path, changed, _ in _changes(subject, flags=True):
            pattern, name = re.sub(r"\[[^]]+\]", "", path), path.rpartition(".")[2]
            if pattern not in changes[name]:
                changes[name][pattern] = self.files(changed)
        for file, content in self.files(subject).items():
            text = content if isinstance(content, str) else content.decode("utf-8-sig", "replace")
            header = text.partition("\n")[0] if [*self.cells(file, content)] else ""
            for name in changes.keys() & set(re.findall(r"\w+", header)):
                shown = any(files.get(file) != content for files in changes[name].values())
                what = f"the column {name} of {file or 'the file'} is the same, whatever {[*changes[name]]} are"
                require_clause(shown, "unlike is unlike", what)

    def _each_field(self, subject: object) -> None:
        groups: defaultdict[str, list[tuple[str, object, object]]] = defaultdict(list)
        before = self.files(subject)
        for path, changed, small in _changes(subject):
            groups[re.sub(r"\[\w+\]", "[*]", path)].append((path, changed, small))
        known = [
            (pattern, members) for pattern, members in groups.items() if not any(p in pattern for p in self.unshown)
        ]
        for pattern, members in spread(known, max(1, self.variants)):
            effects: dict[bool, list[str]] = {True: [], False: []}
            for path, changed, small in spread(members, 3):
                large = self.files(changed) != before
                if not large and self._declares(subject, changed):
                    continue
                effects[large].append(path)
                if large and small is not None:
                    require_clause(
                        self.files(small) != before, "unlike is unlike", f"a small change of {path} is not shown"
                    )
            require_clause(
                not (effects[True] and effects[False]), "unlike is unlike",
                f"{type(subject).__name__}: {effects[True]} count, and {effects[False]} do not ({pattern})",
            )  # fmt: skip

    def _declares(self, subject: object, changed: object) -> bool:
        """True if a change is a declared loss."""
        pair = [
            Survey(file=member.id, format="", questionnaire=member) if isinstance(member, Questionnaire) else member
            for member in (subject, changed)
        ]
        surveys = [survey for survey in pair if isinstance(survey, Survey)]
        return len(surveys) == len(pair) and any(
            loss.kind in (self.descriptor.loses or ()) for loss in find_losses(*surveys)
        )

    def test_writes_whole_report(self) -> None:
        """Check that every word of a report is written.

        A word must appear as often as in the report model; a format may add words, such as those of drawings.
        """
        self.clause("whole report")
        if not self.descriptor.reports:
            pytest.skip("it writes no reports")
        for subject in self.subjects():
            if isinstance(subject, AssessmentSet | Assessment):
                context = RenderContext(programme=invented_programme().programme, dossier=self.dossier())
                for kind, report in build_reports(subject, context):
                    written = count_words(iter([self._visible_text(self.files(subject, kind=kind))]))
                    lost = count_words(list_texts(report)) - written
                    require_clause(not lost, "whole report", f"the {kind} report lacks {', '.join([*lost][:5])}")

    def test_escapes_everywhere(self) -> None:
        """Check that markup in texts is escaped.

        A text with markup must appear as often as a plain one in its place.
        """
        self.clause("escapes everywhere")
        for plain, marked in _ESCAPED:
            self._count_texts(plain, marked)

    def _count_texts(self, plain: str, marked: str) -> None:
        for pair in zip(self.subjects(plain), self.subjects(marked), strict=True):
            shown = [
                " ".join(self._visible_text(self.files(member, text)).split())
                for member, text in zip(pair, (plain, marked), strict=True)
            ]
            counts = shown[0].count(plain), shown[1].count(marked)
            require_clause(
                counts[1] >= counts[0], "escapes everywhere",
                f"{type(pair[0]).__name__}: a text with markup is read {counts[1]} times, and a plain one {counts[0]}",
            )  # fmt: skip


def _with_score(results: AssessmentSet, capacity: str, /, **changes: Any) -> AssessmentSet:
    """Return results with one score of one country changed."""
    country = results["BB"]
    assessment = evolve(country, scores={**country.scores, capacity: evolve(country[capacity], **changes)})
    return evolve(results, assessments=[assessment if other is country else other for other in results.assessments])


def _with_status(results: AssessmentSet, capacity: str, status: FindingStatus) -> AssessmentSet:
    """Return results with a changed finding status."""
    judged = [
        evolve(r, findings=[evolve(f, status=status) for f in r.findings]) for r in results["BB"][capacity].results
    ]
    return _with_score(results, capacity, results=judged)


def _level_counts(text: str) -> dict[str, int]:
    return {
        code: max(len(re.findall(rf"\b{code}\b", text)), len(re.findall(rf"\b{label}\b", text)))
        for code, label in _LEVELS.items()
    }


def _count_verified(text: str) -> int:
    return len(re.findall(r"(?<!not )\bverified\b", " ".join(text.casefold().split())))


def _show_states(texts: Mapping[str, str]) -> str:
    """Return each state with the first lines that are not in the texts of all."""
    lines = {state: [line.strip() for line in text.split("\n")] for state, text in texts.items()}
    common = set.intersection(*map(set, lines.values()))
    own = {
        state: [line for line in state_lines if line and line not in common][:3] for state, state_lines in lines.items()
    }
    listed = (f"\n    {state}: {' / '.join(line[:80] for line in lines) or 'as all'}" for state, lines in own.items())
    return "".join(["\n  each state, where it differs:", *listed])


def _new_lines(one: str, other: str) -> list[str]:
    """Return the lines that the other text has more often."""
    return list((Counter(other.split("\n")) - Counter(one.split("\n"))).elements())


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W\d_]+\d?", text))


def _changes(  # noqa: C901, PLR0912 - one branch a kind of value
    value: Any, path: str = "", *, flags: bool = False
) -> Iterator[tuple[str, Any, Any]]:
    """Yield copies of an object with one change.

    Each item is the path, the copy, and a copy that is changed only slightly.

    Args:
        value: The object.
        path: Its path.
        flags: True to change only flags, instead of texts, figures and dates.
    """
    if path and _KEYS.search(path):
        return
    if isinstance(value, Text) and not flags:
        yield path, evolve(value, source=f"{value.source} Zq"), None
    elif isinstance(value, bool):
        yield path, not value, None
    elif value is None or (flags and isinstance(value, str | int | float | datetime.date | Missing)):
        return
    elif isinstance(value, str):
        if value and type(value) is str:
            yield path, f"{value} Zq", None
    elif isinstance(value, Missing):
        yield path, Missing.NO_ANSWER if value is not Missing.NO_ANSWER else Missing.DONT_KNOW, None
    elif isinstance(value, int | float):
        yield path, value * 3 + 71, value + 1 if value == int(value) else value * 1.001
    elif isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        yield path, value - datetime.timedelta(1), value.replace(year=value.year - 4)
        yield path, value + datetime.timedelta(1), value.replace(year=value.year + 4)
    elif attrs.has(type(value)):
        yield from _attribute_changes(value, path, flags=flags)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            for inner, large, small in _changes(item, f"{path}[{key}]", flags=flags):
                yield inner, {**value, key: large}, None if small is None else {**value, key: small}
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            for inner, large, small in _changes(item, f"{path}[{position}]", flags=flags):
                copies = [
                    None if new is None else (*value[:position], new, *value[position + 1 :]) for new in (large, small)
                ]
                yield inner, copies[0], copies[1]


def _attribute_changes(value: Any, path: str, *, flags: bool) -> Iterator[tuple[str, Any, Any]]:
    for field in attrs.fields(type(value)):
        if not field.init or field.name.startswith("_"):
            continue
        for inner, large, small in _changes(
            getattr(value, field.name), f"{path}.{field.name}".lstrip("."), flags=flags
        ):
            larger, little = (_evolved(value, field.alias, new) for new in (large, small))
            if larger is None:
                continue
            yield inner, larger, little


def _evolved(value: Any, name: str, new: Any) -> Any:
    """Return a copy with a changed attribute.

    The result is None if the model does not allow the value.
    """
    try:
        return None if new is None else evolve(value, **{name: new})
    except (ValueError, TypeError):
        return None
