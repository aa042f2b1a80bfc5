"""Rules in framework files.

These are answer scales, judgement, target profiles, and the meaning of zero.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from itertools import pairwise, product
from math import prod

from capbuild.documents.toml import TomlTable, read_choice
from capbuild.errors import did_you_mean
from capbuild.model import (
    AnswerOption,
    AnswerScale,
    Band,
    ConsistencyRule,
    Criterion,
    FindingValue,
    Framework,
    JudgementRules,
    Level,
    Missing,
    Scale,
    TargetProfile,
    Verdict,
    ZeroMeaning,
)
from capbuild.model.conditions import find_names, parse_condition
from capbuild.model.evidence import VALUE_CODES
from capbuild.model.framework import ANSWERS
from capbuild.origin import Origin

#: Most combinations of answers with which a rule is tried.
_COMBINATIONS = 2_000
_COUNTS = "one of: " + ", ".join([*Verdict, *(kind.name.lower() for kind in Missing)]) + ", or the number of a level"


def read_answers(top: TomlTable) -> list[AnswerScale]:
    """Return the answer scales of a file."""
    return [scale for table in top.tables("answers") if (scale := _read_answer_scale(table)) is not None]


def _read_answer_scale(table: TomlTable) -> AnswerScale | None:
    options = [option for inner in list_first(table.tables("options")) if (option := _read_option(inner)) is not None]
    if not options and not table.data.get("options"):
        table.add_error("options", "an answer scale needs options", 'add options = [{ code = "...", counts = "yes" }]')
    return table.build(AnswerScale, options=options)


def list_first(tables: Iterable[TomlTable]) -> Iterator[TomlTable]:
    """Yield the tables with a new code.

    A repeated code in an array is reported as an error.
    """
    toml_tables: dict[str, TomlTable] = {}
    for table in tables:
        code = table.data.get("code")
        first = toml_tables.setdefault(code, table) if isinstance(code, str) else table
        if first is table:
            yield table
        else:
            row = name_row(first.origin("code"), table.origin("code"))
            message = f"{code!r} is a duplicate code; it is also in {row}"
            table.add_error("code", message, "rename one", "CB021")


def name_row(other: Origin, origin: Origin) -> str:
    """Return another origin in words.

    This is the line of a text or the row of a sheet, with the sheet if it differs.
    """
    noun = "row" if other.path is None else "line"
    return f"{noun} {other.row}" if other.sheet == origin.sheet else f"{noun} {other.row} of {other.sheet!r}"


def _read_option(table: TomlTable) -> AnswerOption | None:
    label = table.text("label", _own_name(table, "code"))
    return table.build(AnswerOption, label=label, counts=_read_counts(table))


def _own_name(table: TomlTable, key: str) -> str:
    """Return an id or code as default title.

    Values that are not texts are reported where the key itself is read.
    """
    name = table.data.get(key)
    return name if isinstance(name, str) else ""


def _read_counts(table: TomlTable) -> FindingValue:
    """Read what an option counts as.

    This is a verdict, a kind of missing, or a number.
    """
    value = table.data.get("counts")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return table.number("counts", 0)
    word = table.get("counts", str, "")
    if word in VALUE_CODES:
        return VALUE_CODES[word]
    shown = f"{word!r} is not what an answer may count for{did_you_mean(word, VALUE_CODES)}"
    table.add_error("counts", shown if word else "counts is missing", _COUNTS)
    return Missing.INVALID


def read_judgement(top: TomlTable) -> JudgementRules:
    """Return the rules of judgement."""
    return top.table("judgement").build(JudgementRules) or JudgementRules()


def read_profiles(top: TomlTable) -> list[TargetProfile]:
    """Return the target profiles of a file."""
    profiles = (
        table.build(TargetProfile, title=table.text("title", _own_name(table, "id")))
        for table in top.tables("profiles")
    )
    return [profile for profile in profiles if profile is not None]


def read_zero(metadata: TomlTable) -> ZeroMeaning | None:
    """Read the meaning of an answer of 0.

    The result is None if the file does not state it.
    """
    choice = read_choice(metadata, "zero", ZeroMeaning, ZeroMeaning.LEVEL)
    return choice if "zero" in metadata.data else None


def check_rules(framework: Framework, top: TomlTable) -> None:
    """Report rules that do not fit a framework's tree."""
    _check_zero(framework, top.table("framework"))
    _check_evidence(framework, top.table("judgement"))
    for table, profile in zip(top.tables("profiles"), framework.profiles, strict=False):
        for name, message, remedy in profile_problems(profile, [framework]):
            table.table("targets").add_error(name, message, remedy)
    _check_bands(framework, top)
    for table, rule in zip(top.tables("rules"), framework.rules, strict=False):
        if not _can_be_broken(rule, framework):
            what = f"no answers break the rule: if {rule.condition}, then {rule.expected}"
            table.add_error("if", what, "compare with levels and answers that exist, and check the signs")
    for table in top.tables("nodes"):
        _check_target(framework, table)
        _check_answers(framework, table)
        for inner in table.tables("criteria"):
            _check_implied(framework, inner)


def profile_problems(profile: TargetProfile, frameworks: Sequence[Framework]) -> Iterator[tuple[str, str, str]]:
    """Yield node, problem and remedy of a profile's wrong targets.

    The node is unknown, or the target is not on its scale.

    Args:
        profile: The profile.
        frameworks: Editions of one framework; the targets must fit one.
    """
    for name, target in profile.targets.items():
        nodes = [(framework, framework[name]) for framework in frameworks if name in framework]
        if not nodes:
            known = [node for framework in frameworks for node in framework.capacities]
            message = f"{frameworks[0].key} has no {name!r}{did_you_mean(name, known)}"
            yield name, message, "name an indicator or a domain"
            continue
        ends = [framework.scale_of(leaf).ends for framework, node in nodes for leaf in node.leaves]
        if not any(low <= target <= high for low, high in ends):
            low, high = ends[0]
            message = f"{target:g} is not a target of {name}, whose scale goes from {low:g} to {high:g}"
            yield name, message, "write a level or value of the scale"


def _can_be_broken(rule: ConsistencyRule, framework: Framework) -> bool:
    """True if some answers and levels break a rule.

    Rules on figures, or with too many combinations, are not checked and count as breakable.
    """
    names = list(dict.fromkeys(find_names(f"{rule.condition} {rule.expected}", framework.names)))
    values = [_list_values(name, framework) for name in names]
    if not all(values) or prod(map(len, values)) > _COMBINATIONS:
        return True
    combinations = (dict(zip(names, combination, strict=True)) for combination in product(*values))
    return any(rule.is_broken(given.get, framework.names) for given in combinations)


def _list_values(name: str, framework: Framework) -> list[str]:
    """Return possible answers to a criterion, or a capacity's levels.

    The result is empty for figures.
    """
    if name in framework.criteria:
        return list(ANSWERS)
    return [str(order) for order in framework.scale_of(framework[name]).orders]


def _check_target(framework: Framework, table: TomlTable) -> None:
    node = framework[str(table.data.get("id"))]
    ends = [framework.scale_of(capacity).ends for capacity in (node, *node.leaves)]
    if node.target is not None and not any(low <= node.target <= high for low, high in ends):
        low, high = ends[0]
        message = f"{node.target:g} is not a target of {node.id}, whose scale goes from {low:g} to {high:g}"
        table.add_error("target", message, "write a level or value of the scale")


def _check_zero(framework: Framework, metadata: TomlTable) -> None:
    zero = framework.zero
    judged = [framework.scale_of(node) for node in framework.indicators if not node.criteria]
    levels = [scale for scale in judged if scale.levels]
    if zero is ZeroMeaning.LEVEL and levels and all(scale.ends[0] > 0 for scale in levels):
        metadata.add_error("zero", "0 is a level, and no scale has a level 0", "add first_level = 0 to the scale")
    if zero is not None and zero.missing is not None and any(scale.ends[0] == 0 for scale in levels):
        message = f"0 means {zero.value}, and a scale has a level 0"
        metadata.add_error("zero", message, 'write zero = "level", or begin the levels at 1')


def _check_evidence(framework: Framework, table: TomlTable) -> None:
    start = framework.judgement.evidence_from
    scales = [framework.scale_of(node) for node in framework.indicators]
    highest = max((scale.ends[1] for scale in scales if scale.levels), default=None)
    if start is not None and highest is not None and start > highest:
        message = f"no level is as high as {start}: the highest is {highest:g}"
        table.add_error("evidence_from", message, "write the number of the lowest level that needs evidence")


def _check_bands(framework: Framework, top: TomlTable) -> None:
    """Report a band that has figures of another one."""
    bands = sorted(zip(top.tables("bands"), framework.bands, strict=False), key=lambda pair: pair[1].lower)
    for (_, below), (table, band) in pairwise(bands):
        if below.upper is None or band.lower < below.upper:
            end = "has no upper figure" if below.upper is None else f"ends at {below.upper:g}"
            message = f"the band {band.code!r} begins at {band.lower:g}, and {below.code!r} below it {end}"
            table.add_error("lower", message, "begin each band where the one below it ends")


def find_implied_problems(criterion: Criterion, names: Container[str]) -> Iterator[str]:
    """Yield why ids that a criterion implies cannot be right.

    Args:
        criterion: The criterion.
        names: Ids of the criteria of its framework.
    """
    for name in criterion.implies:
        if name == criterion.id:
            yield f"{name} implies itself"
        elif name not in names:
            yield f"{criterion.id} implies {name!r}, which is not a criterion of the framework"


def _check_implied(framework: Framework, table: TomlTable) -> None:
    for message in find_implied_problems(framework.criteria[str(table.data.get("id"))], framework.criteria):
        table.add_error("implies", message, "name another criterion, or leave it out")


def _check_answers(framework: Framework, table: TomlTable) -> None:
    node = framework.capacities.get(str(table.data.get("id")))
    if node is None or node.answers is None:
        return
    scale = framework.answers_of(node)
    if node.children:
        table.add_error("answers", f"{node.id!r} is computed, not answered", "give answers to the nodes below it")
    elif scale is not None and node.criteria and not scale.suits_criteria:
        table.add_error("answers", f"options of {scale.id!r} count for numbers, and {node.id!r} has criteria", _COUNTS)
    elif scale is not None and not node.criteria and not scale.suits_levels:
        message = f"options of {scale.id!r} count for verdicts, and {node.id!r} is judged by a level"
        table.add_error("answers", message, "write counts = 3, the number of a level")


# Parts of framework files: scales, criteria, bands and rounding


def read_consistency_rule(table: TomlTable, names: Collection[str]) -> ConsistencyRule | None:
    """Return a rule on answers, or None on errors.

    Args:
        table: Its table, with `if`, `then` and `text`.
        names: Known ids.
    """
    parts = {key: table.make(lambda key=key: table.required(key)) for key in ("if", "then")}  # type: ignore[misc]
    if "text" not in table.data:
        table.add_error("text", "a rule needs a text", 'add text = "...": what the contradiction means')
    text = table.text("text")
    table.report_unknown()
    checked = [
        table.make(lambda words=words: parse_condition(words, names, ANSWERS), key)  # type: ignore[misc]
        for key, words in parts.items()
        if words is not None
    ]
    if None in checked or None in parts.values():
        return None
    return table.make(lambda: ConsistencyRule(condition=parts["if"] or "", expected=parts["then"] or "", text=text))


def read_scale(table: TomlTable) -> Scale | None:
    """Return a scale, or None on errors."""
    first = table.get("first_level", int, 1)
    given = enumerate(list_first(table.tables("levels")), first)
    levels = [level for place, inner in given if (level := _read_level(inner, place))]
    return table.build(Scale, levels=levels)


def _read_level(table: TomlTable, order: int) -> Level | None:
    if "label" not in table.data:
        table.add_error("label", "a level needs a label", 'add label = "..."')
    return table.build(Level, code=table.get("code", str, f"L{order}"), order=order)


def read_band(table: TomlTable) -> Band | None:
    """Return a band, or None on errors."""
    for key in ("label", "lower"):
        if key not in table.data:
            table.add_error(key, f"a band needs a {key}", "add it")
    return table.build(Band)


def read_criterion(table: TomlTable) -> Criterion | None:
    """Return a criterion, or None on errors."""
    if "text" not in table.data:
        table.add_error("text", "a criterion needs a text", 'add text = "..."')
    sample, window = (table.get(key, int, 0) or None for key in ("sample", "window_months"))
    return table.build(Criterion, sample=sample, window_months=window)
