"""Reading of `results.toml`."""

from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from capbuild.documents.toml import TomlTable, load_toml, read_choice, read_names
from capbuild.errors import did_you_mean
from capbuild.model import Catalogue, Issue, Result, ResultIndicator, ResultKind
from capbuild.origin import Origin
from capbuild.tracking.results import COMPUTED, OUTPUT_ONLY

#: Levels of results, from activities upwards.
_UPWARD = (
    ResultKind.ACTIVITY,
    ResultKind.OUTPUT,
    ResultKind.IMMEDIATE_OUTCOME,
    ResultKind.INTERMEDIATE_OUTCOME,
    ResultKind.ULTIMATE_OUTCOME,
)


@frozen
class _KnownNames:
    """Names that results may refer to."""

    activities: frozenset[str]
    judged: frozenset[str]


def _make_indicator(table: TomlTable, kind: ResultKind) -> ResultIndicator | None:
    computed = table.get("computed", str, "")
    if computed and computed not in COMPUTED:
        remedy = f"one of: {', '.join(COMPUTED)}"
        table.add_error(
            "computed", f"no computation is named {computed!r}{did_you_mean(computed, COMPUTED)}", remedy, "CB840"
        )
        computed = ""
    elif kind.is_outcome and computed in OUTPUT_ONLY:
        message = f"{computed!r} counts what the programme did, and {kind.value} is a change in a country"
        table.add_error("computed", message, "move it to an output, or compute it from criteria", "CB843")
        computed = ""
    return table.build(ResultIndicator, computed=computed)


def _make_result(table: TomlTable, names: _KnownNames) -> Result | None:
    kind = read_choice(table, "kind", ResultKind, ResultKind.OUTPUT)
    indicators = [
        indicator for inner in table.tables("indicators") if (indicator := _make_indicator(inner, kind)) is not None
    ]
    activities = read_names(table, "activities", names.activities, "activity")
    criteria = read_names(table, "criteria", names.judged, "criterion or capacity")
    above = table.get("contributes_to", str, "") or None
    return table.build(
        Result, kind=kind, contributes_to=above, indicators=indicators, activities=activities, criteria=criteria
    )


def _check_chain(results: Mapping[str, Result], top: TomlTable) -> None:
    """Check that each result contributes to an existing higher result."""
    for result in results.values():
        above = result.contributes_to
        if above is None:
            continue
        if above not in results:
            message = f"{result.id} contributes to {above!r}, which does not exist{did_you_mean(above, results)}"
            top.add_error("results", message, "correct contributes_to", "CB840")
        elif _UPWARD.index(results[above].kind) <= _UPWARD.index(result.kind):
            message = f"{result.id} ({result.kind.value}) contributes to {above} ({results[above].kind.value})"
            top.add_error("results", message, f"a result contributes to a higher one: {', '.join(_UPWARD)}", "CB844")


def load_results(
    folder: Path,
    judged: frozenset[str],
    catalogue: Catalogue | None,
    issues: list[Issue],
    origins: dict[object, Origin] | None = None,
) -> tuple[Result, ...]:
    """Load the results chain of `results.toml`; empty without the file.

    Args:
        folder: The programme's folder.
        judged: Known ids of criteria and capacities.
        catalogue: Catalogue of activities; None to accept any.
        issues: Collects problems.
        origins: Collects the line of each result and indicator.
    """
    if not (folder / "results.toml").is_file():
        return ()
    top = load_toml(folder / "results.toml", "results.toml", issues)
    if top is None:
        return ()
    activities = (
        frozenset(activity.id for activity in catalogue.activities) if catalogue is not None else frozenset[str]()
    )
    names = _KnownNames(activities, judged)
    results: dict[str, Result] = {}
    for table in top.tables("results"):
        result = _make_result(table, names)
        if result is None:
            continue
        if result.id in results:
            table.add_error("id", f"result {result.id!r} appears twice", "give one of them another id", "CB672")
            continue
        results[result.id] = result
        if origins is not None:
            origins[result] = table.origin("id")
            inner = {str(indicator.data.get("id")): indicator.origin("id") for indicator in table.tables("indicators")}
            origins |= {indicator: inner[indicator.id] for indicator in result.indicators}
    top.report_unknown()
    _check_chain(results, top)
    return tuple(results.values())
