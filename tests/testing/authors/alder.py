"""Read and write Alder surveys: XML with the form in several languages, and the returns with blocks that repeat."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from capbuild.errors import ReadError
from capbuild.formats import (
    DefinitionOptions,
    IssueLog,
    RecordReader,
    RecordValue,
    SurveyRecord,
    answer_text,
    is_false,
    load_xml,
)
from capbuild.model import (
    Answer,
    Choice,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Response,
    ResponseStatus,
    Severity,
    SkipRule,
    Survey,
)
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, NoOptions, Reader, ReadItem, RenderContext, Writer, hookimpl
from capbuild.text import Text, Translation

CAPBUILD_API = 1
KINDS = {
    "text": QuestionType.TEXT,
    "whole": QuestionType.INTEGER,
    "number": QuestionType.DECIMAL,
    "yesno": QuestionType.BOOLEAN,
    "day": QuestionType.DATE,
    "one": QuestionType.SELECT_ONE,
    "many": QuestionType.SELECT_MULTIPLE,
    "note": QuestionType.NOTE,
    "time": QuestionType.TIME,
    "moment": QuestionType.DATETIME,
    "order": QuestionType.RANKING,
    "point": QuestionType.GEOPOINT,
    "file": QuestionType.FILE,
    "sum": QuestionType.CALCULATED,
    "unknown": QuestionType.UNKNOWN,
}
LISTS = (QuestionType.SELECT_MULTIPLE, QuestionType.RANKING)
ABSENT = {kind.name.lower(): kind for kind in Missing}
STATES = {state.value: state for state in ResponseStatus}


def sniff(source: InputFile) -> Claim | None:
    """Claim XML whose root is `alder`."""
    return Claim(Confidence.SIGNATURE, "its root is <alder>") if b"<alder " in source.head()[:400] else None


def read(source: InputFile, options: DefinitionOptions) -> Iterator[ReadItem]:
    """Yield the form, the responses and what is wrong."""
    root = load_xml(source)
    if root.tag != "alder":
        raise ReadError(f"{source.name} is no Alder file", origin=Origin(source.name), remedy="export it again")
    log = IssueLog(source.name)
    form = read_form(root, source.name, log)
    reader = _reader(form, source, options)
    returns = root.find("returns")
    if len(root.findall("returns")) > 1:
        log.add("ALD5", Severity.WARNING, "<returns> is there twice; the first is read", origin=Origin(source.name))
    records = read_returns(returns, form, source.name, log) if returns is not None else iter(())
    yield from reader.read(records)
    yield from log.drain()
    yield from log.close()


def _reader(form: Questionnaire, source: InputFile, options: DefinitionOptions) -> RecordReader:
    return RecordReader(
        form,
        source.name,
        country=options.country,
        country_question=options.country_question,
        missing=options.missing,
        drop_personal=options.drop_personal,
    )


def read_text(node: Element | None, default: str) -> Text | None:
    """Return the text of an element in all its languages; None without one."""
    found = {one.get("lang", default): one.text or "" for one in node.findall("t")} if node is not None else {}
    if not found:
        return None
    first = default if default in found else next(iter(found))
    return Text(found[first], first, {tag: Translation(text) for tag, text in found.items() if tag != first})


class FormParts:
    """Groups and questions, as they are met."""

    def __init__(self, file: str, default: str, log: IssueLog) -> None:
        self.file, self.default, self.log = file, default, log
        self.groups: dict[str, QuestionGroup] = {}
        self.questions: dict[str, Question] = {}

    def warn(self, code: str, message: str, path: str) -> None:
        """Add an issue."""
        self.log.add(code, Severity.WARNING, message, origin=Origin(self.file, path=path), remedy="correct the form")

    def once(self, node: Element, path: str, *tags: str) -> None:
        """Report what an element has twice: one of its texts, or one of their languages."""
        for tag in tags:
            if len(node.findall(tag)) > 1:
                self.warn("ALD1", f"<{tag}> is there twice", path)
        for one in [node, *(one for tag in tags for one in node.findall(tag))]:
            languages = [text.get("lang", self.default) for text in one.findall("t")]
            if len(set(languages)) < len(languages):
                self.warn("ALD1", f"a text twice in one language: {', '.join(languages)}", path)

    def section(self, node: Element, path: str, parent: str | None) -> None:
        """Add a section and what it holds."""
        name = node.get("id", "")
        if not name or name in self.groups:
            self.warn("ALD1", f"a section without an id of its own: {name!r}", path)
            return
        title = read_text(node.find("title"), self.default) or Text(name)
        repeat = node.get("repeat", "no")
        if repeat not in ("yes", "no"):
            self.warn("ALD4", f"repeat is yes or no, and not {repeat!r}", path)
        self.groups[name] = QuestionGroup(id=name, title=title, parent=parent, repeat=repeat == "yes")
        self.children(node, path, name)

    def children(self, node: Element, path: str, group: str | None) -> None:
        """Add the sections and items of an element."""
        self.once(node, path, "title")
        for path_of, child in numbered(node, path):
            if child.tag == "section":
                self.section(child, path_of, group)
            elif child.tag == "item":
                self.item(child, path_of, group)
            elif child.tag not in ("title", "returns"):
                self.warn("ALD3", f"<{child.tag}> is unknown in a form", path_of)
        extra = set(node.keys()) - {"id", "version", "default", "languages", "repeat"}
        if extra:
            self.warn("ALD3", f"unknown attributes: {', '.join(sorted(extra))}", path)

    def item(self, node: Element, path: str, group: str | None) -> None:
        """Add a question."""
        name, kind = node.get("id", ""), node.get("kind", "")
        if not name or name in self.questions:
            self.warn("ALD1", f"an item without an id of its own: {name!r}", path)
            return
        if kind not in KINDS:
            self.warn("ALD2", f"{kind!r} is no kind of item", path)
        extra = set(node.keys()) - {"id", "kind", "required", "min", "max", "unit", "when"}
        odd = {one.tag for one in node} - {"text", "hint", "option"}
        if extra or odd:
            self.warn("ALD3", f"unknown in an item: {', '.join(sorted(extra | odd))}", path)
        if node.get("required", "no") not in ("yes", "no"):
            self.warn("ALD4", f"required is yes or no, and not {node.get('required')!r}", path)
        self.once(node, path, "text", "hint")
        when = node.get("when")
        self.questions[name] = Question(
            id=name,
            type=KINDS.get(kind, QuestionType.UNKNOWN),
            text=read_text(node.find("text"), self.default) or Text(name),
            hint=read_text(node.find("hint"), self.default),
            choices=tuple(self.options(node, path)),
            group=group,
            required=node.get("required") == "yes",
            skip=SkipRule(expression=when, dialect="alder", questions=re.findall(r"v\('(\w+)'\)", when))
            if when
            else None,
            unit=node.get("unit", ""),
            minimum=self.bound(node, "min", path),
            maximum=self.bound(node, "max", path),
        )

    def bound(self, node: Element, key: str, path: str) -> float | None:
        """Return a limit."""
        text = node.get(key)
        try:
            return None if text is None else float(text)
        except ValueError:
            self.warn("ALD4", f"{key} is no number: {text!r}", path)
            return None

    def options(self, node: Element, path: str) -> Iterator[Choice]:
        """Yield the choices of an item."""
        seen: set[str] = set()
        for path_of, option in numbered(node, path):
            if option.tag != "option":
                continue
            code = option.get("code", "")
            if not code or code in seen:
                self.warn("ALD1", f"an option without a code of its own: {code!r}", path_of)
                continue
            seen.add(code)
            self.once(option, path_of)
            absent = option.get("absent")
            if absent and absent not in ABSENT:
                self.warn("ALD4", f"{absent!r} is no reason for an absence", path_of)
            label = read_text(option, self.default) or Text(code)
            yield Choice(code=code, label=label, missing=ABSENT.get(absent or ""))


def read_form(root: Element, file: str, log: IssueLog) -> Questionnaire:
    """Return the form."""
    default = root.get("default", "und")
    parts = FormParts(file, default, log)
    parts.children(root, "/alder", None)
    tags = dict.fromkeys(
        [default, *root.get("languages", "").split(), *(one.get("lang", default) for one in root.iter("t"))]
    )
    return Questionnaire(
        id=root.get("id") or file,
        version=root.get("version", "1"),
        title=read_text(root.find("title"), default) or Text(file),
        languages=tuple(tags),
        groups=parts.groups.values(),
        questions=parts.questions.values(),
    )


def numbered(node: Element, path: str) -> Iterator[tuple[str, Element]]:
    """Yield the children with their paths."""
    counts: dict[str, int] = {}
    for child in node:
        counts[child.tag] = counts.get(child.tag, 0) + 1
        yield f"{path}/{child.tag}[{counts[child.tag]}]", child


def read_returns(node: Element, form: Questionnaire, file: str, log: IssueLog) -> Iterator[SurveyRecord]:
    """Yield a record a return."""
    for path, one in numbered(node, "/alder/returns[1]"):
        if one.tag != "return":
            log.add("ALD5", Severity.WARNING, f"<{one.tag}> is no return", origin=Origin(file, path=path))
            continue
        yield ReturnReader(form, file, log).record(one, path)


class ReturnReader:
    """Reads one return."""

    def __init__(self, form: Questionnaire, file: str, log: IssueLog) -> None:
        self.form, self.file, self.log = form, file, log
        self.asked = {question.id: question for question in form.questions}
        self.repeats = {group.id for group in form.groups if group.repeat}
        self.values: list[RecordValue] = []
        self.texts: dict[str, str] = {}
        self.counts: dict[str, int] = {}

    def record(self, node: Element, path: str) -> SurveyRecord:
        """Return the record of a return."""
        state, known = node.get("state", "submitted"), {"id", "lang", "date", "state"}
        if state not in STATES:
            self.warn(f"{state!r} is no state of a return", path)
        if set(node.keys()) - known:
            self.warn(f"unknown attributes: {', '.join(sorted(set(node.keys()) - known))}", path)
        self.block(node, path, 0)
        given = {value.question for value in self.values}
        inside = repeated(self.form)
        for question in self.form.questions:
            if question.id not in given and question.type is not QuestionType.NOTE and question.group not in inside:
                absent = Missing.NOT_ASKED if self.skipped(question) else Missing.NO_ANSWER
                self.values.append(RecordValue(question.id, None, Origin(self.file, path=path), absent=absent))
        return SurveyRecord(
            id=node.get("id") or path,
            values=self.values,
            origin=Origin(self.file, path=path),
            moment=node.get("date", ""),
            status=STATES.get(state, ResponseStatus.SUBMITTED),
            language=node.get("lang"),
            version=self.form.version,
        )

    def skipped(self, question: Question) -> bool:
        """True if the question was not asked."""
        return question.skip is not None and is_false(question.skip.expression, self.texts.get)

    def warn(self, message: str, path: str) -> None:
        """Add an issue."""
        self.log.add("ALD5", Severity.WARNING, message, origin=Origin(self.file, path=path), remedy="correct it")

    def block(self, node: Element, path: str, repeat: int) -> None:
        """Take the answers of a return or of a block."""
        for path_of, child in numbered(node, path):
            if child.tag == "a":
                self.answer(child, path_of, repeat)
            elif child.tag == "block":
                section = child.get("section", "")
                if section not in self.repeats:
                    self.warn(f"no section {section!r} repeats", path_of)
                    continue
                self.counts[section] = self.counts.get(section, 0) + 1
                self.block(child, path_of, self.counts[section])
            else:
                self.warn(f"<{child.tag}> is unknown in a return", path_of)

    def answer(self, node: Element, path: str, repeat: int) -> None:
        """Take one answer."""
        name, text, absent = node.get("item", ""), (node.text or "").strip(), node.get("absent", "")
        if name not in self.asked:
            self.warn(f"the form has no item {name!r}", path)
            return
        if absent and absent not in ABSENT:
            self.warn(f"{absent!r} is no reason for an absence", path)
        if (odd := set(node.keys()) - {"item", "absent", "comment"}) or len(node):
            self.warn(f"unknown in an answer: {', '.join(sorted(odd) or [one.tag for one in node])}", path)
        if not repeat:
            self.texts[name] = text
        kind = ABSENT.get(absent, Missing.NOT_ASKED if self.skipped(self.asked[name]) else Missing.NO_ANSWER)
        value = text.split() if self.asked[name].type in LISTS and text else text or None
        origin = Origin(self.file, path=f"{path}/@absent" if absent and not text else path)
        comment = node.get("comment") or None
        self.values.append(
            RecordValue(name, value, origin, absent=kind, repeat=repeat, raw=text or absent or None, comment=comment)
        )


def repeated(form: Questionnaire) -> set[str]:
    """Return the groups that repeat, and those within them."""
    found: set[str] = set()
    for group in form.groups:
        if group.repeat or group.parent in found:
            found.add(group.id)
    return found


NAMES = {kind: name for name, kind in KINDS.items()}


def write(subject: Survey, context: RenderContext, _options: NoOptions) -> Iterator[bytes]:
    """Yield the file."""
    form = subject.questionnaire
    root = Element("alder")
    if form is not None:
        root.set("id", form.id)
        root.set("version", form.version)
        root.set("default", form.languages[0] if form.languages else "und")
        if form.languages:
            root.set("languages", " ".join(form.languages))
        put_text(root, "title", form.title)
        nodes: dict[str | None, Element] = {None: root}
        for group in form.groups:
            node = SubElement(nodes[group.parent], "section", id=group.id, repeat="yes" if group.repeat else "no")
            put_text(node, "title", group.title)
            nodes[group.id] = node
        for question in form.questions:
            put_item(nodes[question.group], question)
    returns = SubElement(root, "returns")
    places = {question.id: question.group for question in form.questions} if form else {}
    for response in subject.responses:
        put_return(returns, response, places, repeated(form) if form else set())
    indent(root)
    yield b"<?xml version='1.0' encoding='utf-8'?>\n" + tostring(root, encoding="unicode").encode()


def put_text(parent: Element, tag: str, text: Text | None) -> None:
    """Write a text in all its languages."""
    if text is not None:
        put_languages(SubElement(parent, tag), text)


def put_languages(node: Element, text: Text) -> None:
    """Write the languages of a text."""
    for tag in dict.fromkeys([text.language, *text.languages]):
        SubElement(node, "t", lang=tag).text = text.get(tag)


def put_item(parent: Element, question: Question) -> None:
    """Write a question."""
    node = SubElement(parent, "item", id=question.id, kind=NAMES.get(question.type, "text"))
    if question.required:
        node.set("required", "yes")
    if question.skip:
        node.set("when", question.skip.expression)
    if question.unit:
        node.set("unit", question.unit)
    for key, bound in (("min", question.minimum), ("max", question.maximum)):
        if bound is not None:
            node.set(key, repr(bound))
    put_text(node, "text", question.text)
    put_text(node, "hint", question.hint)
    for choice in question.choices:
        option = SubElement(node, "option", code=choice.code)
        if choice.missing:
            option.set("absent", choice.missing.name.lower())
        put_languages(option, choice.label)


def put_return(parent: Element, response: Response, places: dict[str, str | None], inside: set[str]) -> None:
    """Write a return."""
    node = SubElement(parent, "return", id=response.id, state=response.status.value)
    if response.language:
        node.set("lang", response.language)
    if response.date:
        node.set("date", response.date.isoformat())
    blocks: dict[tuple[str, int], Element] = {}
    for answer in response.answers:
        at = node
        group = places.get(answer.question)
        if answer.repeat and group is not None and group in inside:
            key = (group, answer.repeat)
            if key not in blocks:
                blocks[key] = SubElement(node, "block", section=group)
            at = blocks[key]
        put_answer(at, answer)


def put_answer(parent: Element, answer: Answer) -> None:
    """Write an answer."""
    node = SubElement(parent, "a", item=answer.question)
    if isinstance(answer.value, Missing):
        node.set("absent", answer.value.name.lower())
    elif isinstance(answer.value, tuple):
        node.text = " ".join(answer.value)
    else:
        node.text = str(answer_text(answer.value))
    if answer.comment:
        node.set("comment", answer.comment)


@hookimpl
def register_readers() -> list[Reader]:
    """Return the reader `alder`."""
    return [
        Reader(
            name="alder",
            title="Alder",
            sniff=sniff,
            read=read,
            options=DefinitionOptions,
            suffixes=(".alder",),
        )
    ]


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer `alder-file`."""
    return [
        Writer(
            name="alder-file",
            title="Alder",
            accepts=(Survey,),
            write=write,
            suffixes=(".alder",),
            loses=(
                "order of questions",
                "states of translations",
                "scores of choices",
                "exclusive and other choices",
                "rows and details of questions",
                "dimensions of questions",
                "personal marks",
                "mappings",
                "answers of an earlier round",
                "marks of what is inferred",
                "wording of skip rules",
                "respondents",
                "details of respondents",
                "times of sending",
                "values",
                "texts as written",
                "citations",
            ),
        )
    ]
