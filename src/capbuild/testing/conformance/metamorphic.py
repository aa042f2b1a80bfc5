"""Metamorphic clauses: how edits of a file change its reading."""

import gc
import json
import re
import tracemalloc
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

import pytest
from attrs import evolve, frozen

from capbuild.errors import LimitError, ReadError
from capbuild.io import read
from capbuild.io.companions import prepare_options
from capbuild.model import Answer, GeoPoint, Missing, Question, Response, ResponseStatus, Survey
from capbuild.origin import Origin
from capbuild.plugins import Host, InputFile, Reader
from capbuild.testing.conformance.cell_probes import NONSENSE, Probe, is_number_text, probes
from capbuild.testing.conformance.edits import (
    SILENT,
    Edit,
    TextTable,
    archive_member,
    damage_kinds,
    file_kind,
    json_bytes,
    leaves,
    read_members,
    rewritten,
    show_change,
    with_column,
    with_element,
    with_key,
)
from capbuild.testing.conformance.origins import JSON_STEP, decode_table
from capbuild.testing.conformance.reading_content import FAILURES, ContentClauses, is_unasked
from capbuild.testing.conformance.sample import (
    Key,
    Sample,
    answer_table,
    changed_keys,
    form_of,
    form_texts,
    given_count,
    has_new_issue,
    is_read,
    is_reported,
    misplaced_issue,
    reading_content,
    related_questions,
    response_facts,
    show_difference,
    spread,
)
from capbuild.testing.conformance.values import MISSING_WORDS, type_fault
from capbuild.testing.conformance.work import Work, growing_lines
from capbuild.testing.contract import fail_clause, require_clause

_BLANK = (Missing.NO_ANSWER, Missing.NOT_ASKED, Missing.NOT_APPLICABLE, Missing.NOT_COLLECTED)

#: Failures that a damaged file may end in: nothing is read, or not every cell is accounted for.
_OF_DAMAGE = ("CB512", "CB518")


@frozen
class SampleFile:
    """Data of a sample, or one of its companion files.

    Attributes:
        name: Its name, or that of the option.
        data: Its bytes.
        before: Reading of the sample.
        read: Reads the sample with other bytes for this file; None if a `ReadError` is raised.
    """

    name: str
    data: bytes
    before: Survey
    read: Callable[[bytes], Survey | None]


class MetamorphicClauses(ContentClauses):
    """Clauses that edit samples and compare readings.

    Attributes:
        reader: The reader's name.
        samples: Invented files of the format.
        infers: True if columns and types are inferred from all cells: a change of one may then change the types of
            others, but never their texts.
        refers: True if answers refer to questions by an id that the same file defines: an edited id is then an issue,
            and no fault of the reader.
        unread: Parts of paths and columns that are read in some places only, each with the reason.
        edits: Number of cells edited in a sample, for each clause.
        memory: Maximum bytes of memory for each byte of a large file.
        copies: Number of copies of a record in a large sample.
    """

    reader: ClassVar[str]
    samples: ClassVar[Sequence[Sample]]
    infers: ClassVar[bool] = False
    refers: ClassVar[bool] = False
    unread: ClassVar[Mapping[str, str]] = {}
    edits: ClassVar[int] = 12
    memory: ClassVar[float] = 60
    copies: ClassVar[int] = 600

    @property
    def descriptor(self) -> Reader:
        """Reader under test."""
        raise NotImplementedError

    def read_edited(
        self, sample: Sample, data: bytes, host: Host, name: str = "", options: Mapping[str, Any] | None = None
    ) -> Survey | None:
        """Read an edited sample; None if a `ReadError` is raised."""
        given = sample.options if options is None else options
        try:
            survey = read(data, name=name or sample.name, format=self.descriptor.name, options=given, host=host)
        except ReadError:
            return None
        except Exception as error:  # noqa: BLE001 - whatever it raises breaks the clause
            fail_clause("survives damage", f"{_show_edit(sample, data, given)}: {type(error).__name__}: {error}")
        failed = [issue.message for issue in survey.issues if issue.code in FAILURES and issue.code not in _OF_DAMAGE]
        edited = _show_edit(sample, data, given) if failed else ""
        require_clause(not failed, "survives damage", f"{edited}: {failed[:1]}")
        unasked = [issue.message for issue in survey.issues if is_unasked(issue)]
        if unasked and not self.refers:
            fail_clause("form fits", f"{_show_edit(sample, data, given)}: {unasked[0]}")
        return survey

    def files(self) -> Iterator[SampleFile]:
        """Yield each file of the samples that the kit edits."""
        host, seen = self.host, set[tuple[str, bytes]]()
        for sample, before in self.readings():
            own = SampleFile(sample.name, sample.content, before, partial(self.read_edited, sample, host=host))
            for file in (own, *self._companions(sample, before, host)):
                role = "" if file is own else file.name
                if (role, file.data) not in seen:
                    yield file
                seen.add((role, file.data))

    def _companions(self, sample: Sample, before: Survey, host: Host) -> Iterator[SampleFile]:
        def read(option: str, data: bytes) -> Survey | None:
            return self.read_edited(sample, sample.content, host, options={**sample.options, option: data})

        for option, content in sample.options.items():
            if isinstance(content, bytes):
                yield SampleFile(option, content, before, partial(read, option))

    def test_cell_edit_changes_one_answer(self) -> None:
        """Check that a cell edit changes only its answer."""
        self.clause("a cell is one answer")
        host, tried = self.host, 0
        for sample, before in self.readings():
            table = answer_table(before)
            answers = [(k, a) for k, a in table.items() if a.origin is not None and not a.is_missing]
            for key in spread([k for k, a in table.items() if a.is_missing], self.edits):
                self._check_donors(sample, before, key, host)
            for key, answer in spread(answers, self.edits):
                tried += self._edit_answer(sample, before, key, answer, host)
        self._require_edits(tried)

    def _require_edits(self, tried: int) -> None:
        if not tried and any(len(reading.responses) for _, reading in self.readings()):
            pytest.skip("the kit cannot edit these samples: give Sample(edit=...)")

    def _edit_answer(self, sample: Sample, before: Survey, key: Key, answer: Answer, host: Host) -> int:
        origin = answer.origin
        if origin is None:
            return 0
        lines = file_kind(sample.name, sample.content, origin) == "lines"
        shown = answer.raw if answer.raw is not None else str(answer.value)
        text = shown if lines or sample.edit is not None else self.text_at(sample, origin) or ""
        asked = form_of(before).get(answer.question)
        several = sum(answer.origin == origin for answer in answer_table(before).values()) > 1 and not lines
        tried, facts = 0, frozenset[str]()
        words = {**MISSING_WORDS, **sample.words}
        probes_ = [] if several or isinstance(answer.value, tuple) else list(probes(asked, answer, text, words))
        for probe in (_blank_probe(answer), *probes_):
            data = sample.edited(Edit(kind="replace", origin=origin, text=probe.text, was=text))
            if data is None:
                continue
            after = self.read_edited(sample, data, host)
            if not probe.text and after is not None:
                facts = _facts_of_cell(before, after, key[0])
            self._check_probe(sample, before, after, key, probe, facts)
            tried += 1
        if not several:
            self._check_donors(sample, before, key, host)
        data = sample.edited(Edit(kind="remove", origin=origin, was=text))
        if data is not None:
            self._check_probe(sample, before, self.read_edited(sample, data, host), key, _left_out_probe(answer), facts)
        return tried

    def _cell_text(self, sample: Sample, answer: Answer) -> str | None:
        """Return the text of an answer's cell, for an edit."""
        origin = answer.origin
        if origin is None:
            return None
        if file_kind(sample.name, sample.content, origin) == "lines" or sample.edit is not None:
            return _text_of(answer)
        return self.text_at(sample, origin)

    def _check_donors(self, sample: Sample, before: Survey, key: Key, host: Host) -> None:
        """Require that a copied cell gives the same answer."""
        table = answer_table(before)
        old = table[key]
        if (
            old.origin is None
            or self.infers
            or isinstance(old.value, tuple | GeoPoint)
            or (old.is_missing and old.origin.column is None and not old.origin.path)
        ):
            return
        was, seen = self._cell_text(sample, old) or "", set[str]()
        for other, donor in table.items():
            alike = other[1:] == key[1:] and other[0] != key[0] and _is_attribute(donor) == _is_attribute(old)
            text = self._cell_text(sample, donor) if alike else None
            if text is None or text == was or text in seen or isinstance(donor.value, tuple | GeoPoint):
                continue
            seen.add(text)
            data = sample.edited(Edit(kind="replace", origin=old.origin, text=text, was=was))
            after = None if data is None else self.read_edited(sample, data, host)
            new = None if after is None else answer_table(after).get(key)
            if after is None or new is None or len(after.responses) != len(before.responses):
                continue
            same = new.value == donor.value and type(new.value) is type(donor.value)
            asked = form_of(before).get(old.question)
            depends = asked is not None and (asked.skip is not None or asked.inferred) and new.is_missing
            unequal = before.responses[key[0]].status != before.responses[other[0]].status and new.is_missing
            require_clause(
                same or depends or unequal or is_reported(before, after),
                "a cell is one answer",
                f"{sample.name}: {text!r} at {old.origin} is {new.value!r}, and at {donor.origin} {donor.value!r}",
            )

    def _check_probe(  # noqa: PLR0917 - both sides of the comparison, and its conditions
        self,
        sample: Sample,
        before: Survey,
        after: Survey | None,
        key: Key,
        probe: Probe,
        facts: frozenset[str],
    ) -> None:
        clause = "a cell is one answer"
        old = answer_table(before)[key]
        what = f"{sample.name}: with {probe.what} at {old.origin}, in place of {old.value!r},"
        if after is None:
            require_clause(probe.text or not probe.must_report, clause, f"{what} nothing is read")
            return
        if len(after.responses) != len(before.responses):
            reported = is_reported(before, after) or _is_in_key(before, key)
            require_clause(reported, clause, f"{what} there are {len(after.responses)} responses")
            return
        reported = is_reported(before, after)
        new = answer_table(after).get(key)
        if new is None:
            allowed = not probe.text or reported or self.infers or probe.what.startswith("the word")
            require_clause(allowed, clause, f"{what} {old.question} is not answered")
        elif not probe.fits(new) and not _is_sibling_key(old.origin, new.origin):
            excused = reported and new.is_missing
            excused = excused and (new.value is Missing.INVALID or new.raw is None)
            require_clause(excused and bool(probe.text), clause, f"{what} {old.question} is {new.value!r}")
        elif probe.text and not new.is_missing and not reported:
            asked = form_of(after).get(new.question)
            fault = type_fault(asked, new.value) if asked is not None else ""
            require_clause(not fault, clause, f"{what} {old.question} is {new.value!r} without an issue: {fault}")
        if probe.text and new is not None and new.value is Missing.INVALID:
            require_clause(reported, clause, f"{what} the value is invalid, and no issue says so")
            elsewhere = misplaced_issue(before, after, old.origin)
            require_clause(not elsewhere, "says where", f"{what} the only new issue is {elsewhere}")
        if not probe.text and new is not None and probe.must_report:
            self._check_blank(sample, before, after, key)
        self._check_others(before, after, key, what, facts)
        require_clause(after.reconciliation.adds_up, "adds up", f"{what} {after.reconciliation}")

    def _check_blank(self, sample: Sample, before: Survey, after: Survey, key: Key) -> None:
        """Require the missing kind of an empty cell."""
        new, response = answer_table(after)[key], after.responses[key[0]]
        asked = form_of(after).get(new.question)
        always = asked is None or (asked.skip is None and asked.group is None and asked.parent is None)
        whole = always and response.status is ResponseStatus.SUBMITTED
        kinds = " or ".join(kind.value for kind in _kinds(sample.blank))
        require_clause(
            not whole or not new.is_missing or new.value in _kinds(sample.blank) or new.raw is not None,
            "kinds of missing",
            f"{sample.name}: a blank {new.question}, asked of everybody, is {new.value}, not {kinds}",
        )
        if not new.is_missing:
            return  # other cells give it too
        alike = {
            a.value for r in before.responses for a in r
            if a.question == new.question and a.is_missing and a.raw is None and r.status == response.status
        }  # fmt: skip
        require_clause(
            not alike or new.value in alike or not always, "kinds of missing",
            f"{sample.name}: a blank {new.question} is {new.value}, and elsewhere {alike}",
        )  # fmt: skip

    def _check_others(self, before: Survey, after: Survey, key: Key, what: str, facts: frozenset[str]) -> None:
        clause = "a cell is one answer"
        old, new = answer_table(before), answer_table(after)
        related = related_questions(before.questionnaire, old[key].question)
        related |= related_questions(after.questionnaire, old[key].question)
        origin = old[key].origin
        cell = origin is not None and (origin.column is not None or origin.path is not None)
        state = self._is_state(form_of(before).get(old[key].question))
        for other in changed_keys(old, new):
            answer = old.get(other) or new[other]
            absent = state and answer.is_missing
            same = other[0] == key[0] and (absent or answer.question in related or (cell and answer.origin == origin))
            retyped = old.get(other) is not None and new.get(other) is not None and _is_retyped(
                before, after, old[other], new[other]
            )  # fmt: skip
            inferred = self.infers and (
                other not in old or other not in new or _text_of(old[other]) == _text_of(new[other])
            )
            unheard = answer.is_missing and (other not in new or other not in old)  # nobody else answered it
            if not (same or retyped or inferred or unheard):
                there = new[other].value if other in new else "gone"
                fail_clause(clause, f"{what} the answer {other[1]} of response {other[0] + 1} is {there!r}")
        for position, (response, two) in enumerate(zip(before.responses, after.responses, strict=True)):
            differing = _differing_facts(response, two)
            if position == key[0]:
                shown = _text_of(old[key])
                differing = [n for n in differing if n not in facts and shown not in str(getattr(response, n))]
                differing = [n for n in differing if not (state and n in ("status", "place", "country"))]
            elif response.respondent is not None and response.respondent == before.responses[key[0]].respondent:
                differing = [name for name in differing if name not in ("place", "country")]  # one office, one country
            elif self.infers:
                differing = [name for name in differing if name not in ("date", "submitted", "place", "country")]
            require_clause(not differing, clause, f"{what} {differing} of response {response.id} are others")

    def _is_state(self, asked: Question | None) -> bool:
        """True for a question that the format adds itself.

        An example is the completeness of a form.
        """
        choices = asked.choices if asked is not None else ()
        return bool(choices) and all(choice.label.source in self.own_texts for choice in choices)

    def test_rows_in_any_order(self) -> None:
        """Check that swapping two records swaps the responses."""
        self.clause("rows in any order")
        host = self.host
        for sample, before in self.readings():
            pair = next(iter(_record_pairs(sample, before)), None)
            if pair is None:
                continue
            first, second = pair
            first_response, other = before.responses[first], before.responses[second]
            origin = _record_origin(first_response)
            data = None
            if origin is not None:
                data = sample.edited(Edit(kind="swap", origin=origin, other=_record_origin(other)))
            after = None if data is None else self.read_edited(sample, data, host)
            if data is None:
                continue
            wanted = [_answers_of(response) for response in before.responses]
            wanted[first], wanted[second] = wanted[second], wanted[first]
            answers = [_answers_of(response) for response in after.responses] if after is not None else []
            what = f"with records {first + 1} and {second + 1} swapped {_first_difference(wanted, answers)}"
            require_clause(answers == wanted, "rows in any order", f"{sample.name}: {what}")

    def test_every_row_counts(self) -> None:
        """Check that an added record adds one response."""
        self.clause("every row counts")
        host = self.host
        for sample, before in self.readings():
            for place in {0, len(before.responses) - 1} if before.responses else ():
                self._copy_record(sample, before, place, 1, host)
                self._copy_twin(sample, before, place, host)

    def _copy_twin(self, sample: Sample, before: Survey, place: int, host: Host) -> None:
        """Require two responses with different ids for a duplicate record.

        If the ids come from the file, an issue must report the second record.
        """
        response = before.responses[place]
        origin = _record_origin(response)
        if origin is None or not _is_whole(sample, before, place):
            return
        named = Edit(kind="copy", origin=origin, id=response.id)
        twin, other = sample.edited(evolve(named, id="")), sample.edited(named)
        if twin is None or other is None:
            return
        written, content = response.id.encode(), sample.content
        own = sample.edit is None or written not in content or twin.count(written) > content.count(written)
        require_clause(own, "unique ids", f"{sample.name}: its `edit` gives a copy another id than {response.id!r}")
        after = self.read_edited(sample, twin, host)
        if after is None:
            return
        names = [response.id for response in after.responses]
        what, reported = f"{sample.name}: with record {place + 1} twice,", is_reported(before, after)
        unique = len(set(names)) == len(names) and (reported or len(names) == len(before.responses) + 1)
        require_clause(unique, "unique ids", f"{what} the responses are {names}")
        if reported:
            return
        copied = None if twin == other else self.read_edited(sample, other, host)
        given = copied is not None and named.new_id(1) in {response.id for response in copied.responses}
        require_clause(not given, "unique ids", f"{what} no issue says that two have the id {response.id!r}")

    def _copy_record(self, sample: Sample, before: Survey, place: int, times: int, host: Host) -> bytes | None:
        response = before.responses[place]
        origin = _record_origin(response)
        if origin is None or not _is_whole(sample, before, place):
            return None
        change = Edit(kind="copy", origin=origin, id=response.id, times=times)
        data = sample.edited(change)
        if data is None:
            return None
        after = self.read_edited(sample, data, host)
        what = f"{sample.name}: with {times} more of record {place + 1},"
        if after is None:
            fail_clause("every row counts", f"{what} nothing is read")
        if is_reported(before, after):
            return None  # the copy is reported as a duplicate
        names = [response.id for response in after.responses]
        require_clause(len(set(names)) == len(names), "unique ids", f"{what} responses have one id")
        count, wanted = len(after.responses), len(before.responses) + times
        require_clause(count == wanted, "every row counts", f"{what} there are {count} responses, not {wanted}")
        answers = [_answers_of(response) for response in after.responses]
        require_clause(
            answers[: len(before.responses)] == [_answers_of(response) for response in before.responses],
            "every row counts", f"{what} the others differ",
        )  # fmt: skip
        differing = [
            copy for copy in answers[len(before.responses) :] if not _is_same(copy, answers[place], response.id)
        ]
        require_clause(not differing, "every row counts", f"{what} a copy is read as {differing[:1]}")
        rows = [reading.reconciliation.total("rows_in") for reading in (before, after)]
        grows = rows[1] - rows[0] == times or rows[0] != len(before.responses)
        require_clause(grows, "every row counts", f"{what} {rows[1]} rows are counted, and {rows[0]} without")
        return data

    def test_large_files(self) -> None:
        """Check that a large file is read completely.

        Memory and work must stay within limits, without leaks.
        """
        self.clause("large files")
        host = self.host
        for sample, before in self.readings():
            if not before.responses:
                continue
            place = len(before.responses) - 1
            data = self._copy_record(sample, before, place, self.copies, host)
            if data is not None:
                self._measure(sample, data)
                self._compare_work(sample, before, place)
                return

    def _compare_work(self, sample: Sample, before: Survey, place: int) -> None:
        """Require that the work per record is constant."""
        response = before.responses[place]
        origin = _record_origin(response)
        if origin is None:
            return

        def measure(times: int) -> Work:
            data = sample.edited(Edit(kind="copy", origin=origin, id=response.id, times=times))
            options = prepare_options(self.descriptor, sample.options, sample.source()).options
            source = InputFile(sample.name, data=data)
            return Work().measure(lambda: deque(self.descriptor.read(source, options), maxlen=0))

        slow: dict[str, str] = {}
        for attempt in range(3):  # a busy machine slows other lines each time
            works = measure(self.copies // 4), measure(self.copies)
            found = dict(growing_lines(*works, factor=4, items=self.copies // 2))
            slow = {line: how for line, how in found.items() if attempt == 0 or line in slow}
            if not slow:
                return
        texts = [f"{line} {how}" for line, how in slow.items()]
        fail_clause("large files", f"work grows with the square of the records: {'; '.join(texts[:3])}")

    def _measure(self, sample: Sample, data: bytes) -> None:
        descriptor = self.descriptor
        options = prepare_options(descriptor, sample.options, sample.source()).options
        gc.collect()
        source = InputFile(sample.name, data=data)
        tracemalloc.start()
        try:
            for _ in descriptor.read(source, options):
                pass
            peak = tracemalloc.get_traced_memory()[1]
            del source
            gc.collect()
            left = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        bound = self.memory * len(data) + 1_000_000
        require_clause(
            peak <= bound,
            "large files",
            f"reading {len(data):,} bytes takes {peak:,} bytes of memory, over {bound:,.0f}",
        )
        require_clause(left <= len(data) + 200_000, "large files", f"{left:,} bytes stay in memory after reading")

    def test_same_content(self) -> None:
        """Check that equivalent files are read the same."""
        self.clause("same content")
        host = self.host
        for sample, before in self.readings():
            for what, data in _copies(sample, rewritten):
                after = self.read_edited(sample, data, host)
                answers = None if after is None else [_answers_of(response) for response in after.responses]
                wanted = [_answers_of(response) for response in before.responses]
                same = answers == wanted and (after is None or after.questionnaire == before.questionnaire)
                require_clause(
                    same, "same content", f"{sample.name} as {what}: {_first_difference(wanted, answers or [])}"
                )
                issue = after is not None and has_new_issue(before, after)
                require_clause(not issue, "same content", f"{sample.name} as {what} has an issue more")
            stem, dot, suffix = sample.name.rpartition(".")
            other = self.read_edited(sample, sample.content, host, name=f"{stem} (2){dot}{suffix}")
            same = other is not None and [_answers_of(r) for r in other.responses] == [
                _answers_of(r) for r in before.responses
            ]
            require_clause(same, "same content", f"{sample.name} under another name is read otherwise")

    def test_reports_damage(self) -> None:
        """Check that damage is reported.

        A damaged file raises a `ReadError` or reports issues; answers are never lost without an issue.
        """
        self.clause("reports damage")
        host = self.host
        for sample, before in self.readings():
            places = [o for r in before.responses for o in (r.origin, *(a.origin for a in r.answers)) if o is not None]
            members = _members(sample, places)

            def broken(name: str, data: bytes, members: Collection[str] = members) -> Iterator[tuple[str, bytes]]:
                return damage_kinds(name, data, members)

            self._break_records(sample, before, host)
            self._break_companions(sample, before, host)
            for what, data in _copies(sample, broken):
                try:
                    after = self.read_edited(sample, data, host)
                except LimitError:
                    continue
                reported = after is None or is_reported(before, after) or _keeps_all(before, after)
                kept = (
                    after is not None
                    and what in SILENT
                    and given_count(after.responses) >= given_count(before.responses)
                )
                require_clause(
                    reported or kept, "reports damage", f"{sample.name} with {what} is read without an issue"
                )
            self._damage_letters(sample, before, host)

    def _break_records(self, sample: Sample, before: Survey, host: Host) -> None:
        """Require an issue for each broken record.

        The record is replaced by other content, or contains content unknown to the reader.
        """
        for what, data, place in _broken_records(sample, before):
            after = self.read_edited(sample, data, host)
            if after is None or (_keeps_all(before, after) and has_new_issue(before, after)):
                continue
            lost = given_count(after.responses) < given_count(before.responses)
            issue = has_new_issue(before, after)
            require_clause(issue or not lost, "reports damage", f"{sample.name} with {what} is read without an issue")
            elsewhere = misplaced_issue(before, after, place) if lost and after.responses else ""
            require_clause(not elsewhere, "says where", f"{sample.name} with {what}: the only new issue is {elsewhere}")
        for data in _with_nonsense_line(sample, before):
            after = self.read_edited(sample, data, host)
            seen = after is None or has_new_issue(before, after) or is_read(NONSENSE, after)
            require_clause(seen, "reports damage", f"{sample.name}: a line of nonsense is neither read nor an issue")
        for what, data in _copies(sample, lambda _name, _data: _unknown_keys(sample, before)):
            if any(part in what for part in self.unread):
                continue
            after = self.read_edited(sample, data, host)
            seen = after is None or reading_content(after) != reading_content(before)
            require_clause(seen, "reports damage", f"{sample.name}: {what} is left out without a word")

    def _break_companions(self, sample: Sample, before: Survey, host: Host) -> None:
        """Require that damaged companion files are reported."""
        for companion in self._companions(sample, before, host):
            name, content = companion.name, companion.data
            middle = len(content) // 2
            for what, data in (
                ("is empty", b""),
                ("is cut off", content[:middle]),
                ("has a byte that is no letter", content[:middle] + b"\xff" + content[middle:]),
            ):
                after = companion.read(data)
                if after is None or is_reported(before, after):
                    continue
                lost = given_count(after.responses) < given_count(before.responses)
                marred = any("\ufffd" in text for _, text in form_texts(after.questionnaire))
                clause, file = "reports damage", f"{sample.name}, whose {name} {what},"
                require_clause(not lost, clause, f"{file} has fewer answers without an issue")
                require_clause(not marred, clause, f"{file} has texts with letters replaced, without an issue")

    def _damage_letters(self, sample: Sample, before: Survey, host: Host) -> None:
        """Require that invalid bytes are reported or visible."""
        content = sample.content
        texts = [
            (key, answer.origin, text)
            for key, answer in answer_table(before).items()
            if isinstance(answer.value, str) and answer.origin is not None
            and len(text := _text_of(answer).encode("ascii", "ignore")) > 1 and content.count(text) == 1
        ]  # fmt: skip
        for key, origin, text in spread(texts, 3) if not content.startswith(b"PK") else ():
            after = self.read_edited(sample, content.replace(text, text[:-1] + b"\xff"), host)
            if after is None:
                return
            new = answer_table(after).get(key)
            seen = new is not None and len(_text_of(new)) >= len(text) and "\ufffd" not in _text_of(new)
            require_clause(
                seen or is_reported(before, after),
                "reports damage",
                f"{sample.name} with a byte that is no letter at {origin} gives {new!r}",
            )

    def test_reads_all_siblings(self) -> None:
        """Check that all rows, choices and texts are read alike."""
        self.clause("reads all alike")
        host = self.host
        for sample, before in self.readings():
            known = {
                pattern: members
                for pattern, members in _sibling_groups(sample, before).items()
                if not any(part in pattern for part in self.unread)
            }
            alike = {re.sub(r"\[\d+\]", "[]", pattern): pattern for pattern in known}
            kinds = spread(list(alike.values()), 3 * self.edits)
            others = [pattern for pattern in known if pattern not in kinds]
            chosen = (*kinds, *spread(others, max(2 * self.edits - len(kinds), 0)))
            groups = [(pattern, known[pattern]) for pattern in chosen]
            for pattern, members in groups:
                texts = [text for _, text in members]
                effects = [
                    (origin, self._effect(sample, before, (origin, text, texts), host)) for origin, text in members
                ]
                matter = [str(origin) for origin, effect in effects if effect]
                ignored = [str(origin) for origin, effect in effects if effect is False]
                used = ignored and not matter and _is_used(before, members[0][0])
                require_clause(
                    not used, "reads all alike", f"{sample.name}: {ignored} are said to be used, and do not count"
                )
                require_clause(
                    not (matter and ignored), "reads all alike",
                    f"{sample.name}: what stands at {matter} counts, and at {ignored} it does not ({pattern})",
                )  # fmt: skip

    def _effect(self, sample: Sample, before: Survey, leaf: tuple[Origin, str, list[str]], host: Host) -> bool | None:
        """Return whether changing a leaf changes the reading.

        The result is None if the leaf cannot be changed.
        """
        origin, text, beside = leaf
        number = is_number_text(text)
        effect: bool | None = None
        first = str(int(float(text)) + 1) if number else f"{text} Zq"
        for new in (
            first,
            *dict.fromkeys(neighbour for neighbour in beside if neighbour != text),
            "" if number else "17",
            "Zq",
        ):
            data = sample.edited(Edit(kind="replace", origin=origin, text=new, was=text))
            if data is None:
                continue
            after = self.read_edited(sample, data, host)
            if after is None or reading_content(after) != reading_content(before):
                if after is not None:
                    self._check_form_text(sample, before, after, (origin, text, new))
                return True
            effect = False
        return effect

    def _check_form_text(self, sample: Sample, before: Survey, after: Survey, change: tuple[Origin, str, str]) -> None:
        """Require that a changed form text is read as changed."""
        origin, text, new = change
        old, new_texts = dict(form_texts(before.questionnaire)), dict(form_texts(after.questionnaire))
        for place in old.keys() & new_texts.keys():
            if old[place] == text and new_texts[place] != text:
                whole = " ".join(new_texts[place].split()) == " ".join(new.split())
                require_clause(
                    whole,
                    "reads all alike",
                    f"{sample.name}: with {new!r} at {origin} the {place} is {new_texts[place]!r}",
                )


def _kinds(blank: Missing | tuple[Missing, ...]) -> tuple[Missing, ...]:
    return blank if isinstance(blank, tuple) else (blank,)


def _blank_probe(answer: Answer) -> Probe:
    """Return a probe that empties a cell."""
    codes = set(answer.value) if isinstance(answer.value, tuple) else set()

    def fits(one: Answer) -> bool:
        fewer = isinstance(one.value, tuple) and set(one.value) <= codes  # other cells may give it too
        return one.value in _BLANK if one.is_missing else fewer or one.value is False or isinstance(one.value, GeoPoint)

    return Probe("", "an empty cell", fits)


def _left_out_probe(answer: Answer) -> Probe:
    """Return a probe that removes a cell with its key."""
    return evolve(_blank_probe(answer), what="no cell", must_report=False)


def _is_retyped(before: Survey, after: Survey, old: Answer, new: Answer) -> bool:
    """True if an answer changed only its inferred type.

    The type of a question is inferred from all its answers.
    """
    asked = form_of(before).get(old.question), form_of(after).get(new.question)
    inferred = all(isinstance(question, Question) and question.inferred for question in asked)
    texts = {str(answer.raw if answer.raw is not None else answer.value) for answer in (old, new)}
    return inferred and (len(texts) == 1 or asked[0].type is not asked[1].type)  # type: ignore[union-attr]


def _keeps_all(before: Survey, after: Survey) -> bool:
    """Check that the second reading has all earlier answers."""
    contents = [[_answers_of(response) for response in reading.responses] for reading in (before, after)]
    return contents[0] == contents[1] and before.questionnaire == after.questionnaire and bool(contents[0])


def _is_sibling_key(one: Origin | None, other: Origin | None) -> bool:
    """True if origins are different keys of one JSON object.

    Examples are the id and the label of a choice.
    """
    paths = [(origin.path or "").rpartition(".") for origin in (one, other) if origin is not None]
    return len(paths) == 2 and paths[0] != paths[1] and paths[0][0] == paths[1][0].rstrip(".") != "" and all(
        path[2].isidentifier() for path in paths
    )  # fmt: skip


def _is_in_key(reading: Survey, key: Key) -> bool:
    """True if an answer is part of a joint id.

    A joint id combines several rows into one response.
    """
    words = reading.responses[key[0]].id.split()
    rows = reading.reconciliation.total("rows_in")
    return len(words) > 1 and _text_of(answer_table(reading)[key]) in words and rows > len(reading.responses)


def _is_attribute(answer: Answer) -> bool:
    return answer.origin is not None and "/@" in (answer.origin.path or "")


def _text_of(answer: Answer) -> str:
    return answer.raw if answer.raw is not None else "" if answer.is_missing else str(answer.value)


def _facts_of_cell(before: Survey, after: Survey, place: int) -> frozenset[str]:
    """Return the response metadata that is lost with a cell."""
    if len(before.responses) != len(after.responses):
        return frozenset()
    response, other = (reading.responses[place] for reading in (before, after))
    lost = [name for name in _differing_facts(response, other) if getattr(other, name) in (None, "")]
    named = response.respondent is not None and response.respondent != other.respondent  # pseudonym from the cell
    return frozenset([*lost, *(["country"] if "place" in lost else []), *(["respondent"] if named else [])])


def _differing_facts(one: Response, other: Response) -> list[str]:
    """Return the metadata that differ between two responses.

    Ids that are the position in the file are ignored.
    """
    facts = response_facts(one), response_facts(other)
    differing = [name for name in facts[0] if facts[0][name] != facts[1][name]]
    if "id" in differing and all(_is_place(response) for response in (one, other)):
        differing = [name for name in differing if name not in ("id", "respondent")]
    return differing


def _is_place(response: Response) -> bool:
    """True if the id of a response is its row."""
    return response.origin is not None and bool(re.search(rf"(?<!\d){response.origin.row}$", response.id))


def _record_origin(response: Response) -> Origin | None:
    """Return the origin of a record: if possible, a cell."""
    if response.origin is None or response.origin.path is not None:
        return response.origin
    rows = (a.origin for a in response.answers if a.origin is not None and a.origin.row == response.origin.row)
    return next((origin for origin in rows if origin.column is not None), response.origin)


def _copies(sample: Sample, make: Callable[[str, bytes], Iterator[tuple[str, bytes]]]) -> Iterator[tuple[str, bytes]]:
    """Yield copies of a sample that the kit can make."""
    try:
        yield from make(sample.name, sample.content)
    except (ValueError, LookupError):
        return


def _answers_of(response: Response) -> tuple[Any, ...]:
    """Return a response without origins and positional ids."""
    facts = {name: value for name, value in response_facts(response).items() if name != "id"}
    if facts["respondent"] is not None:
        facts["respondent"] = evolve(facts["respondent"], pseudonym="?")
    answers = sorted(
        ((a.question, a.repeat, repr(a.value), a.raw, a.comment) for a in response.answers), key=lambda one: one[:2]
    )
    return tuple(facts.items()), tuple(answers)


def _is_same(one: tuple[Any, ...], other: tuple[Any, ...], name: str) -> bool:
    """True if a copy equals its record except its id."""
    mark = re.compile(rf"(?:{re.escape(name)}k\d+|\b9\d{{4}}\b)")
    texts = [re.sub(re.escape(name), "?", mark.sub(name, repr(value))) for value in (one, other)]
    return one == other or texts[0] == texts[1]


def _show_edit(sample: Sample, data: bytes, options: Mapping[str, Any]) -> str:
    """Return what was changed in a sample, or in one of its companions."""
    if data != sample.content:
        return f"{sample.name} {show_change(sample.content, data)}"
    pairs = [(name, sample.options.get(name), value) for name, value in options.items()]
    changed = ((name, old, new) for name, old, new in pairs if isinstance(old, bytes) and old != new)
    named = next((f"{name} {show_change(old, new)}" for name, old, new in changed), "")
    return f"{sample.name}, {named or 'under another name'}"


def _first_difference(wanted: Sequence[Any], found: Sequence[Any]) -> str:
    """Describe the first response that differs from the expected one."""
    if len(wanted) != len(found):
        return show_difference("the number of responses", len(wanted), len(found))
    for position, (left_response, other) in enumerate(zip(wanted, found, strict=True), start=1):
        for part, (left, right) in enumerate(zip(left_response, other, strict=True)):
            if left != right:
                new = [item for item in right if item not in left]
                gone = [item for item in left if item not in right]
                return show_difference(f"{'answers' if part else 'facts'} of response {position}", gone[:2], new[:2])
    return "the questionnaire differs"


def _record_key(origin: Origin | None) -> Hashable:
    if origin is None:
        return None
    if origin.path is not None:
        return origin.sheet, origin.path
    return (origin.sheet, origin.row) if origin.row is not None else None


def _is_whole(sample: Sample, reading: Survey, place: int) -> bool:
    """True if one record is the whole response.

    A sample with its own `edit` knows where a record ends.
    """
    response = reading.responses[place]
    key = _record_key(response.origin)
    if key is None or [_record_key(other.origin) for other in reading.responses].count(key) > 1:
        return False
    path = response.origin.path if response.origin is not None else None
    if sample.edit is not None:
        return True
    if path is not None:
        return all(a.origin is not None and (a.origin.path or "").startswith(path) for a in response.answers)
    return all(_record_key(a.origin) == key for a in response.answers) and (
        response.origin is None or response.origin.column is None
    )


def _record_pairs(sample: Sample, reading: Survey) -> Iterator[tuple[int, int]]:
    """Yield pairs of responses in separate, different records."""
    whole = [place for place in range(len(reading.responses)) if _is_whole(sample, reading, place)]
    yield from ((whole[0], whole[-1]),) if len(whole) > 1 else ()


def _broken_records(sample: Sample, before: Survey) -> Iterator[tuple[str, bytes, Origin]]:
    """Yield copies with one broken record, and its location.

    The record is replaced by other content, or cut in its middle.
    """
    whole = [response for position, response in enumerate(before.responses) if _is_whole(sample, before, position)]
    for response in whole[:1]:
        origin = response.origin
        if origin is None or file_kind(sample.name, sample.content) not in ("table", "json"):
            continue
        if origin.path is None and origin.row is not None:
            lines = sample.content.split(b"\n")
            if lines[origin.row - 1 :]:
                lines[origin.row - 1] = lines[origin.row - 1][: len(lines[origin.row - 1]) // 2]
                yield f"half of line {origin.row}", b"\n".join(lines), origin
        elif (origin.path or "").startswith("$[") or "$" in (origin.path or ""):
            for text, what in (("42", "a number"), ("null", "null"), ('"x"', "a text"), ("[]", "a list")):
                data = _json_record(sample, origin, text)
                if data is not None:
                    yield f"{what} in place of the record {origin}", data, origin


def _with_nonsense_line(sample: Sample, before: Survey) -> Iterator[bytes]:
    """Yield a copy with nonsense below a response's line.

    Only texts with one record per line have such a copy.
    """
    origins = [response.origin for response in before.responses if response.origin is not None]
    if origins and file_kind(sample.name, sample.content, origins[0]) == "lines" and origins[0].row is not None:
        text, encoding = decode_table(sample.content)
        lines, row = text.split("\n"), origins[0].row
        yield "\n".join([*lines[:row], NONSENSE, *lines[row:]]).encode(encoding)


def _longer_lines(content: bytes, origin: Origin | None) -> Iterator[tuple[str, bytes]]:
    """Yield a copy with another part in an answer's line.

    Lines of JSON have no such copy.
    """
    table, row = TextTable.parse(content), origin.row if origin is not None else None
    if row in table.starts and not content.lstrip().startswith(b"{"):
        lines = [record.rstrip("\r\n") for record in table.records]
        lines[table.find(row)] += f" {table.delimiter} Zq9"
        yield "a part more in a line", table.encode([f"{line}\n" for line in lines])


def _unknown_keys(  # noqa: C901 - one branch a kind of file
    sample: Sample, before: Survey
) -> Iterator[tuple[str, bytes]]:
    """Yield copies with an unknown or duplicate key.

    The key, or in a table the column, is next to an answer.
    """
    answers = [a for r in before.responses for a in r if a.origin is not None and not a.is_missing]
    if sample.edit is not None or not answers or sample.content.startswith(b"PK"):
        return
    first = answers[0]
    kind = file_kind(sample.name, sample.content, first.origin)
    if kind == "table":
        rows = [origin.row for r in before.responses if (origin := _record_origin(r)) is not None and origin.row]
        if rows:
            yield "a column more", with_column(sample.content, min(rows), "Zq9")
    elif kind == "lines":
        yield from _longer_lines(sample.content, first.origin)
    elif kind == "xml":
        for what, place in (("beside an answer", first.origin), ("beside a response", before.responses[0].origin)):
            if place is not None and place.path:
                yield f"an element more {what}", with_element(sample.content, place)
    elif kind == "json":
        keyed = [a.origin for a in answers if a.origin is not None and (a.origin.path or "").endswith(a.question)]
        for origin in keyed[:1]:
            yield f"a key more beside {origin}", with_key(sample.content, origin, "zq9")
            key = (origin.path or "").rpartition(".")[2]
            if key.isidentifier():
                yield f"the key {key} twice", with_key(sample.content, origin, key)


def _json_record(sample: Sample, origin: Origin, text: str) -> bytes | None:
    """Return a copy with JSON instead of a record."""
    marked = sample.edited(Edit(kind="copy", origin=origin))
    if marked is None or sample.content.startswith(b"PK"):
        return None
    tree = json.loads(sample.content.decode("utf-8-sig"))
    steps = [int(n) if n else quoted or plain for n, quoted, plain in JSON_STEP.findall((origin.path or "$")[1:])]
    above = tree
    for step in steps[:-1]:
        above = above[step]
    above[steps[-1]] = json.loads(text)
    return json_bytes(tree, sample.content)


def _members(sample: Sample, places: Sequence[Origin]) -> Collection[str]:
    """Return the archive members with answers; the largest if unknown."""
    if file_kind(sample.name, sample.content) != "zip":
        return ()
    members_ = set()
    for origin in places:
        try:
            members_.add(archive_member(sample.content, origin)[0])
        except LookupError:
            continue
    members = read_members(sample.content)
    return members_ or {max(members, key=lambda name: len(members[name]))}


_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,4})?")


def _is_used(reading: Survey, origin: Origin) -> bool:
    """True if the reconciliation uses a column."""
    if origin.path is not None:
        return False
    columns = (c for s in reading.reconciliation.sheets if s.sheet == (origin.sheet or "") for c in s.columns)
    uses = {column.use.value for column in columns if column.column == origin.column}
    return bool(uses & {"country", "respondent", "question", "answer"})


def _is_left_out(before: Survey, path: str) -> bool:
    """True for a record that did not become a response.

    The record is in the same list as those of the responses.
    """
    records = {plain_path(r.origin.path) for r in before.responses if r.origin is not None and r.origin.path}
    above = {record[: record.rfind("[") + 1] for record in records if record.endswith("]")}
    plain = plain_path(path)
    inside = any(plain.startswith(record_list) for record_list in above)
    return inside and not any(plain.startswith(record) for record in records)


def plain_path(path: str) -> str:
    """Return a path without the optional numbers of first elements."""
    return path if "$" in path else path.replace("[1]/", "/")


def _sibling_groups(sample: Sample, before: Survey) -> Mapping[str, list[tuple[Origin, str]]]:
    """Return groups of similar leaves.

    A group has the first, the last and a middle leaf of a column, list or language map.
    """
    siblings: defaultdict[str, list[tuple[Origin, str]]] = defaultdict(list)
    used = {o.row for r in before.responses for o in (r.origin, *(a.origin for a in r.answers)) if o is not None}
    texts = {text for _, text in form_texts(before.questionnaire)}
    try:
        all_leaves = list(leaves(sample.name, sample.content)) if sample.edit is None else []
    except (ValueError, LookupError):
        all_leaves = []
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for above, _, key in ((origin.path or "").rpartition(".") for origin, _ in all_leaves):
        keys[above].append(key)
    named = {above for above, own in keys.items() if all(key == "default" or _LANGUAGE.fullmatch(key) for key in own)}
    for origin, text in all_leaves:
        if not text.strip():
            continue
        if origin.path is None:
            if origin.row in used and origin.column is not None:
                siblings[f"column {origin.column} of {origin.sheet or 'the table'}"].append((origin, text))
            continue
        place = origin.path.rfind("[")
        if _is_left_out(before, origin.path):
            continue
        if place >= 0 and (not origin.path.endswith("]") or "/" in origin.path or text in texts):
            siblings[f"{origin.path[:place]}[*]{origin.path[origin.path.find(']', place) + 1 :]}"].append(
                (origin, text)
            )
        above = origin.path.rpartition(".")[0]
        if above and above in named:
            siblings[f"{above}.language"].append((origin, text))
    groups = {pattern: members for pattern, members in siblings.items() if len(members) > 1}
    return {p: [m[0], *([m[len(m) // 2]] if len(m) > 2 else []), m[-1]] for p, m in groups.items()}
