"""DDI Lifecycle: questions in instrument order, and related variables."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import PurePath
from xml.etree.ElementTree import Element

from attrs import define, evolve, field, frozen

from capbuild.errors import LimitError
from capbuild.formats import local_name, personal_by_head
from capbuild.model import Choice, Question, QuestionGroup, Questionnaire, QuestionType, SkipRule
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild.text import Text, as_text
from capbuild_ddi.elements import XML_LANG, children, choice, first, number, plain, spoken, unique

_TYPES = {
    "Code": QuestionType.SELECT_ONE,
    "Category": QuestionType.SELECT_ONE,
    "Numeric": QuestionType.DECIMAL,
    "Text": QuestionType.TEXT,
    "DateTime": QuestionType.DATETIME,
    "Nominal": QuestionType.BOOLEAN,
    "Scale": QuestionType.INTEGER,
    "Location": QuestionType.TEXT,
    "Geographic": QuestionType.TEXT,
}
_DATES = {"date": QuestionType.DATE, "datetime": QuestionType.DATETIME, "time": QuestionType.TIME}
_PLAIN = frozenset(f"{kind}{end}" for kind in _TYPES for end in ("Domain", "Representation"))
_REFERRED = frozenset(f"{name}Reference" for name in _PLAIN)
_QUESTIONS = ("QuestionItem", "QuestionGrid", "QuestionBlock", "MultipleQuestionItem")
_LOOPS = ("Loop", "RepeatUntil", "RepeatWhile")


@frozen
class _Asked:
    """Position of a question in its instrument.

    Attributes:
        group: Id of its group.
        parent: Id of its parent question.
        conditions: Conditions for asking it.
    """

    group: str | None = None
    parent: str | None = None
    conditions: tuple[str, ...] = ()


def read_lifecycle(root: Element, source: InputFile) -> Questionnaire:
    """Return a DDI Lifecycle file as a questionnaire.

    Args:
        root: Its root.
        source: The file, with its limits.

    Raises:
        LimitError: Constructs exceed the depth limit, or grids the limit on cells.
    """
    return _Lifecycle.of(root, source).build()


def _find_key(node: Element | None) -> str:
    """Return an element's id, or its reference's target."""
    if node is None:
        return ""
    own_id = plain(first(node, "ID")) or node.get("id", "")
    return own_id or (plain(first(node, "URN")).split(":") + [""] * 4)[3]


@define(eq=False)
class _Lifecycle:
    """Reads one file.

    Attributes:
        root: Its root.
        source: The file.
        language: Default language of texts: the most frequent.
        languages: All languages, most frequent first.
        by_key: Elements by id.
        met: Ids of constructs and questions already read.
    """

    root: Element
    source: InputFile
    language: str
    languages: tuple[str, ...]
    by_key: dict[str, Element]
    groups: dict[str, QuestionGroup] = field(factory=dict[str, QuestionGroup])
    questions: dict[str, Question] = field(factory=dict[str, Question])
    met: set[str] = field(factory=set[str])

    @classmethod
    def of(cls, root: Element, source: InputFile) -> "_Lifecycle":
        """Index the elements of a file."""
        tags = Counter(tag for node in root.iter() if (tag := node.get(XML_LANG)))
        languages = tuple(tag for tag, _ in tags.most_common())
        by_key: dict[str, Element] = {}
        for node in root.iter():
            if not local_name(node).endswith("Reference") and (key := _find_key(node)):
                by_key.setdefault(key, node)
        return cls(root, source, languages[0] if languages else "und", languages, by_key)

    def nodes(self, *names: str) -> Iterator[Element]:
        """Yield all elements with some names."""
        return (node for node in self.root.iter() if local_name(node) in names)

    def text(self, nodes: Iterator[Element], fallback: str) -> Text:
        """Return a text in all languages."""
        return spoken(nodes, fallback, self.language)

    def build(self) -> Questionnaire:
        """Return the questionnaire."""
        instrument = next(self.nodes("Instrument"), None)
        for node in self.nodes("Instrument"):
            for reference in children(node, "ControlConstructReference"):
                self.construct(_find_key(reference), _Asked(), 0, top=True)
        for node in self.nodes(*_QUESTIONS):
            self.question(node, _Asked())
        for node in self.nodes("Variable"):
            self.variable(node)
        stem = PurePath(self.source.name).stem or self.source.name
        titles = self.text(children(first(self.root, "Citation"), "Title"), stem)
        name = plain(first(instrument, "InstrumentName"))
        return Questionnaire(
            id=_find_key(instrument) or _find_key(self.root) or stem,
            version=plain(first(instrument, "Version")) or "1",
            title=self.text(children(instrument, "Label"), name or titles.source),
            languages=self.languages,
            groups=tuple(self.groups.values()),
            questions=tuple(self.questions.values()),
        )

    # --- constructs ---

    def construct(self, key: str, asked: _Asked, depth: int, *, top: bool = False) -> None:
        """Read a control construct and its children, once."""
        node = self.by_key.get(key)
        if node is None or key in self.met:
            return
        self.met.add(key)
        if depth > self.source.limits.nesting:
            raise LimitError(
                f"{self.source.name} has constructs nested deeper than {self.source.limits.nesting} levels",
                code="CB118",
                origin=Origin(self.source.name),
                remedy="raise limits.nesting",
            )
        kind = local_name(node)
        if kind == "QuestionConstruct":
            element = self.by_key.get(_find_key(first(node, "QuestionReference")))
            if element is not None:
                self.question(element, asked)
        elif kind == "StatementItem":
            name = unique(key, "", self.questions)
            text = self.text(children(node, "DisplayText"), name)
            self.add(Question(id=name, type=QuestionType.NOTE, text=text), asked)
        elif kind in ("IfThenElse", "ElseIf"):
            self.condition(node, asked, depth)
        else:
            labels = list(children(node, "Label"))
            if kind in _LOOPS or (labels and not top):
                asked = evolve(asked, group=self.group(node, asked.group, repeat=kind in _LOOPS))
            self.follow(node, asked, depth)

    def follow(self, node: Element, asked: _Asked, depth: int) -> None:
        """Read the constructs referenced by an element."""
        for child in node:
            if local_name(child).endswith("ConstructReference"):
                self.construct(_find_key(child), asked, depth + 1)

    def condition(self, node: Element, asked: _Asked, depth: int) -> None:
        """Read the branches of a condition."""
        rule = first(node, "IfCondition")
        texts = [
            plain(element)
            for element in (rule.iter() if rule is not None else ())
            if local_name(element) == "CommandContent"
        ]
        text = " ".join(texts) or plain(rule)
        negated = f"not ({text})"
        for child in node:
            kind = local_name(child)
            if kind == "ThenConstructReference":
                self.construct(_find_key(child), evolve(asked, conditions=(*asked.conditions, text)), depth + 1)
            elif kind == "ElseConstructReference":
                self.construct(_find_key(child), evolve(asked, conditions=(*asked.conditions, negated)), depth + 1)
            elif kind == "ElseIf":
                self.condition(child, evolve(asked, conditions=(*asked.conditions, negated)), depth + 1)

    def group(self, node: Element, parent: str | None, *, repeat: bool) -> str:
        """Add a group, and return its id."""
        key = _find_key(node)
        name = unique(key, "", self.groups)
        title = self.text(children(node, "Label"), self.name(node))
        self.groups[name] = QuestionGroup(id=name, title=title, parent=parent, repeat=repeat)
        return name

    def name(self, node: Element) -> str:
        """Return the name of an element, or its id."""
        named = (child for child in node if local_name(child).endswith("Name") and local_name(child) != "UserID")
        return next((text for child in named if (text := self.text(iter([child]), "").source)), "") or _find_key(node)

    # --- questions ---

    def add(self, question: Question, asked: _Asked) -> str:
        """Add a question, and return its id."""
        rules = [rule for rule in asked.conditions if rule]
        skip = SkipRule(expression=" and ".join(rules), dialect="ddi") if rules else None
        personal = None if question.type is QuestionType.NOTE else personal_by_head(question.text.source)
        placed = evolve(question, group=asked.group, parent=asked.parent, skip=skip, personal=personal)
        self.questions[placed.id] = placed
        self.source.limits.check_cells(self.source.name, len(self.questions))
        return placed.id

    def question(self, node: Element, asked: _Asked) -> None:
        """Add a question of any kind, once."""
        key = _find_key(node)
        if key in self.met and key:
            return
        self.met.add(key)
        kind = local_name(node)
        name = unique(self.name(node), key, self.questions)
        text = self.text(children(node, "QuestionText"), self.text(children(node, "Label"), name).source)
        note = Question(id=name, type=QuestionType.NOTE, text=text, hint=self.hint(node))
        if kind == "QuestionItem":
            self.item(node, note, asked)
        elif kind == "QuestionGrid":
            self.grid(node, note, asked)
        else:
            below = evolve(asked, parent=self.add(note, asked))
            for part in node.iter():
                if local_name(part) in ("QuestionItem", "QuestionGrid") and part is not node:
                    self.question(part, below)
                elif local_name(part).endswith("Reference"):
                    element = self.by_key.get(_find_key(part))
                    if element is not None and local_name(element) in _QUESTIONS and element is not node:
                        self.question(element, below)

    def hint(self, node: Element) -> Text | None:
        """Return the first instruction of a question."""
        for reference in children(node, "InterviewerInstructionReference"):
            hint = self.text(children(self.by_key.get(_find_key(reference)), "InstructionText"), "")
            if hint.source:
                return hint
        return None

    def item(self, node: Element, made: Question, asked: _Asked) -> None:
        """Add a question; further response domains become separate questions."""
        mixed = first(node, "StructuredMixedResponseDomain")
        holders = list(children(mixed, "ResponseDomainInMixed")) if mixed is not None else [node]
        domains = [element for holder in holders if (element := self.domain(holder)) is not None]
        name = self.add(
            self.typed(made, domains[0], node) if domains else evolve(made, type=QuestionType.UNKNOWN), asked
        )
        names = _index_names(node)
        for number_, domain in enumerate(domains[1:], start=2):
            bound = names.get(_find_key(first(domain, "OutParameter")), "")
            below = unique(bound or f"{name}/{number_}", "", self.questions)
            detail = Question(id=below, text=self.text(children(domain, "Label"), made.text.source))
            self.add(self.typed(detail, domain, node), evolve(asked, parent=name))

    def grid(self, node: Element, made: Question, asked: _Asked) -> None:
        """Add a grid as a note with questions.

        Each cell is a question. A grid with a roster becomes a repeated group.
        """
        sides = sorted(children(node, "GridDimension"), key=lambda element: element.get("rank", ""))
        labels = [self.labels(side) for side in sides]
        if any(first(side, "Roster") is not None for side in sides):
            asked = evolve(asked, group=self.group(node, asked.group, repeat=True))
        below = evolve(asked, parent=self.add(made, asked))
        names = _index_names(node)
        mixed = first(node, "StructuredMixedGridResponseDomain")
        if mixed is None:
            domain = self.domain(node)
            for cell in (
                _list_cells([range(1, len(side) + 1) for side in labels], self.source) if domain is not None else ()
            ):
                self.cell(made, labels, cell, (domain, "", node), below)
            return
        for part in children(mixed, "GridResponseDomainInMixed"):
            domain = self.domain(part)
            if domain is None:
                continue
            bound = names.get(_find_key(first(domain, "OutParameter")), "")
            for cell in list(self.attached(part, labels)) or [()]:  # a text next to an option has no cell
                self.cell(made, labels, cell, (domain, bound, part), below)

    def attached(self, part: Element, labels: Sequence[Sequence[Text]]) -> Iterator[tuple[int, ...]]:
        """Yield the cells of a grid's response domain."""
        for where in part.iter():
            if local_name(where) == "CellCoordinatesAsDefined":
                spans = [range(1, len(side) + 1) for side in labels]
                for element in children(where, "SelectDimension"):
                    rank, low, high = (int(number(element.get(key)) or 0)
                                       for key in ("rank", "rangeMinimum", "rangeMaximum"))  # fmt: skip
                    if 0 < rank <= len(spans) and low:
                        spans[rank - 1] = range(low, max(low, high) + 1)
                yield from _list_cells(spans, self.source)

    def cell(
        self,
        made: Question,
        labels: Sequence[Sequence[Text]],
        cell: tuple[int, ...],
        domain: tuple[Element | None, str, Element],
        asked: _Asked,
    ) -> None:
        """Add a cell of a grid.

        Args:
            made: The grid.
            labels: Labels of the categories of each dimension.
            cell: Index in each dimension, from 1.
            domain: Response domain of the cell, its bound name, and its element.
            asked: Position of the cell in the instrument.
        """
        element, bound, holder = domain
        parts = [side[place - 1] for side, place in zip(labels, cell, strict=False) if 0 < place <= len(side)]
        text = {
            tag: " - ".join(part.get(tag) for part in parts)
            for tag in dict.fromkeys(t for p in parts for t in p.languages)
        }
        name = unique(bound or f"{made.id}[{','.join(map(str, cell))}]", "", self.questions)
        own = element if element is not None else holder
        question = Question(
            id=name, text=as_text(text) if text else self.text(children(own, "Label"), made.text.source)
        )
        self.add(self.typed(question, element, holder) if element is not None else question, asked)

    def labels(self, side: Element) -> list[Text]:
        """Return the category labels of a dimension, empty without any."""
        domain = self.domain(side)
        if domain is None:
            return []
        return [choice.label for choice in self.choices(domain)]

    # --- domains ---

    def domain(self, holder: Element) -> Element | None:
        """Return an element's response domain or representation, also by reference."""
        for child in holder:
            name = local_name(child)
            if name in _PLAIN:
                return child
            if name in _REFERRED:
                return self.by_key.get(_find_key(child))
        return None

    def typed(self, question: Question, domain: Element, holder: Element) -> Question:
        """Return a question with the type of its domain.

        The domain, a response domain or representation, also gives its options.
        """
        kind = local_name(domain).removeprefix("Managed").removesuffix("Domain").removesuffix("Representation")
        type_ = _TYPES.get(kind, QuestionType.UNKNOWN)
        choices = tuple(self.choices(domain)) if kind in ("Code", "Category") else ()
        most = [
            number(element.get("maximumResponses"))
            for part in (domain, holder)
            for element in children(part, "ResponseCardinality")
        ]
        if type_ is QuestionType.SELECT_ONE and any((limit or 0) > 1 for limit in most):
            type_ = QuestionType.SELECT_MULTIPLE
        ranges = [element for element in domain.iter() if local_name(element) in ("NumberRange", "Range")]
        low = [value for range_ in ranges if (value := number(plain(first(range_, "Low")))) is not None]
        high = [value for range_ in ranges if (value := number(plain(first(range_, "High")))) is not None]
        if kind == "Numeric":
            named = (plain(first(domain, "NumericTypeCode")) or domain.get("type", "")).casefold()
            whole = "integer" in named or domain.get("decimalPositions") == "0"
            type_ = QuestionType.INTEGER if whole else QuestionType.DECIMAL
        elif kind == "DateTime":
            type_ = _DATES.get(
                (plain(first(domain, "DateTypeCode")) or domain.get("type", "")).casefold(), QuestionType.TEXT
            )
        return evolve(
            question,
            type=type_,
            choices=choices,
            minimum=min(low) if low else None,
            maximum=max(high) if high and (not low or max(high) >= min(low)) else None,
        )

    def choices(self, domain: Element) -> Iterator[Choice]:
        """Yield the options of a domain.

        These are the codes of its list, or the categories of its scheme.
        """
        element = None
        for name in ("CodeListReference", "CodeSchemeReference", "CategorySchemeReference", "CategoryGroupReference"):
            reference = first(domain, name)
            element = self.by_key.get(_find_key(reference)) if reference is not None and element is None else element
        listed = element if element is not None else domain
        seen: set[str] = set()
        for code in (element for element in listed.iter() if local_name(element) in ("Code", "Category")):
            category = code
            if local_name(code) == "Code":
                category = self.by_key.get(_find_key(first(code, "CategoryReference")), code)
            value = plain(first(code, "Value")) or (_find_key(code) if local_name(code) == "Category" else "")
            if value and value not in seen:
                seen.add(value)
                label = self.text(children(category, "Label"), value)
                absent = "true" in (category.get("isMissing"), category.get("missing"))
                yield choice(value, label, missing=absent)

    # --- variables ---

    def variable(self, node: Element) -> None:
        """Add a variable without a question in the file."""
        name = self.name(node)
        for reference in node.iter():
            if local_name(reference) == "QuestionReference" and _find_key(reference) in self.by_key:
                return
        if name in self.questions and _find_key(node) not in self.met:
            return
        shown = first(node, "VariableRepresentation")
        if shown is None:
            shown = first(node, "Representation")
        text = self.text(children(node, "Label"), name)
        question = Question(id=unique(name, _find_key(node), self.questions), type=QuestionType.UNKNOWN, text=text)
        domain = self.domain(shown) if shown is not None else None
        if domain is not None:
            question = self.typed(question, domain, shown if shown is not None else node)
        if shown is not None and any(local_name(element).startswith("ProcessingInstruction") for element in shown):
            question = evolve(question, type=QuestionType.CALCULATED)
        self.add(question, _Asked())


def _index_names(node: Element) -> dict[str, str]:
    """Return the names bound to response domains, by parameter id."""
    outer = {
        _find_key(parameter): plain(first(parameter, "ParameterName", "String"))
        for parameter in children(node, "OutParameter")
    }
    names: dict[str, str] = {}
    for parameter in children(node, "Binding"):
        ends = (
            _find_key(first(parameter, "SourceParameterReference")),
            _find_key(first(parameter, "TargetParameterReference")),
        )
        names[ends[0]] = outer.get(ends[1], "")
    return names


def _list_cells(spans: Sequence[range], source: InputFile) -> Iterator[tuple[int, ...]]:
    """Yield the cells of a grid, within the limits."""
    count = 1
    for span in spans:
        count *= max(len(span), 1)
    source.limits.check_cells(source.name, count)
    yield from product(*(span or range(1, 2) for span in spans))
