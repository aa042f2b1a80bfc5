"""Capacities with their criteria and scales."""

from collections.abc import Iterator
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_texts, to_tuple, unique
from capbuild.display import NotebookDisplay
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model.recipe import Method
from capbuild.text import Text, as_optional_text, as_text


class ScaleKind(StrEnum):
    """Kind of a scale's figures, which decides the permitted arithmetic."""

    ORDINAL = "ordinal"
    POINTS = "points"
    PERCENT = "percent"
    COUNT = "count"


@model(kw_only=True)
class Level:
    """Step of a scale with a stable code.

    Look-ups use the code, never the label.

    Attributes:
        code: Stable code, such as `L3`.
        order: Its number on the scale: consecutive from 0 or from 1 (the lowest).
        label: Name of the level.
        definition: Its meaning.
    """

    code: str = field(validator=identifier)
    order: int = field(validator=between(0))
    label: Text = field(converter=as_text)
    definition: Text | None = field(default=None, converter=as_optional_text)

    def __str__(self) -> str:
        return str(self.label) if is_code_a_word(self) else f"{self.code} {self.label}"


def is_code_a_word(level: Level) -> bool:
    """Return whether a level's code is its label: "in_force", not "L3"."""
    return level.code.replace("_", " ").casefold() == str(level.label).casefold()


@model(kw_only=True)
class Scale:
    """Scale of measurement of a capacity.

    Attributes:
        id: Name within the framework.
        kind: Ordinal levels, points, percent or counts.
        levels: Levels from lowest to highest; empty for a scale without steps.
        minimum: Lowest value of a numeric scale, in `unit`.
        maximum: Highest value, in `unit`.
        unit: Unit of the values, empty for none.
        ascending: Whether more is better.
    """

    id: str = field(validator=identifier)
    kind: ScaleKind = ScaleKind.ORDINAL
    levels: tuple[Level, ...] = field(default=(), converter=to_tuple, validator=unique(lambda v: v.code, "level"))
    minimum: float = 0.0
    maximum: float = 100.0
    unit: str = ""
    ascending: bool = True

    def __attrs_post_init__(self) -> None:
        if self.minimum >= self.maximum:
            raise ModelError("Scale.minimum", self.minimum, f"must be less than the maximum {self.maximum:g}")
        orders = [level.order for level in self.levels]
        if orders and (orders[0] > 1 or orders != list(range(orders[0], orders[0] + len(orders)))):
            raise ModelError("Scale.levels", orders, "must be ordered 1, 2, 3, ... or 0, 1, 2, ...")

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest level order, or value.

        Example:
            >>> Scale(id="s", levels=[Level(code=f"M{n}", order=n, label=f"M{n}") for n in range(4)]).ends
            (0, 3)
        """
        return (self.levels[0].order, self.levels[-1].order) if self.levels else (self.minimum, self.maximum)

    def step_value(self, method: Method) -> float:
        """Return the value of one level order in a method.

        For a `scaled` method this is its `maximum` divided by the highest order; for all others it is 1.
        """
        return float(method.settings.get("maximum", 100)) / self.ends[1] if method.name == "scaled" else 1.0

    def target_value(self, target: float, method: Method) -> float:
        """Return a target on the scale of a method.

        A `scaled` method converts a level order into its value; every other target is returned unchanged.

        Example:
            >>> scale = Scale(id="s", levels=[Level(code=f"L{n}", order=n, label=str(n)) for n in (1, 2, 3, 4)])
            >>> scaled, mean = Method(name="scaled", parameters={"maximum": 100}), Method(name="mean")
            >>> scale.target_value(2, scaled), scale.target_value(60, scaled), scale.target_value(2, mean)
            (50.0, 60, 2)
        """
        low, high = self.ends
        return target * self.step_value(method) if method.name == "scaled" and low <= target <= high else target

    @property
    def orders(self) -> range:
        """Orders of its levels; empty for a scale without steps."""
        return range(int(self.ends[0]), int(self.ends[1]) + 1) if self.levels else range(0)

    def place(self, order: int) -> int:
        """Return the position of a level, 1 for the lowest."""
        return order - int(self.ends[0]) + 1

    def level(self, order: int) -> Level:
        """Return the level with an order."""
        if order not in self.orders:
            allowed = f"{self.ends[0]:g} and {self.ends[1]:g}" if self.levels else "levels, of which it has none"
            raise ModelError(f"{self.id} level", order, f"must lie between {allowed}")
        return self.levels[self.place(order) - 1]


class Check(StrEnum):
    """Required check of a criterion. Only that confirms it."""

    DOCUMENT = "D"
    OBSERVED = "O"
    RECORD = "R"
    INTERVIEW = "I"

    @property
    def needs_visit(self) -> bool:
        """True if a survey answer alone can only claim it."""
        return self in (Check.OBSERVED, Check.INTERVIEW)


class Elsewhere(StrEnum):
    """Rule for criteria met through another body."""

    ALLOWED = "allowed"
    NEVER = "never"
    SUBSTITUTE = "substitute"


@model(kw_only=True)
class Criterion:
    """Fact that a step of a capacity requires.

    Attributes:
        id: Stable id, such as `COO-1.3a`.
        step: Order of the level it gates, from 1; for `points` frameworks any step.
        check: How it is checked.
        text: The criterion, as a statement of fact.
        survey: The survey question; None for the text. Not part of equality: a criterion with another question is the
            same criterion.
        evidence: Evidence that shows it, as text. Not part of equality.
        action: Action to meet it, as an imperative, if the framework gives one.
        small: Its wording for small services, if any.
        elsewhere: Whether it may be met through another body.
        no_cases: Whether "not applicable, no cases" is an allowed answer.
        sample: Number of files to sample, if it requires a sample.
        window_months: Period before the reference date, in months.
        public: Whether the answer may ever be shown to the public.
        points: Its points, for `points` frameworks.
        implies: Ids of criteria that it implies; reports ask to check answers that contradict this.
    """

    id: str = field(validator=identifier)
    step: int = field(default=1, validator=between(1))
    check: Check = Check.DOCUMENT
    text: Text = field(converter=as_text)
    survey: Text | None = field(default=None, converter=as_optional_text, eq=False)
    evidence: Text | None = field(default=None, converter=as_optional_text, eq=False)
    action: Text | None = field(default=None, converter=as_optional_text)
    small: Text | None = field(default=None, converter=as_optional_text)
    elsewhere: Elsewhere = Elsewhere.ALLOWED
    no_cases: bool = False
    sample: int | None = field(default=None, validator=between(1))
    window_months: int | None = field(default=None, validator=between(1))
    public: bool = True
    points: float = field(default=1.0, validator=between(0))
    implies: tuple[str, ...] = field(default=(), converter=to_tuple)

    def __str__(self) -> str:
        return f"{self.id} {self.text}"


@model(kw_only=True, repr=False)
class Capacity(NotebookDisplay):
    """Node of a framework: dimension, factor or indicator.

    Attributes:
        id: Stable id, such as `TEC-2`.
        kind: Kind of node in the framework, such as `indicator`.
        title: Name.
        survey: Survey question, if it is judged as a whole; None for the title.
        short: Name in two or three words, for narrow column headers; None for the title.
        definition: Definition.
        why: Why it matters.
        evidence: Evidence that shows it, as text.
        respondents: Suitable respondents, as codes explained in `Framework.labels`.
        sources: Suitability of each kind of source, 1 to 3 (best).
        level_texts: Its own texts for levels, by level code.
        criteria: Its criteria, for nodes without children.
        children: Nodes below.
        weight: Its weight among its siblings.
        scale: Id of its scale; None for the framework's first.
        answers: Id of the answer scale of its criteria, or of itself; None for the framework's first for criteria, and
            for the names of levels.
        method: Method of its figure; None for the framework's method for its kind.
        target: Default target as a level order or a value; None for no target.

    Raises:
        ModelError: It has both criteria and children, or an id is duplicated in the tree.

    Example:
        >>> lab = Capacity(id="TEC-2", title="Access to forensic examination",
        ...                criteria=[Criterion(id="TEC-2.2a", step=2, text="A device was examined.")])
        >>> lab, len(lab.criteria)
        (Capacity('TEC-2', 'Access to forensic examination', 1 criterion), 1)
    """

    id: str = field(validator=identifier)
    kind: str = field(default="indicator", validator=identifier)
    title: Text = field(converter=as_text)
    survey: Text | None = field(default=None, converter=as_optional_text, eq=False)
    short: Text | None = field(default=None, converter=as_optional_text)
    definition: Text | None = field(default=None, converter=as_optional_text)
    why: Text | None = field(default=None, converter=as_optional_text)
    evidence: Text | None = field(default=None, converter=as_optional_text)
    respondents: tuple[str, ...] = field(default=(), converter=to_tuple)
    sources: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    level_texts: FrozenMap[str, Text] = field(factory=FrozenMap, converter=to_texts)
    criteria: tuple[Criterion, ...] = field(
        default=(), converter=to_tuple, validator=unique(lambda c: c.id, "criterion")
    )
    children: "tuple[Capacity, ...]" = field(
        default=(), converter=to_tuple, validator=unique(lambda c: c.id, "capacity")
    )
    weight: float = field(default=1.0, validator=between(0))
    scale: str | None = None
    answers: str | None = None
    method: Method | None = None
    target: float | None = None

    def __attrs_post_init__(self) -> None:
        if self.criteria and self.children:
            raise ModelError("Capacity.criteria", self.id, "must be empty for a node with children")

    def walk(self) -> Iterator["Capacity"]:
        """Yield the node and all nodes below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def leaves(self) -> tuple["Capacity", ...]:
        """Leaf nodes, in order."""
        return tuple(node for node in self.walk() if not node.children)

    @property
    def is_rate(self) -> bool:
        """True if the figure is a quotient, which nobody answers."""
        return self.method is not None and self.method.name == "rate"

    def __str__(self) -> str:
        return f"{self.id} {self.title}"

    def __repr__(self) -> str:
        count, what = (len(self.children), "child") if self.children else (len(self.criteria), "criterion")
        plural = {"child": "children", "criterion": "criteria"}[what] if count != 1 else what
        return f"Capacity({self.id!r}, {str(self.title)!r}, {count} {plural})"
