"""Parts of an XForm and the references between them."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from attrs import define, field, frozen

from capbuild_xlsform.form import FormChoice
from capbuild_xlsform.itext import Itext

__all__ = ["Control", "XFormParts", "below_root"]


@frozen(eq=False)
class Control:
    """One control.

    Attributes:
        tag: Its kind, such as `select1`.
        path: Path of what it asks, below the root.
        labels: Labels by language.
        hints: Hints by language.
        choices: Its choices.
        source: Where its choices come from, when they are not in the form.
        media: Kind of file it takes.
        extras: Further settings, by the heads of an XLSForm.
    """

    tag: str
    path: str
    labels: Mapping[str, str]
    hints: Mapping[str, str]
    choices: tuple[FormChoice, ...] = ()
    source: str = ""
    media: str = ""
    extras: Mapping[str, str] = field(factory=dict)


@define(eq=False)
class XFormParts:
    """The parts of an XForm.

    Attributes:
        title: Title.
        root: The element that a submission is made of.
        binds: Attributes of each bind by path below the root.
        bind_ids: Path of each bind by its id.
        controls: Controls of the body in order.
        groups: Paths of the body's groups with labels, in order.
        group_extras: Settings of groups, by the heads of an XLSForm.
        headings: Labels over some of the questions of one group, which make no group of the instance.
        set_by: What fills in an answer by path, by the heads of an XLSForm.
        repeats: Paths of repeats.
        itext: Texts by id and language.
        instances: Other instances by id.
        choices: Choices that item sets take, by the instance and the names of its cells: many questions take the same.
        counts: How often each kind of element occurs.
    """

    title: str
    root: Element
    binds: dict[str, dict[str, str]] = field(factory=dict)
    bind_ids: dict[str, str] = field(factory=dict)
    controls: list[Control] = field(factory=list)
    groups: dict[str, Mapping[str, str]] = field(factory=dict)
    group_extras: dict[str, dict[str, str]] = field(factory=dict)
    headings: list[Mapping[str, str]] = field(factory=list)
    set_by: dict[str, dict[str, str]] = field(factory=dict)
    repeats: list[str] = field(factory=list)
    itext: Itext = field(factory=Itext)
    instances: dict[str, Element] = field(factory=dict)
    choices: dict[tuple[str, str, str], tuple[FormChoice, ...]] = field(factory=dict)
    counts: dict[str, int] = field(factory=dict)


def below_root(reference: str, top: str) -> str:
    """Return a path below the root of the instance.

    Example:
        >>> below_root("/data/group/name", "data"), below_root("name", "data")
        ('group/name', 'name')
    """
    steps = [step.rpartition(":")[2] for step in reference.strip().split("/") if step not in ("", ".")]
    if reference.strip().startswith("/") and steps and steps[0] == top:
        steps = steps[1:]
    return "/".join(steps)
