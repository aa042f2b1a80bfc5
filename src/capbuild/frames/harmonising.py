"""Harmonisation of several surveys by a crosswalk."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild._garbage import collector_paused
from capbuild.checks import to_map
from capbuild.display import FrameConversion, NotebookDisplay, counted
from capbuild.errors import ModelError, ReadError, did_you_mean
from capbuild.frames.question_crosswalk import (
    LEFT_OUT,
    WAVE,
    CrosswalkRow,
    QuestionCrosswalk,
    Surveys,
    as_question_crosswalk,
    name_waves,
)
from capbuild.frames.question_matching import draft_question_crosswalk
from capbuild.frames.wide import find_repeat_groups
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Answer,
    AnswerValue,
    Choice,
    Issue,
    Issues,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Reconciliation,
    Response,
    Severity,
    Survey,
)
from capbuild.model.survey_questions import answer_code, answer_label, unknown_question
from capbuild.origin import Origin

#: Kinds of missing, by the names that users read.
_KINDS = {kind.value: kind for kind in Missing}
#: Questions or options that an issue names.
_NAMED = 5


@frozen(kw_only=True, repr=False)
class HarmonisedSurveys(NotebookDisplay, FrameConversion):
    """Several surveys, harmonised by one crosswalk.

    Attributes:
        waves: The original surveys, by name.
        crosswalk: Crosswalk of questions and options.
        survey: All responses as one survey, with harmonised questions and options, and a question `wave`.
        issues: Answers and questions that are not harmonised, and rows of the crosswalk without a match.
    """

    waves: FrozenMap[str, Survey] = field(converter=to_map, repr=False)
    crosswalk: QuestionCrosswalk = field(repr=False)
    survey: Survey = field(repr=False)
    issues: Issues = Issues()

    @property
    def originals(self) -> Iterator[tuple[str, Question, Answer, Response, Answer]]:
        """Original answers with their harmonised ones, in order.

        Each item is the wave, the original question and answer, and the harmonised response and answer.
        """
        originals = iter(self.survey.responses)
        for wave, survey in self.waves.items():
            links = _link_questions(wave, self.crosswalk)
            form = {} if survey.questionnaire is None else survey.questionnaire.by_id
            for response in survey.responses:
                harmonised = next(originals)
                kept = (answer for answer in response.answers if answer.question in links)
                for answer, new in zip(kept, harmonised.answers[1:], strict=True):
                    yield wave, form.get(answer.question) or unknown_question(answer.question), answer, harmonised, new

    def __str__(self) -> str:
        asked = len(self.survey.questionnaire or ()) - 1
        waves = f"{counted(len(self.waves), 'survey')}: {', '.join(self.waves)}"
        return f"{waves}; {counted(asked, 'question')}, {counted(len(self.survey), 'response')}, {self.issues}"


@frozen
class _Link:
    """Question of a wave with its harmonised targets.

    `options` maps each option to its target; None keeps the values.
    """

    row: CrosswalkRow
    options: dict[str, str] | None


def harmonise(surveys: Surveys, crosswalk: Any = None) -> HarmonisedSurveys:
    r"""Stack several surveys with harmonised questions and options.

    Without a crosswalk one is drafted, and only its certain rows are used. An answer with an unmapped option is
    `Missing.INVALID` with an issue (`CB220`); its original value stays in `Answer.raw` and in the stacked table. The
    target of an option may be a kind of missing, such as `refused`, or a code that means one in a survey.

    Args:
        surveys: The surveys or paths to their files, by wave name or in order.
        crosswalk: A `QuestionCrosswalk`, a path to a corrected one, or a frame.

    Raises:
        ReadError: The crosswalk is invalid; CB222, two questions of one survey have the same target, or an option has
            two targets.
        ModelError: There is no survey, or only one survey instead of a list.

    Source:
        The crosswalk table is that of retroharmonize (Antal 2021, R package): one row for each original label.

    Example:
        >>> from capbuild.io import read
        >>> first = read(b"country,trust\nJamaica,often\nBelize,never\nPeru,often\nCuba,never\n", name="2015.csv")
        >>> later = read(b"country,trust\nJamaica,Often\nBelize,Never\nPeru,Never\nCuba,Never\n", name="2019.csv")
        >>> both = harmonise([first, later])
        >>> [(*cell.domain, cell.option, cell.mean) for cell in both.survey.tally("trust", by="wave")]
        [('2015', 'often', 0.5), ('2015', 'never', 0.5), ('2019', 'often', 0.25), ('2019', 'never', 0.75)]
    """
    waves = name_waves(surveys)
    if not waves:
        raise ModelError("surveys", surveys, "must name a survey")
    if crosswalk is None:
        used = draft_question_crosswalk(waves)
    else:
        used = _compare_options(waves, as_question_crosswalk(crosswalk))
    work = _Harmonising(waves, used)
    with collector_paused():
        responses = [response for wave, survey in waves.items() for response in work.responses(wave, survey)]
    survey = Survey(
        file=", ".join(survey.file for survey in waves.values()),
        format="harmonised",
        questionnaire=work.questionnaire(),
        responses=responses,
        issues=Issues(issue for survey in waves.values() for issue in survey.issues) + Issues(work.issues),
        reconciliation=Reconciliation(
            sheets=[
                evolve(sheet, sheet=f"{wave}: {sheet.sheet}" if sheet.sheet else wave, tables=())
                for wave, wave_survey in waves.items()
                for sheet in wave_survey.reconciliation.sheets
            ]
        ),
    )
    return HarmonisedSurveys(waves=waves, crosswalk=used, survey=survey, issues=Issues(work.issues))


def _compare_options(waves: Mapping[str, Survey], crosswalk: QuestionCrosswalk) -> QuestionCrosswalk:
    """Draft options again under the questions' final targets.

    Only options whose drafted target is their own code are replaced.
    """
    if not any(row.names_itself for row in crosswalk):
        return crosswalk
    drafted = {(row.wave, row.question, row.option): row for row in draft_question_crosswalk(waves, crosswalk)}
    return QuestionCrosswalk(
        evolve(drafted.get((row.wave, row.question, row.option), row), origin=row.origin) if row.names_itself else row
        for row in crosswalk
    )


def _link_questions(wave: str, crosswalk: QuestionCrosswalk) -> dict[str, _Link]:
    """Return the harmonised questions of a wave by original id.

    Raises:
        ReadError: CB222, two questions have the same target.
    """
    rows = [row for row in crosswalk if row.wave == wave]
    links: dict[str, _Link] = {}
    used: dict[str, str] = {}
    for row in rows:
        if row.option or row.target in ("", LEFT_OUT):
            continue
        if row.target in used or row.target == WAVE:
            first = used.get(row.target, WAVE)
            both = f"{row.question} twice" if first == row.question else f"{first} and {row.question}"
            raise _make_error(row, f"{row.target!r} is the target of {both} in {wave}")
        used[row.target] = row.question
        options = _link_options(other for other in rows if other.option and other.question == row.question)
        links[row.question] = _Link(row, options or None)
    return links


def _link_options(rows: Iterable[CrosswalkRow]) -> dict[str, str]:
    """Return the target of each option of a question.

    Raises:
        ReadError: CB222, an option has two targets.
    """
    options: dict[str, str] = {}
    for row in rows:
        known = options.setdefault(row.option, row.target)
        if known != row.target:
            targets = f"{known!r} and {row.target!r}"
            raise _make_error(row, f"option {row.option!r} of {row.question} in {row.wave} has two targets: {targets}")
    return options


def _make_error(row: CrosswalkRow, problem: str) -> ReadError:
    remedy = "take one of the rows out, or correct its target"
    return ReadError(problem, code="CB222", origin=row.origin, remedy=remedy)


@define
class _Harmonising:
    """Harmonisation in progress."""

    waves: Mapping[str, Survey]
    crosswalk: QuestionCrosswalk
    issues: list[Issue] = field(factory=list)
    links: dict[str, dict[str, _Link]] = field(init=False)
    #: Harmonised options used in any wave, by question.
    options: dict[str, dict[str, None]] = field(init=False, factory=dict)
    #: Targets of options that mean a kind of missing, by question.
    missing: dict[str, dict[str, Missing]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.links = {wave: _link_questions(wave, self.crosswalk) for wave in self.waves}
        self.keep_own_options()
        self.find_options()
        self.check_rows()
        self.check_options()
        self.check_targets()
        for wave, survey in self.waves.items():
            self.check_questions(wave, survey)

    def add_issue(self, code: str, severity: Severity, message: str, remedy: str, origin: Origin | None = None) -> None:
        self.issues.append(Issue(code=code, severity=severity, message=message, remedy=remedy, origin=origin))

    def keep_own_options(self) -> None:
        """Keep the options of questions in a single wave.

        This concerns questions that a person mapped without mapping their options.
        """
        asked = Counter(link.row.target for links in self.links.values() for link in links.values())
        for links in self.links.values():
            for name, link in links.items():
                if asked[link.row.target] == 1 and link.options and not any(link.options.values()):
                    links[name] = evolve(link, options={code: code for code in link.options})

    def find_options(self) -> None:
        """Find the harmonised options and missing codes of each question.

        A code that is the target of a real option in any wave is an option, even if another wave uses it for a kind of
        missing.
        """
        kinds: dict[str, dict[str, Missing]] = {}
        real: dict[str, set[str]] = {}
        for wave, links in self.links.items():
            form = self.waves[wave].questionnaire
            for name, link in links.items():
                missings, own = kinds.setdefault(link.row.target, dict(_KINDS)), link.options or {}
                for choice in () if form is None or name not in form.by_id else form.by_id[name].choices:
                    if choice.missing is not None:
                        missings.setdefault(choice.code, choice.missing)
                    elif choice.code == own.get(choice.code):
                        real.setdefault(link.row.target, set()).add(choice.code)
        for target, known in kinds.items():
            self.missing[target] = {code: kind for code, kind in known.items() if code not in real.get(target, ())}
        for links in self.links.values():
            for link in links.values():
                codes = [code for code in (link.options or {}).values() if code not in self.missing[link.row.target]]
                self.options.setdefault(link.row.target, {}).update(dict.fromkeys(codes))

    def check_rows(self) -> None:
        """Report rows with an unknown survey or question."""
        asked = {wave: [question.id for question in survey.questions] for wave, survey in self.waves.items()}
        named = {row.wave: row for row in reversed(self.crosswalk.rows)}
        unnamed = [wave for wave in asked if wave not in named]
        for wave, row in reversed(named.items()):  # a crosswalk may be that of more surveys
            rows = sum(crosswalk_row.wave == wave for crosswalk_row in self.crosswalk)
            if wave not in asked and (unnamed or rows == 1):
                message = f"there is no survey {wave!r}{did_you_mean(wave, unnamed or asked)}"
                remedy = f"one of: {', '.join(asked)}"
                self.add_issue("CB222", Severity.ERROR, f"{message}, of {counted(rows, 'row')}", remedy, row.origin)
        for row in self.crosswalk:
            known = asked.get(row.wave)
            if known is not None and not row.option and row.question not in known:
                message = f"{row.wave} has no question {row.question!r}{did_you_mean(row.question, known)}"
                self.add_issue("CB222", Severity.ERROR, message, "correct the id in the crosswalk", row.origin)

    def check_options(self) -> None:
        """Report options that the first survey does not have."""
        for target in self.options:
            asked = [(wave, link) for wave, links in self.links.items() for link in links.values()
                     if link.row.target == target]  # fmt: skip
            first, *later = asked
            known = {*(first[1].options or {}).values()} - {"", LEFT_OUT, *self.missing[target]}
            for wave, link in later if known else ():
                named = {*(link.options or {}).values()} - {"", LEFT_OUT, *self.missing[target]}
                alone = [code for code in (link.options or {}).values() if code in named - known]
                if alone:
                    hints = {code: did_you_mean(code, known) for code in alone}
                    codes = [f"{code!r}{hint}" for code, hint in hints.items()]
                    message = f"{wave} gives {target} {counted(len(codes), 'option')} that {first[0]} does not have"
                    severe = not named & known or any(hints.values())
                    severity = Severity.WARNING if severe else Severity.NOTE
                    remedy = f"options of {first[0]}: {', '.join(map(repr, sorted(known)[:10]))}"
                    self.add_issue("CB222", severity, f"{message}: {_list_names(codes)}", remedy, link.row.origin)

    def check_targets(self) -> None:
        """Report questions that only later surveys have."""
        first, *later = self.links
        for wave in later:
            others = {link.row.target for name, links in self.links.items() if name != wave for link in links.values()}
            alone = [link.row for link in self.links[wave].values() if link.row.target not in others]
            near = [(row, did_you_mean(row.target, others)) for row in alone if row.target != row.question]
            for row, hint in near:
                if hint:
                    message = f"no other survey has {row.target!r}, the target of {row.question} of {wave}{hint}"
                    remedy = "correct the target in the crosswalk"
                    self.add_issue("CB222", Severity.WARNING, message, remedy, row.origin)
            own = [row.question for row in alone if row.target == row.question]
            if own:
                message = f"questions of {wave} without a match in {first}: {len(own)} ({_list_names(own)})"
                remedy = "write the same `target` for questions that are the same"
                self.add_issue("CB221", Severity.NOTE, message, remedy)

    def check_questions(self, wave: str, survey: Survey) -> None:
        """Report questions that are undecided or not in the crosswalk."""
        rows = {row.question: row for row in self.crosswalk if row.wave == wave and not row.option}
        asked = [question.id for question in survey.questions if question.question.type is not QuestionType.NOTE]
        waiting = [f"{name} (likely {rows[name].proposed})" if rows[name].proposed else name
                   for name in asked if name in rows and not rows[name].target]  # fmt: skip
        if waiting:
            message = f"not harmonised: {counted(len(waiting), 'question')} of {wave}: {_list_names(waiting)}"
            self.add_issue(
                "CB221", Severity.WARNING, message, "write their `target` in the crosswalk, or - to leave out"
            )
        personal = {question.id for question in survey.questions if question.question.personal is not None}
        for kind, names, remedy in (
            ("question", set(asked) - personal, "draft_question_crosswalk(surveys, known=crosswalk) adds them"),
            ("personal question", personal, "add rows for those that the harmonised survey needs"),
        ):
            unnamed = [name for name in asked if name in names and name not in rows]
            if unnamed:
                shown = f"{counted(len(unnamed), kind)} of {wave}: {_list_names(unnamed)}"
                self.add_issue("CB221", Severity.NOTE, f"the crosswalk does not name {shown}", remedy)

    def responses(self, wave: str, survey: Survey) -> Iterator[Response]:
        """Yield the harmonised responses of a wave; report unmapped answers."""
        links, form = self.links[wave], survey.questionnaire
        asked = {name: (form.by_id.get(name) if form else None) or unknown_question(name) for name in links}
        lost: dict[str, Counter[str]] = {}
        for response in survey.responses:
            answers = [Answer(WAVE, wave)]
            for answer in response.answers:
                link = links.get(answer.question)
                if link is None:
                    continue
                value = self.value(answer.value, link, asked[answer.question])
                for part in self.list_unmapped(answer.value, link):
                    label = str(answer_label(asked[answer.question], part))
                    lost.setdefault(answer.question, Counter())[label] += 1
                if value is None:
                    continue
                raw = answer.raw if answer.raw is not None or answer.is_missing else str(answer.value)
                answers.append(
                    Answer(link.row.target, value, raw, answer.comment, answer.repeat, answer.citations, answer.origin)
                )
            yield evolve(response, id=f"{wave}:{response.id}", answers=answers)
        for name, counts in lost.items():
            words = _list_names([f"{word!r} ({count})" for word, count in counts.most_common()])
            message = f"no harmonised value for {counted(counts.total(), 'answer')} to {name} of {wave}: {words}"
            remedy = "write a `target` in the rows of these options of the crosswalk, or - to leave them out"
            self.add_issue("CB220", Severity.WARNING, message, remedy, links[name].row.origin)

    def list_unmapped(self, value: AnswerValue, link: _Link) -> list[AnswerValue]:
        """Return the options of an answer without a target."""
        if isinstance(value, Missing) or not (link.options or self.options[link.row.target]):
            return []
        own = link.options or {}
        return [part for part in (value if isinstance(value, tuple) else (value,)) if not own.get(answer_code(part))]

    def value(self, value: AnswerValue, link: _Link, asked: Question) -> AnswerValue | None:
        """Return the harmonised value of an answer.

        The result is None if all its options are left out on purpose. A multi-select answer loses options without a
        target, and is invalid without any other.
        """
        if isinstance(value, Missing):
            return value
        if not link.options and not self.options[link.row.target]:
            if isinstance(value, int | float) and not isinstance(value, bool) and link.row.factor != 1:
                return value * link.row.factor
            is_number = asked.type in (QuestionType.INTEGER, QuestionType.DECIMAL)
            return value if is_number else answer_label(asked, value)  # free text takes labels, not codes
        own, kinds = link.options or {}, self.missing[link.row.target]
        targets = [own.get(answer_code(part), "") for part in (value if isinstance(value, tuple) else (value,))]
        parts = [target for target in targets if target]
        if targets and not parts:
            return Missing.INVALID
        kept = [part for part in parts if part != LEFT_OUT]
        if parts and not kept:
            return None
        parts = kept
        if parts and all(part in kinds for part in parts):
            return kinds[parts[0]]
        parts = [part for part in parts if part not in kinds]
        return tuple(dict.fromkeys(parts)) if isinstance(value, tuple) else parts[0]

    def questionnaire(self) -> Questionnaire:
        """Return the harmonised form.

        Each question and its repeated group come from the first wave that asks it.
        """
        choices = [Choice(code=wave, label=wave) for wave in self.waves]
        groups: dict[str, QuestionGroup] = {}
        questions = {WAVE: Question(id=WAVE, type=QuestionType.SELECT_ONE, text="Wave", choices=choices)}
        languages: dict[str, None] = {}
        for wave, survey in self.waves.items():
            form = survey.questionnaire
            repeats = find_repeat_groups(form)
            languages |= dict.fromkeys(() if form is None else form.languages)
            for name, link in self.links[wave].items():
                first = (form.by_id.get(name) if form is not None else None) or unknown_question(name)
                target = link.row.target
                if target not in questions:
                    choices = self.choices(target, first)
                    numeric = first.type in (QuestionType.INTEGER, QuestionType.DECIMAL)
                    chosen = any(choice.missing is None for choice in choices)
                    kind = QuestionType.SELECT_ONE if numeric and chosen else first.type
                    group = repeats.get(name)
                    if form is not None and group is not None:
                        groups.setdefault(group, evolve(form.groups_by_id[group], parent=None))
                    questions[target] = evolve(first, id=target, type=kind, group=group, parent=None, skip=None,
                                          choices=choices)  # fmt: skip
        return Questionnaire(
            id="harmonised",
            title="Harmonised",
            languages=languages,
            groups=groups.values(),
            questions=questions.values(),
        )

    def choices(self, target: str, first: Question) -> list[Choice]:
        """Return the options of a harmonised question.

        Each label comes from the first wave that has one.
        """
        labels: dict[str, str] = {}
        for row in self.crosswalk:
            link = self.links.get(row.wave, {}).get(row.question) if row.option else None
            if link is not None and link.row.target == target and (link.options or {})[row.option] == row.option:
                labels.setdefault(row.option, row.text)
        codes = [code for code in self.options[target] if code not in ("", LEFT_OUT)]
        own = {choice.code: choice for choice in first.choices}
        kinds = [choice for choice in first.choices if choice.missing is not None]
        return [*(own.get(c) or Choice(code=c, label=labels.get(c, c)) for c in codes), *kinds]


def _list_names(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
