"""Reader of responses from submissions, after the questionnaire."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from attrs import define, field

from capbuild.formats import IssueLog, Role, find_country_question, header_meaning
from capbuild.model import Answer, Issue, Missing, Questionnaire, Respondent, Response, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild_xlsform.definitions.form import Form, FormItem
from capbuild_xlsform.definitions.form_versions import change_issues
from capbuild_xlsform.definitions.labels import clean
from capbuild_xlsform.definitions.questionnaire import find_choice_issues, make_choices
from capbuild_xlsform.definitions.rows import find_duplicate_labels, make_issue
from capbuild_xlsform.options import SubmissionOptions
from capbuild_xlsform.submissions.answers import AnswerBuilder
from capbuild_xlsform.submissions.metadata import SUBMITTED, parse_meta, select_meta
from capbuild_xlsform.submissions.records import Record
from capbuild_xlsform.submissions.schema import ObservedQuestions, Schema, make_schema, resolve_path
from capbuild_xlsform.values import MARK, parse_submission_time

Records = Callable[[], Iterator[Record]]
#: Submissions that are looked at to find the question for the country.
SAMPLE = 500


@define(eq=False)
class SubmissionReader:
    """Reader of one file's submissions.

    Attributes:
        file: Name of the file.
        options: Options in force.
        forms: The definitions, older versions first; empty for none.
        records: Returns the submissions from the beginning on each call.
        name: Form id if there is no definition.
        observed: Questions and metadata found in answers only.
        log: Log of issues.
        schema: Schema of the submissions.
        answering: Builder of answers.
        rows: Number of submissions so far.
        country: The country question.
        versions: Number of submissions by version.
        answered: Versions in which each question was answered, without a definition.
    """

    file: str
    options: SubmissionOptions
    forms: Sequence[Form]
    records: Records
    name: str
    observed: ObservedQuestions
    log: IssueLog = field(init=False)
    schema: Schema = field(init=False)
    answering: AnswerBuilder = field(init=False)
    rows: int = 0
    country: FormItem | None = None
    versions: Counter[str] = field(factory=Counter)
    answered: dict[str, set[str]] = field(factory=dict)
    _seen: Counter[str] = field(factory=Counter)

    def __attrs_post_init__(self) -> None:
        self.log = IssueLog(self.file)
        self.schema = make_schema(self.forms, self.observed, self.name)
        self.answering = AnswerBuilder(self.schema, self.log, self.options.missing, self.options.drop_personal)
        self.country = self._find_country_item()

    def read(self) -> Iterator[Questionnaire | Response | Issue]:
        """Yield the questionnaire with its issues, then responses with theirs."""
        yield self.schema.questionnaire()
        yield from change_issues(self.forms, self.file)
        for form in self.forms:
            yield from find_choice_issues(form)
            yield from find_duplicate_labels(form)
        yield from self._list_reading_issues()
        for record in self.records():
            response = self._make_response(record)
            yield from self.log.drain()
            yield response
        yield from self._list_version_issues()
        yield from self.log.close()

    def reconciliation(self, lost: Mapping[str, int]) -> SheetReconciliation:
        """Return the reconciliation of a file without tables.

        Args:
            lost: Number of parts that are not submissions, by reason.
        """
        account = self.answering.account(None)
        account.rows_out, account.rows_left_out = self.rows, Counter(lost)
        return account.reconciliation()

    # --- about the form --------------------------------------------------------------------------------------------

    def _list_reading_issues(self) -> Iterator[Issue]:
        at = Origin(self.file)
        counters = {f"{group.path}_count" for group in self.schema.form.groups if group.repeat}
        for path in self.schema.extra:
            if path in counters:
                continue  # Forms compute repeat counts in such questions.
            message = f"{path!r} is in the answers and not in the definition; it is kept as text or number"
            yield make_issue("CB131", Severity.WARNING, message, at, "give the definition of every version: form=[...]")
        if self.country is None and self.options.country is None and self.schema.form.items:
            remedy = "name the question with country_question, or set country = ... for the whole file"
            yield make_issue("CB104", Severity.WARNING, "no question names a country", at, remedy)
        if not self.options.drop_personal:
            for question in self.schema.questionnaire().questions:
                if question.personal is not None:
                    message = f"{question.id!r} looks personal ({question.personal.value})"
                    yield make_issue("CB132", Severity.WARNING, message, at, "drop_personal = true leaves it out")

    def _find_country_item(self) -> FormItem | None:
        form = self.schema.form
        wanted = self.options.country_question
        if wanted is not None:
            path = resolve_path(form, wanted, {})
            path = path or next((p for p, name in self.schema.ids.items() if name == wanted), None)
            if path is None:
                message = f"no question is called {wanted!r}"
                self.log.add("CB104", Severity.ERROR, message, remedy="correct country_question")
            return form.by_path.get(path or "")
        ranked: list[tuple[int, int, FormItem]] = [
            (rank, position, item)
            for position, item in enumerate(form.items)
            if (rank := _rank_country_question(item)) is not None
        ]
        return min(ranked, key=lambda found: found[:2])[2] if ranked else self._find_answered_country()

    def _find_answered_country(self) -> FormItem | None:
        """Return the country question, found by a sample of answers."""
        asked, answers = self.schema.questionnaire(), defaultdict[str, dict[str, None]](dict)
        for record in islice(self.records(), SAMPLE):
            for entry in record.entries:
                name = self.schema.ids.get(entry.path)
                if name is not None and isinstance(entry.stored, str) and not entry.blank:
                    choice = asked[name].choice(entry.stored)
                    answers[name][entry.stored if choice is None else choice.label.source] = None
        question = find_country_question(asked, answers, file=self.file, worded=True)
        items = self.schema.form.items
        return next(
            (form_item for form_item in items if question and self.schema.ids[form_item.path] == question.id), None
        )

    def _list_partial_questions(self) -> Iterator[Issue]:
        """Report questions answered only in some versions, without definitions."""
        whole = frozenset(version for version in self.versions if version)
        for name, versions in self.answered.items():
            if not self.forms and versions < whole:
                message = f"{name!r} is answered in version {', '.join(sorted(versions))} only"
                yield make_issue("XF211", Severity.NOTE, message, Origin(self.file), "give the definitions: form=[...]")

    def _list_version_issues(self) -> Iterator[Issue]:
        """Report the versions found, and those without a definition."""
        named = [version for version in self.versions if version]
        if len(named) > 1:
            listed = ", ".join(f"{version} ({self.versions[version]:,})" for version in named)
            yield make_issue(
                "XF209", Severity.NOTE, f"submissions of {len(named)} versions: {listed}", Origin(self.file)
            )
            yield from self._list_partial_questions()
        unknown = [version for version in named if self.forms and self.schema.of_version(version) is None]
        if unknown:
            message = f"no definition is of version {', '.join(map(repr, unknown))}; all versions together are used"
            yield make_issue("XF210", Severity.WARNING, message, Origin(self.file), "give it too: form=[...]")

    # --- one response ----------------------------------------------------------------------------------------------

    def _make_response(self, record: Record) -> Response:
        self.rows += 1
        meta = parse_meta(record.meta)
        version = meta.version or record.version
        self.versions[version] += 1
        form = self.schema.of_version(version)
        answers = self.answering.answers(record, form)
        if version and not self.forms:
            for answer in answers:
                if not answer.is_missing:
                    self.answered.setdefault(answer.question, set()).add(version)
        answers += self._make_metadata_answers(record)
        name = self._name(meta.id.removeprefix("uuid:"), record)
        sent = parse_submission_time(meta.submitted) if meta.submitted else None
        if meta.submitted and sent is None:
            place = record.where.get(next(name for name in SUBMITTED if record.meta.get(name)))
            self.log.add_unreadable_date(meta.submitted, place or record.origin or Origin(self.file))
        submitted = sent if isinstance(sent, datetime.datetime) else None
        return Response(
            id=name,
            place=self.options.country or self._find_place(answers),
            respondent=Respondent(pseudonym=name),
            questionnaire=self._find_form_id(record, answers),
            version=version.strip() or None,
            language=self.options.language,
            date=submitted.date() if submitted is not None else sent or self._find_day(answers),
            submitted=submitted,
            answers=answers,
            origin=record.origin,
        )

    def _name(self, found: str, record: Record) -> str:
        origin = record.origin
        name = found.strip()
        if not name:
            row = origin.row if origin is not None and origin.row is not None else self.rows
            sheet = (origin.sheet or "").strip() if origin is not None else ""
            name = f"{sheet}:{row}" if sheet else str(row)
        self._seen[name] += 1
        if self._seen[name] == 1:
            return name
        return self.rename_duplicate(name, self._seen[name], origin.row if origin is not None else None)

    def rename_duplicate(self, name: str, times: int, row: int | None = None) -> str:
        """Report a duplicate submission; return its new name."""
        message = f"the submission {name!r} comes {times} times; all are kept"
        self.log.add("CB204", Severity.WARNING, message, row=row, remedy="find out which one counts", subject="id")
        return f"{name}#{times}"

    def _make_metadata_answers(self, record: Record) -> list[Answer]:
        answers = []
        for name, text in select_meta(record.meta).items():
            if name in self.schema.meta and not (self.options.drop_personal and self.schema.personal_meta(name)):
                answers.append(Answer(self.schema.meta_id(name), text, origin=record.where.get(name, record.origin)))
        return answers

    def _find_place(self, answers: Sequence[Answer]) -> str | None:
        item = self.country
        if item is None:
            return None
        wanted = self.schema.ids[item.path]
        value = next((a.value for a in answers if a.question == wanted and not isinstance(a.value, Missing)), None)
        return self.place_named(value) if isinstance(value, str) else None

    def place_named(self, value: str) -> str:
        """Return the place that a country answer names.

        For a choice, this is its label.
        """
        if self.country is not None and self.country.takes_choices:
            choices = make_choices(self.schema.form, self.country)
            return next((choice.label.source for choice in choices if choice.code == value), value)
        return value

    def _find_form_id(self, record: Record, answers: Sequence[Answer]) -> str | None:
        mark = next((a.value for a in answers if a.question.rpartition("/")[2] == MARK), None)
        if isinstance(mark, str) and mark:
            return mark.rpartition(" ")[0] or mark
        known = self.forms[-1].id if self.forms else ""
        return (record.form or known).strip() or None

    def _find_day(self, answers: Sequence[Answer]) -> datetime.date | None:
        """Return the date of a submission from device metadata."""
        by_name = {a.question: a.value for a in answers if a.question in ("today", "end", "start")}
        for name in ("today", "end", "start"):
            value = by_name.get(name)
            if isinstance(value, datetime.datetime):
                return value.date()
            if isinstance(value, datetime.date):
                return value
        return None


def rank_country_text(text: str) -> int | None:
    """Return the rank of a country question's text, 0 best.

    The result is None for any other text.
    """
    meaning = header_meaning(text)
    return meaning.rank if meaning is not None and meaning.role is Role.COUNTRY else None


def _rank_country_question(item: FormItem) -> int | None:
    """Return the rank of a country question, 0 best.

    The result is None for any other question.
    """
    texts = (item.name.replace("_", " "), *(clean(label) for label in item.labels.values()))
    ranks = [rank for text in texts if (rank := rank_country_text(text)) is not None]
    return min(ranks) if ranks else None
