"""Answers of a submission.

Each question has a value or a missing value.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import NamedTuple

from attrs import define, field

from capbuild.formats import Account, IssueLog, TypedValue
from capbuild.model import Answer, Missing, PersonalData, QuestionType, Severity
from capbuild.origin import Origin
from capbuild_xlsform.definitions.form import Form, FormItem
from capbuild_xlsform.definitions.questionnaire import find_item, is_own, make_choices
from capbuild_xlsform.definitions.relevant_parser import is_true
from capbuild_xlsform.submissions.records import Entry, Record, Stored
from capbuild_xlsform.submissions.schema import Schema, find_in_version, resolve_path
from capbuild_xlsform.values import ValueReader, escape_code

_Key = tuple[int, ...]
_ONE, _MANY = QuestionType.SELECT_ONE, (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)


@define(eq=False)
class _Entries:
    """Entries of one submission by question and place."""

    by_path: dict[str, dict[_Key, list[Entry]]] = field(factory=dict)
    instances: dict[str, set[_Key]] = field(factory=dict)
    numbers: dict[str, dict[_Key, int]] = field(factory=dict)


def _find_blank_before(used: Set[_Key], blank: Set[_Key]) -> set[_Key]:
    """Return the blank repeat instances before a used one.

    They count, as somebody left them blank.
    """
    last: dict[_Key, int] = {}
    for key in used if blank else ():
        last[key[:-1]] = max(last.get(key[:-1], 0), key[-1])
    return {key for key in blank if key[-1] < last.get(key[:-1], 0)}


class _SubmissionState(NamedTuple):
    """State of one submission during reading.

    Attributes:
        record: The submission.
        stored: Its entries by question and place.
        form: Definition of its version.
    """

    record: Record
    stored: _Entries
    form: Form | None


class QuestionPlace(NamedTuple):
    """Question at one place in repeats.

    Attributes:
        item: The question in the merged form of all versions.
        own: The question in the submission's version.
        key: Positions in the repeats around it.
        number: Instance number of the innermost repeat; 0 outside repeats.
    """

    item: FormItem
    own: FormItem | None
    key: _Key
    number: int


@define(eq=False)
class AnswerBuilder:
    """Builder of a submission's answers.

    Attributes:
        schema: Schema of the submissions.
        log: Log of issues.
        missing: Further missing codes, with their kinds.
        drop_personal: Whether personal questions are left out.
        accounts: Counts of cells by sheet.
    """

    schema: Schema
    log: IssueLog
    missing: Mapping[str, Missing] = field(factory=dict)
    drop_personal: bool = False
    accounts: dict[str | None, Account] = field(factory=dict)
    _targets: dict[str, tuple[str, tuple[str, ...]]] = field(factory=dict, init=False)
    _readers: dict[tuple[int, str], ValueReader] = field(factory=dict, init=False)
    _unclear: set[str] = field(factory=set, init=False)
    _plans: dict[int, list[tuple[QuestionPlace, bool]]] = field(factory=dict, init=False)

    def account(self, origin: Origin | None) -> Account:
        """Return the counts of the sheet of an origin."""
        sheet = origin.sheet if origin is not None else None
        account = self.accounts.get(sheet)
        if account is None:
            account = self.accounts[sheet] = Account()
        return account

    def answers(self, record: Record, form: Form | None) -> list[Answer]:
        """Return the answers of a submission.

        Args:
            record: The submission.
            form: Definition of its version; None if unknown.
        """
        case = _SubmissionState(record, self._group_entries(record), form)
        by_path = case.stored.by_path
        answers: list[Answer] = []
        for spot, once in self.questions_of(form):
            by_place = by_path.get(spot.item.path)
            entries = by_place.get(()) if by_place is not None and once else None
            if (
                entries is not None
                and by_place is not None
                and len(by_place) == len(entries) == 1
                and entries[0].stored != ""
            ):
                answers.append(self._make_answer(entries[0], form, spot))  # Fast path for nearly all answers.
                continue
            for key in self._find_keys(spot.item, case.stored):
                here = QuestionPlace(spot.item, spot.own, key, self._number(spot.item, case.stored, key))
                answers.extend(self._make_answers(case, here))
        answers.extend(self._make_links(case))
        return answers

    def questions_of(self, form: Form | None) -> list[tuple[QuestionPlace, bool]]:
        """Return a version's questions, cached by version.

        Each comes with True if it is outside repeats and its answers are kept.
        """
        plan = self._plans.get(id(form))
        if plan is None:
            plan = self._plans[id(form)] = [
                (
                    QuestionPlace(item, find_in_version(form, item), (), 0),
                    not self.schema.form.repeats(item.path) and not self.drops(item),
                )
                for item in self.schema.form.items
            ]
        return plan

    def personal(self, path: str) -> PersonalData | None:
        """Return a question's kind of personal data, by its path."""
        item = self.schema.form.by_path.get(self.target(path)[0])
        return item.personal if item is not None else None

    def drops(self, item: FormItem) -> bool:
        """Return True if a question is left out as personal."""
        return self.drop_personal and item.personal is not None

    # --- grouping of entries -----------------------------------------------------------------------------------------

    def target(self, path: str) -> tuple[str, tuple[str, ...]]:
        """Return a stored path's question path and repeats."""
        place = self._targets.get(path)
        if place is None:
            target = resolve_path(self.schema.form, path, self.schema.renamed) or path
            place = self._targets[path] = (target, self.schema.form.repeats(target))
        return place

    def _group_entries(self, record: Record) -> _Entries:
        stored, blank = _Entries(), dict[str, set[_Key]]()
        for entry in record.entries:
            path, repeats = self.target(entry.path)
            if not repeats and not entry.places:
                stored.by_path.setdefault(path, {}).setdefault((), []).append(entry)
                continue
            places = tuple(number for _, number in entry.places)
            key = places if len(places) >= len(repeats) else (*places, *(1 for _ in repeats[len(places) :]))
            stored.by_path.setdefault(path, {}).setdefault(key, []).append(entry)
            used = not entry.blank or (record.whole and entry.places)
            for depth, repeat in enumerate(repeats, start=1):
                whole = depth == len(repeats)  # The stored key may be deeper than the definition; nothing is lost.
                times = (stored.instances if used else blank).setdefault(repeat, set())
                times.add(key if whole else key[:depth])
        for repeat, keys in record.counts.items():  # Instances without content of their own count too.
            stored.instances.setdefault(repeat, set()).update(keys)
        for repeat, known in stored.instances.items():
            known.update(_find_blank_before(known, blank.get(repeat, set())))
            stored.numbers[repeat] = {key: number for number, key in enumerate(sorted(known), start=1)}
        return stored

    def _find_keys(self, item: FormItem, stored: _Entries) -> list[_Key]:
        """Return the places where a question could be answered."""
        repeats = self.schema.form.repeats(item.path)
        entries = stored.by_path.get(item.path, {})
        if not repeats:
            return sorted(entries) or [()]
        known = stored.instances.get(repeats[-1], set())
        unused = [key for key in entries if key not in known]
        for key in unused:
            for entry in entries[key]:
                self.account(entry.origin).left_out["a repeat that was not used"] += 1
        return sorted(known)

    def _number(self, item: FormItem, stored: _Entries, key: _Key) -> int:
        """Return the instance number of a place in its repeat."""
        repeats = self.schema.form.repeats(item.path)
        if repeats:
            return stored.numbers[repeats[-1]].get(key, 0)
        return sorted(stored.by_path[item.path]).index(key) + 1 if key else 0

    def _make_links(self, case: _SubmissionState) -> list[Answer]:
        """Return links of inner repeat instances to outer ones."""
        links, stored = [], case.stored
        for repeat in self.schema.nested:
            outer = self.schema.form.repeats(repeat)[-1]
            for key, number in stored.numbers.get(repeat, {}).items():
                above = stored.numbers.get(outer, {}).get(key[:-1], 1)
                links.append(Answer(self.schema.parent_id(repeat), above, repeat=number, origin=case.record.origin))
        return links

    # --- answering -------------------------------------------------------------------------------------------------

    def _make_answers(self, case: _SubmissionState, spot: QuestionPlace) -> list[Answer]:
        entries = case.stored.by_path.get(spot.item.path, {}).get(spot.key, [])
        if self.drops(spot.item):
            for entry in entries:
                self.account(entry.origin).left_out["personal, dropped, as set in the options"] += 1
            return []
        filled = [entry for entry in entries if not entry.blank]
        for entry in [entry for entry in entries if entry.blank] if filled else entries[1:]:
            self.account(entry.origin).left_out["blank beside an answer to the same question"] += 1
        if filled:
            return [self._make_answer(entry, case.form, spot) for entry in filled]
        return self._blank(case, spot, entries[0] if entries else None)

    def _make_answer(self, entry: Entry, form: Form | None, spot: QuestionPlace) -> Answer:
        read = self.read(entry.stored, entry.raw, form, spot)
        name = self.schema.ids[spot.item.path]
        self.account(entry.origin).count(read.value)
        if read.problem or entry.doubt:  # Rare, so it is not on the fast path.
            self._note_problem(name, entry, (read.problem, entry.doubt))
        return Answer(name, read.value, read.raw, repeat=spot.number, origin=entry.origin)

    def _note_problem(self, name: str, entry: Entry, problems: Sequence[str]) -> None:
        origin = entry.origin
        for problem in filter(None, problems):
            self.log.add(
                "CB201",
                Severity.WARNING,
                f"{problem} ({name}); the text is kept",
                origin=origin,
                remedy="correct it, or define it in the option missing",
                subject=name,
            )

    def read(self, stored: Stored, raw: str | None, form: Form | None, spot: QuestionPlace) -> TypedValue:
        """Return the value of a stored answer.

        The question of the submission's version parses it.
        """
        item, own = spot.item, spot.own
        asked, home = (own, form) if own is not None and form is not None else (item, self.schema.form)
        reader = self._get_reader(asked, home)
        if isinstance(stored, str):
            read = reader.read(stored)
        elif isinstance(stored, tuple):
            read = reader.read_codes(stored, raw)
        else:
            read = TypedValue(stored, raw)
        if item.type in _MANY and asked.type is _ONE and isinstance(read.value, str):
            return TypedValue((read.value,), read.raw or read.value, read.problem)
        return read

    def _get_reader(self, item: FormItem, form: Form) -> ValueReader:
        reader = self._readers.get((id(form), item.path))
        if reader is None:
            choices = make_choices(form, item) if item.takes_choices else ()
            reader = self._readers[id(form), item.path] = ValueReader(item.type, choices, self.missing, item.inferred)
        return reader

    def _blank(self, case: _SubmissionState, spot: QuestionPlace, entry: Entry | None) -> list[Answer]:
        """Return the missing answer with its reason.

        The result is empty for items that nobody answers, or that the file does not cover.
        """
        item = spot.item
        if item.silent or (item.type is QuestionType.CALCULATED and entry is None):
            if entry is not None:
                self.account(entry.origin).left_out["blank, and no question to a person"] += 1
            return []
        if entry is None and not case.record.whole:
            return []
        kind = self._find_missing_reason(case, spot, entry)
        origin = entry.origin if entry is not None else None
        raw = entry.filler or None if entry is not None else None
        self.account(origin).count(kind)
        at = origin or case.record.origin
        return [Answer(self.schema.ids[item.path], kind, raw, repeat=spot.number, origin=at)]

    def _find_missing_reason(self, case: _SubmissionState, spot: QuestionPlace, entry: Entry | None) -> Missing:
        form, own = case.form, spot.own
        if form is not None and own is None and spot.item.path not in self.schema.extra:
            return Missing.NOT_ASKED
        if entry is None and case.record.absent_is_unasked:
            return Missing.NOT_ASKED
        asked = None
        if form is not None and own is not None:
            asked = self.asked(form, own, lambda name, near: self._scan_rows(case.stored, form, name, near, spot.key))
        if asked is False or (asked is None and entry is not None and entry.filler):
            return Missing.NOT_ASKED
        return Missing.NO_ANSWER

    @staticmethod
    def conditions(form: Form, item: FormItem) -> list[tuple[str, str]]:
        """Return conditions of a question and its groups, outermost first.

        Each comes with the path where it is written.
        """
        conditions = [(group.path, group.relevant) for group in form.ancestors(item.path)]
        return [(path, text) for path, text in (*conditions, (item.path, item.relevant)) if text.strip()]

    def asked(self, form: Form, item: FormItem, look: Callable[[str, str], str | None]) -> bool | None:
        """Return whether a question was asked, None if unknown.

        All conditions of the question and its groups must be true.

        Args:
            form: The form.
            item: The question.
            look: Returns the answer to a question, by its name in the condition and the path of the condition.
        """
        result: bool | None = True
        for path, condition in self.conditions(form, item):
            truth = is_true(condition, lambda name, near=path: look(name, near))  # type: ignore[misc]
            if truth is False:
                return False
            if truth is None:
                result = None
                self._note_unclear(path, condition)
        return result

    def _note_unclear(self, path: str, condition: str) -> None:
        if path not in self._unclear:
            self._unclear.add(path)
            message = f"whether {path!r} was asked cannot be worked out from {condition!r}"
            self.log.add("XF301", Severity.NOTE, message, subject=path)

    def _scan_rows(self, stored: _Entries, form: Form, name: str, near: str, key: _Key) -> str | None:
        """Return the answer to a question named in a condition.

        The name is resolved relative to `near`. The result is None if the form has no such question.
        """
        item = find_item(form, name, near)
        if item is None:
            return None
        path, repeats = self.target(item.path)
        by_place = stored.by_path.get(path)
        if not by_place:
            return ""
        depth = len(repeats)
        entries = by_place.get(key[:depth])
        if entries is None:
            return "" if depth <= len(key) else None
        entry = next((e for e in entries if not e.blank), None)
        return self.condition_value(entry.stored, form, item) if entry is not None else ""

    def condition_value(self, stored: Stored, form: Form, item: FormItem) -> str | None:
        """Return an answer as conditions see it.

        This is text or space-separated codes; None for a location.

        Args:
            stored: Stored answer: a code, or a label in an export with labels.
            form: The form.
            item: The question.
        """
        text = stored if isinstance(stored, str) else " ".join(stored) if isinstance(stored, tuple) else None
        if not text or not item.takes_choices:
            return text
        return self._get_reader(item, form).coded(text, escape_code if is_own(form) else str)
