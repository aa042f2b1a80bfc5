"""Parts of an XForm and the references between them."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from attrs import define, field, frozen

from capbuild_xlsform.form import FormChoice
from capbuild_xlsform.itext import Itext


@frozen(eq=False)
class Control:
    """Control of an XForm body.

    Attributes:
        tag: Its tag, such as `select1`.
        path: Path of its question, below the root.
        labels: Labels by language.
        hints: Hints by language.
        choices: Its choices.
        source: Source of its choices, if external.
        media: Media type that it accepts.
        extras: Further settings, by XLSForm header.
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
    """Parts of an XForm.

    Attributes:
        title: Title.
        root: Root element of the instance.
        binds: Attributes of each bind by path below the root.
        bind_ids: Path of each bind by its id.
        controls: Controls of the body in order.
        groups: Labels of the body's groups by path, in order.
        group_extras: Settings of groups, by XLSForm header.
        headings: Labels over some questions of a group, which are not groups of the instance.
        set_by: Defaults and triggers of answers by path, then by XLSForm header.
        repeats: Paths of repeats.
        itext: Texts by id and language.
        instances: Other instances by id.
        choices: Choices of item sets, cached by instance and cell names since many questions share them.
        counts: Number of elements of each kind.
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
