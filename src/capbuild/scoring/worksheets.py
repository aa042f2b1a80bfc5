"""Explanations as worksheet cells with live formulas.

Pure data. Formulas are a type of their own, so text is never a formula, whatever it begins with. Uses only functions
common to all spreadsheet programs: ABS, AND, COUNTIFS, EXP, IF, LN, MIN, MOD, OR, ROUND, SUM, SUMIFS, SUMPRODUCT,
TRUNC.
"""

from collections.abc import Sequence
from typing import TypeAlias

from attrs import define, field, frozen

from capbuild.model import (
    Criterion,
    CriterionResult,
    CriterionState,
    Finding,
    Method,
    Missing,
    MissingPolicy,
    RoundingMode,
    RoundingRule,
    Score,
    Verdict,
)
from capbuild.origin import column_letters
from capbuild.scoring.points import credit_range, is_unchecked_partly


@frozen
class Formula:
    """Formula with its value.

    Attributes:
        text: The formula, beginning with `=`, in the English notation of files.
        value: Its value.
    """

    text: str
    value: float | str | None = None

    def __str__(self) -> str:
        return self.text


Cell: TypeAlias = str | int | float | Formula | None
_NONE = "no figure"
#: State of a criterion reported as partly met, where a yes would only be a claim.
_UNCHECKED = "partly, reported"

Row: TypeAlias = tuple[Cell, ...]


@define
class _SheetBuilder:
    rows: list[Row] = field(factory=list)

    @property
    def next_row(self) -> int:
        """Number of the next row, from 1."""
        return len(self.rows) + 1

    def add_row(self, *cells: Cell) -> int:
        """Add a row; return its number."""
        self.rows.append(cells)
        return len(self.rows)


def _format_range(column: int, first: int, last: int) -> str:
    letters = column_letters(column)
    return f"${letters}${first}:${letters}${last}"


def _format_evidence_text(findings: Sequence[Finding], used: int | None) -> str:
    return "; ".join(
        f"{'counts: ' if position == used else ''}{finding.source}: {_format_value_word(finding)}"
        + (f" ({finding.origin})" if finding.origin is not None else "")
        for position, finding in enumerate(findings)
    )


def _format_value_word(finding: Finding) -> str:
    value = finding.value
    return value.value if isinstance(value, Verdict | Missing) else f"{value:g}"


def _add_criteria(sheet: _SheetBuilder, score: Score, language: str, headers: Sequence[str]) -> tuple[int, int]:
    """Add the rows of criteria; return first and last."""
    sheet.add_row(*headers)
    results = {result.target: result for result in score.results}
    first = sheet.next_row
    points, at_top = headers[0] == "Points", _is_partly_at_top(score)
    for criterion in score.capacity.criteria:
        result, row = results[criterion.id], sheet.next_row
        unchecked = (points or at_top) and is_unchecked_partly(criterion, result)
        sheet_state = _UNCHECKED if unchecked else result.state.value
        formulas = (
            _make_point_cells(row, criterion, result, score.method)
            if points
            else _make_pass_cells(row, result.state, unchecked=unchecked)
        )
        sheet.add_row(
            criterion.points if points else criterion.step,
            criterion.id,
            criterion.text.get(language),
            sheet_state,
            *formulas,
            _format_evidence_text(result.findings, result.used),
        )
    return first, len(sheet.rows)


def _is_partly_at_top(score: Score) -> bool:
    return score.method is not None and score.method.partly_at_top


def _make_pass_cells(row: int, state: CriterionState, *, unchecked: bool) -> tuple[Cell, ...]:
    """Return formula cells for the state of a criterion.

    The cells are: certainly met, possibly met, partly met, applicable.
    """
    met, inapplicable, half = CriterionState.MET, CriterionState.NOT_APPLICABLE, CriterionState.PARTLY
    surely = f'OR(D{row}="{met.value}",D{row}="{inapplicable.value}")'
    return (
        Formula(f"=IF({surely},1,0)", int(state in (met, inapplicable))),
        Formula(
            f'=IF(OR({surely},D{row}="{CriterionState.OPEN.value}"),1,0)',
            int(state in (met, inapplicable, CriterionState.OPEN)),
        ),
        Formula(f'=IF(D{row}="{half.value}",1,0)', int(state is half and not unchecked)),
        Formula(f'=IF(D{row}="{inapplicable.value}",0,1)', int(state is not inapplicable)),
    )


def _make_point_cells(
    row: int, criterion: Criterion, result: CriterionResult, method: Method | None
) -> tuple[Cell, ...]:
    """Return formula cells of the points of a criterion.

    The cells are: points earned, points in the denominator, points still possible, and points applicable.
    """
    partly = float(method.settings.get("partly", 0.0)) if method else 0.0
    zero = method is not None and method.missing is MissingPolicy.ZERO
    least, most = credit_range(criterion, result, partly)
    applies, worth = result.state is not CriterionState.NOT_APPLICABLE, criterion.points
    inapplicable = f'D{row}="{CriterionState.NOT_APPLICABLE.value}"'
    open_ = f'OR(D{row}="{CriterionState.OPEN.value}",D{row}="{_UNCHECKED}")'
    met, half = CriterionState.MET.value, CriterionState.PARTLY.value
    possible = f'IF(D{row}="{CriterionState.OPEN.value}",A{row},IF(D{row}="{_UNCHECKED}",A{row}*{partly!r},0))'
    left_out = f"OR({inapplicable},{open_})" if not zero else inapplicable
    return (
        Formula(f'=IF(D{row}="{met}",A{row},IF(D{row}="{half}",A{row}*{partly!r},0))', worth * least),
        Formula(f"=IF({left_out},0,A{row})", worth if applies and (zero or least == most) else 0),
        Formula(f"={possible}", worth * (most - least)),
        Formula(f"=IF({inapplicable},0,A{row})", worth if applies else 0),
    )


def _compute_cells(row: Row, columns: Sequence[int]) -> list[float]:
    """Return the cells of a row with computed formulas."""
    cells = [cell.value if isinstance(cell, Formula) else cell for cell in (row[place] for place in columns)]
    return [float(value) for value in cells if isinstance(value, int | float)]


def _add_staircase(sheet: _SheetBuilder, score: Score, language: str) -> None:
    headers = ("Step", "Criterion", "Statement", "State", "Met", "Met if open is met", "Partly", "Applies", "Findings")
    first, last = _add_criteria(sheet, score, language, headers)
    allowed = int(score.method.parameters.get("allow_partial", 0)) if score.method else 0
    criteria = [[*_compute_cells(row, (0, 4, 5, 6, 7)), row[3] == _UNCHECKED] for row in sheet.rows[first - 1 : last]]
    at_top = _is_partly_at_top(score)
    sheet.add_row()
    sheet.add_row("Level", "Criteria", "Apply", "Partly", "Passes", "Passes if open is met", "Level", "Highest level")
    lowest = int(score.scale.ends[0])
    sheet.add_row(lowest, None, None, None, 1, 1, lowest, lowest)
    before = (1, 1, lowest, lowest)
    for order in sorted({criterion.step for criterion in score.capacity.criteria}):
        step = [row for row in criteria if row[0] == order]
        met, perhaps, partly, apply, unsure = (int(sum(row[place] for row in step)) for place in (1, 2, 3, 4, 5))
        may = apply > 0 and partly <= allowed
        passes = int(may and met + partly == len(step) and before[0] == 1)
        might = int(may and perhaps + partly == len(step) and before[1] == 1)
        largely = at_top and apply > 0
        lowest = order if passes or (largely and before[0] == 1 and met + partly == len(step)) else before[2]
        most = largely and before[1] == 1 and perhaps + partly + unsure == len(step)
        before = (passes, might, lowest, order if might or most else before[3])
        cells = _make_step_cells(sheet.next_row, (first, last), allowed, (len(step), apply, partly, *before))
        sheet.add_row(order, *(_make_top_step_cells(cells, sheet.next_row, (first, last)) if at_top else cells))
    end = len(sheet.rows)
    sheet.add_row()
    levels = score.plausible
    sheet.add_row("Lowest level", Formula(f"=G{end}", None if levels is None else levels.lowest))
    sheet.add_row("Highest level", Formula(f"=H{end}", None if levels is None else levels.highest))
    for order, share in (levels.probabilities if levels is not None else {}).items():
        sheet.add_row(f"Probability of level {order}", share)


def _make_step_cells(row: int, span: tuple[int, int], allowed: int, values: Sequence[int]) -> list[Cell]:
    """Return formula cells of a step's counts, pass and level."""
    above = row - 1
    steps, met, perhaps, partly, applies = (_format_range(column, *span) for column in (1, 5, 6, 7, 8))
    whole = f"AND(C{row}>0,D{row}<={allowed},"
    texts = (
        f"=COUNTIFS({steps},A{row})",
        f"=SUMIFS({applies},{steps},A{row})",
        f"=SUMIFS({partly},{steps},A{row})",
        f"=IF({whole}SUMIFS({met},{steps},A{row})+D{row}=B{row},E{above}=1),1,0)",
        f"=IF({whole}SUMIFS({perhaps},{steps},A{row})+D{row}=B{row},F{above}=1),1,0)",
        f"=IF(E{row}=1,A{row},G{above})",
        f"=IF(F{row}=1,A{row},H{above})",
    )
    return [Formula(text, value) for text, value in zip(texts, values, strict=True)]


def _make_top_step_cells(cells: Sequence[Cell], row: int, span: tuple[int, int]) -> list[Cell]:
    """Return formula cells of a partly reachable top step."""
    above = row - 1
    steps, states, met, perhaps = (_format_range(column, *span) for column in (1, 4, 5, 6))
    half = f'COUNTIFS({steps},A{row},{states},"{CriterionState.PARTLY.value}")'
    unsure = f'COUNTIFS({steps},A{row},{states},"{_UNCHECKED}")'
    surely = f"AND(C{row}>0,E{above}=1,SUMIFS({met},{steps},A{row})+{half}=B{row})"
    perhaps = f"AND(C{row}>0,F{above}=1,SUMIFS({perhaps},{steps},A{row})+{half}+{unsure}=B{row})"
    texts = (
        f"=IF(E{row}=1,A{row},IF({surely},A{row},G{above}))",
        f"=IF(F{row}=1,A{row},IF({perhaps},A{row},H{above}))",
    )
    levels = [cell.value if isinstance(cell, Formula) else cell for cell in cells[-2:]]
    return [*cells[:-2], *(Formula(text, value) for text, value in zip(texts, levels, strict=True))]


def _add_points(sheet: _SheetBuilder, score: Score, language: str) -> None:
    headers = ("Points", "Criterion", "Statement", "State", "Earned", "Counts", "Still possible", "Applies", "Findings")
    first, last = _add_criteria(sheet, score, language, headers)
    maximum = float(score.method.settings.get("maximum", score.scale.maximum)) if score.method else 0.0
    earned, counts = _format_range(5, first, last), _format_range(6, first, last)
    open_, applies = _format_range(7, first, last), _format_range(8, first, last)
    sheet.add_row()
    sheet.add_row("Maximum", maximum)
    top = f"B{len(sheet.rows)}"
    figures = [_compute_cells(row, (4, 6, 7)) for row in sheet.rows[first - 1 : last]]
    surely, perhaps, apply = (sum(row[place] for row in figures) for place in range(3))
    row = sheet.add_row("Exactly", _share_of(top, earned, counts, score.exact))
    _add_rounded(sheet, score, row)
    ends = [maximum * part / apply if apply else _NONE for part in (surely, surely + perhaps)]
    sheet.add_row("If nothing open is met", _share_of(top, earned, applies, ends[0]))
    both = f"SUM({earned})+SUM({open_})"
    text = f'=IF(SUM({applies})=0,"{_NONE}",{top}*({both})/SUM({applies}))'
    sheet.add_row("If all that is open is met", Formula(text, ends[1]))
    _add_counted_as_zero(sheet, score)
    _add_interval(sheet, score)


def _share_of(top: str, part: str, whole: str, value: float | str | None) -> Formula:
    text = f'=IF(SUM({whole})=0,"{_NONE}",{top}*SUM({part})/SUM({whole}))'
    return Formula(text, _NONE if value is None else value)


def _add_rounded(sheet: _SheetBuilder, score: Score, row: int) -> None:
    if score.value is None:
        sheet.add_row("Value", Formula(f"=B{row}", _NONE))
    else:
        sheet.add_row("Value", Formula(f"={_make_rounding_formula(f'B{row}', score.rounding)}", score.value))


def _make_rounding_formula(cell: str, rule: RoundingRule | None) -> str:
    if rule is None:
        return cell
    if rule.mode is RoundingMode.HALF_UP:
        return f"ROUND(ROUND({cell},12),{rule.digits})"
    unit = 10**rule.digits
    scaled = f"ROUND({cell}*{unit},9)"
    if rule.mode is RoundingMode.DOWN:
        return f"TRUNC({scaled})/{unit}"
    # Round half to even: for an exact half, two times the rounded half of the whole.
    return f"IF(MOD(ABS({scaled}),1)=0.5,2*ROUND({scaled}/2,0),ROUND({scaled},0))/{unit}"


def _add_counted_as_zero(sheet: _SheetBuilder, score: Score) -> None:
    if score.counted_as_zero and score.method is not None:
        names = ", ".join(score.counted_as_zero)
        sheet.add_row(
            "Counted as 0 by the framework's rule", names, *([score.method.rule] if score.method.rule else [])
        )


def _add_interval(sheet: _SheetBuilder, score: Score) -> None:
    if score.interval is None:
        return
    nominal = score.interval.nominal
    kind = "Range of assumptions" if nominal is None else f"Interval of {nominal:.0%}"
    sheet.add_row(kind, score.interval.lower, score.interval.upper)
    for source, share in score.shares.items():
        sheet.add_row(f"Share of the uncertainty: {source}", share)


def _make_combination_formula(method: Method, values: str, weights: str) -> str | None:
    """Return the formula of a built-in combination rule, else None."""
    total = f"SUM({weights})"
    mean = f"SUMPRODUCT({weights},{values})/{total}"
    zero = f"MIN({values})=0"
    formulas = {
        "mean": mean,
        "minimum": f"MIN({values})",
        "geometric": f"IF({zero},0,EXP(SUMPRODUCT({weights},LN({values}))/{total}))",
        "harmonic": f"IF({zero},0,{total}/SUMPRODUCT({weights},1/{values}))",
        "mazziotta-pareto": f"{mean}-(SUMPRODUCT({weights},{values}^2)/{total}-({mean})^2)/({mean})",
    }
    if method.name == "generalised":
        power = float(method.parameters["power"])
        return None if power == 0 else f"(SUMPRODUCT({weights},{values}^{power!r})/{total})^(1/{power!r})"
    return formulas.get(method.name)


def _add_parent(sheet: _SheetBuilder, score: Score, language: str) -> None:
    sheet.add_row("Part", "Title", "Figure", "Weight")
    used = [child for child in score.capacity.children if child.id in score.inputs]
    even = not any(child.weight for child in used)
    first = sheet.next_row
    for child in used:
        sheet.add_row(child.id, child.title.get(language), score.inputs[child.id], 1.0 if even else child.weight)
    last = len(sheet.rows)
    for child in score.capacity.children:
        if child.id not in score.inputs:
            sheet.add_row(child.id, child.title.get(language), "no figure, left out")
    sheet.add_row()
    if score.level is not None and score.method is not None and score.method.name == "lowest" and used:
        sheet.add_row("Level", Formula(f"=MIN({_format_range(3, first, last)})", score.level))
        return
    if score.exact is None or score.method is None or not used:
        sheet.add_row("Value", str(score))
        _add_interval(sheet, score)
        return
    text = _make_combination_formula(score.method, _format_range(3, first, last), _format_range(4, first, last))
    sheet.add_row("Method", str(score.method))
    floors = {name: least for name, least in score.method.floors.items() if name in score.inputs}
    if text is not None and floors:
        places = {child.id: first + position for position, child in enumerate(used)}
        low = ",".join(f"C{places[name]}<{least!r}" for name, least in floors.items())
        text = f"IF(OR({low}),MIN({float(score.method.parameters['ceiling'])!r},{text}),{text})"
    row = sheet.add_row("Exactly", score.exact if text is None else Formula(f"={text}", score.exact))
    _add_rounded(sheet, score, row)
    _add_counted_as_zero(sheet, score)
    _add_interval(sheet, score)


def _add_direct(sheet: _SheetBuilder, score: Score) -> None:
    result = score.results[0] if score.results else None
    sheet.add_row("Findings", "" if result is None else _format_evidence_text(result.findings, result.used))
    value = None if result is None or not isinstance(result.value, int | float) else float(result.value)
    if value is None:
        sheet.add_row("Value", str(score))
        _add_counted_as_zero(sheet, score)
        _add_interval(sheet, score)
        return
    row = sheet.add_row("Found", value)
    if score.exact is None:
        sheet.add_row("Level", Formula(f"=B{row}", score.level))
        return
    text = f"=B{row}"
    if score.method is not None and score.method.name == "scaled":
        steps = score.scale.ends[1]
        text = f"=B{row}/{steps!r}*{float(score.method.parameters.get('maximum', 100))!r}"
    row = sheet.add_row("Exactly", Formula(text, score.exact))
    _add_rounded(sheet, score, row)
    _add_interval(sheet, score)


def to_worksheet(score: Score, title: str, rule: str, language: str = "en", *, notice: str = "") -> tuple[Row, ...]:
    """Return the worksheet cells of a score, row by row.

    The result is the last formula in column B, next to `Value`, `Lowest level`, `Highest level` or `Level`.

    Args:
        score: The score.
        title: Text of the first row.
        rule: Text of the second row: the rule.
        language: Language of the framework's texts.
        notice: Text between the two, such as a notice of invented answers.
    """
    sheet = _SheetBuilder()
    sheet.add_row(title)
    if notice:
        sheet.add_row(notice)
    sheet.add_row(rule)
    sheet.add_row()
    if score.capacity.children:
        _add_parent(sheet, score, language)
    elif not score.capacity.criteria:
        _add_direct(sheet, score)
    elif score.plausible is not None:
        _add_staircase(sheet, score, language)
    else:
        _add_points(sheet, score, language)
    return tuple(sheet.rows)
