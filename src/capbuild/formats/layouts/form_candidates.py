"""Candidate layouts of filled-in forms."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from capbuild.formats.layouts.cell_grid import are_options, is_label, role_score
from capbuild.formats.layouts.cell_kinds import CLASSES, MARKS, is_place_name
from capbuild.formats.layouts.form_options import OptionPair, find_options, option_lines
from capbuild.formats.layouts.layout_score import Sample
from capbuild.formats.layouts.region_under_header import Found
from capbuild.formats.layouts.shapes import Form, count_parts
from capbuild.formats.layouts.steps import Region, Step, is_fact, place_in
from capbuild.formats.layouts.values_below import find_values_below
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.vocabulary import Role, fold_header

#: Largest numbers of rows and columns of a form.
_ROWS, _COLUMNS = 300, 12
_KEYS = (Role.COUNTRY, Role.RESPONDENT, Role.DATE)


def form_candidates(sample: Sample, country: str) -> Iterator[Found]:
    """Yield the layout of a filled-in form."""
    if len(sample.all_rows) > _ROWS or len(sample.columns) > _COLUMNS:
        return
    yield from _values_below(sample, country)
    if len(sample.columns) == 1:
        return
    options = find_options(sample)
    lines = _lines(sample, options)
    pairs = [(i, full) for i, full in enumerate(lines) if 2 <= len(full) <= 4]
    alone, ticked = _count_ticked(sample, lines)
    if len(pairs) < 2 or any(len(full) > 4 for full in lines) or len(pairs) + alone < 0.4 * len(lines):
        return
    firsts = {i: sample.words[i][full[0]] for i, full in pairs if len(full) > 2}
    counted = {i for i in firsts if sample.kinds[i][lines[i][0]] in "nkY"}
    lettered = {i for i, word in firsts.items() if count_parts(word) and word.islower()}
    # Letters alone, as in `a`, `b`, may be ids of records.
    of_parts = counted or any(any(map(str.isdigit, firsts[i])) for i in lettered)
    numbers = sorted(counted | lettered if of_parts else counted)
    # In a numbered form, unanswered questions are numbered too.
    numbers += [i for i, full in pairs if numbers and len(full) == 2 and sample.kinds[i][full[0]] == "n"]
    starts = Counter(full[1 if i in numbers else 0] for i, full in pairs)
    label = starts.most_common(1)[0][0]
    nexts = Counter(full[full.index(label) + 1] for _, full in pairs if label in full[:-1])
    if not nexts:
        return
    value = _after_hints(sample, label, min(nexts, key=lambda j: (-nexts[j], j)))
    labels = [cell_text(sample.cells[i][label]) for i, full in pairs if label in full]
    named = list(_find_country_lines(sample, pairs))
    labelled = says_country = bool(named)
    header = next((i for i, row in enumerate(sample.cells) if _asks_and_answers(row, label, value)), None)
    if header is not None and all(i < header for i in named):  # a table with one question per row
        return
    if sum(sample.kinds[i][label] in tuple("npYd") for i, _ in pairs) > 0.3 * len(pairs):
        return
    numbered = [label in full and full[0] < label for _, full in pairs]
    recognised = max(sum(is_label(text) or is_fact(text) for text in labels) + ticked, sum(numbered)) / max(
        1, len(labels)
    )
    lone = (cell_text(row[full[0]]) for row, full in zip(sample.cells, lines, strict=True) if len(full) == 1)
    says_country = says_country or any(map(place_in, lone))
    says_country = (
        says_country
        or any(  # a line above numbered questions
            role_score(cell_text(sample.cells[i][full[0]]).rstrip(" :"), Role.COUNTRY)
            and is_place_name(cell_text(sample.cells[i][value]))
            for i, full in pairs
            if full[0] < label and full[1:] == [value]
        )
    )
    free = sum(map(is_place_name, labels)) < 0.3 * len(labels)
    two = sum(label in full and value in full for _, full in pairs) / len(pairs)
    columns = sample.columns
    last = max((sample.place(column) for pair in options for column in pair), default=value)
    further = _further_labels(sample, label, max(value, last), headless=header is None)
    further_columns = tuple((columns[label], columns[other]) for label, other in further)
    plain = pairs
    if labelled:  # lines for country, respondent and date have no answers
        plain = [
            (i, full) for i, full in pairs if not any(role_score(cell_text(sample.cells[i][label]), k) for k in _KEYS)
        ]
    # Below a header, answers in words, numbers, dates and yes or no would not mix.
    mixed = len({CLASSES[sample.kinds[i][value]] for i, full in plain if label in full} - {"", "C", "J"}) > 2
    typed = _typed_share(sample, plain, ((label, value), *further), headless=labelled or mixed)
    steps: list[Step] = [
        Region(sample.all_rows[0], None, columns),
        Form(label=columns[label], value=columns[value], further=further_columns, options=options),
    ]
    yield (
        steps,
        {
            "consistency": 0.6 * two,
            "header": 1.0 if header is not None else 0.75 * max(recognised, typed * free),
            "edge": max(0.5, typed * free),
            "keys": len(set(labels)) / max(1, len(labels)) * free,
            "countries": 1.0 if says_country else 0.6 if country else 0.0,
            "explained": 1.0 - _typed_remarks(sample, pairs, value, {j for pair in further for j in pair}),
            "vocabulary": recognised * free,
            "simplicity": -0.05,
        },
    )


def _typed_remarks(sample: Sample, lines: Sequence[tuple[int, list[int]]], value: int, further: Set[int]) -> float:
    """Return the share of cells behind values that are no texts.

    Remarks are texts. Numbers, dates and yes or no behind a value are further answers, which a form does not read.
    """
    remarks = [sample.kinds[i][j] for i, full in lines for j in full if j > value and j not in further]
    return sum(CLASSES[kind] in "NDB" for kind in remarks) / max(1, len(remarks))


def _values_below(sample: Sample, country: str) -> Iterator[Found]:
    """Yield the layout of a form with values below labels.

    The form is in one column. Only lines such as those for country and date may have their value beside the label.
    """
    lines = [(row, sample.grid.full(row, sample.columns)) for row in sample.all_rows]
    lines = [(row, full) for row, full in lines if full]
    facts = [[cell_text(sample.grid.rows[row][c]) for c in full] for row, full in lines if len(full) > 1]
    column = sample.columns[0]
    if any(len(texts) != 2 or not _is_fact_line(texts) for texts in facts) or any(
        full[0] != column for _, full in lines
    ):
        return
    country = next((value for label, value in facts if is_place_name(value)), country)
    first = next((row for row, full in lines if len(full) > 1), -1)  # titles are above it
    rows = [row for row, full in lines if len(full) == 1 and row > first]
    numbers = [sample.grid.numbers[row] for row in rows]
    below = find_values_below(numbers, [sample.grid.rows[row][column] for row in rows], country)
    if below is None and country and any(country in texts for texts in facts):
        below = 1.0, True  # a cover, with lines for country and date only
    if below is not None:
        share, named = below
        named = named or bool(facts)
        steps: list[Step] = [Region(sample.all_rows[0], None, sample.columns), Form(label=column, value=column)]
        sure = 1.0 if named else share
        terms = {"consistency": share, "header": sure, "edge": sure, "keys": 1.0, "explained": 1.0}
        yield steps, {**terms, "countries": 1.0 if named else 0.6, "vocabulary": share, "simplicity": -0.05}


def _count_ticked(sample: Sample, lines: Sequence[Sequence[int]]) -> tuple[int, int]:
    """Count questions with options below, and marked options.

    Each line with one text is counted as a question. Both counts are 0 unless there are questions and marks.
    """
    texts = [[words[j] for j in full] for words, full in zip(sample.words, lines, strict=True)]
    asked = any(len(line) == 1 and is_label(line[0]) for line in texts)
    ticked = sum(len(line) == 2 and not is_label(line[0]) and line[1] in MARKS for line in texts)
    return (sum(len(full) == 1 for full in lines), ticked) if asked and ticked else (0, 0)


def _is_fact_line(texts: Sequence[str]) -> bool:
    """True if a line has a country, date or author.

    It consists of the label and its value.
    """
    label = texts[0].rstrip(" :")
    return is_fact(label) or (role_score(label, Role.COUNTRY) > 0 and is_place_name(texts[-1]))


def _find_country_lines(sample: Sample, pairs: Sequence[tuple[int, list[int]]]) -> Iterator[int]:
    """Yield the lines with a country right after its label."""
    for i, full in pairs:
        texts = [cell_text(sample.cells[i][j]) for j in full]
        if any(role_score(at.rstrip(" :"), Role.COUNTRY) and is_place_name(name) for at, name in pairwise(texts)):
            yield i


def _asks_and_answers(row: Sequence[Cell], label: int, value: int) -> bool:
    """True if a row names question and answer, or options."""
    beside = [cell_text(cell) for cell in row[value:] if cell is not None]
    answers = role_score(cell_text(row[value]), Role.ANSWER) or (len(beside) > 1 and all(map(are_options, beside)))
    return bool(answers and role_score(cell_text(row[label]), Role.QUESTION))


def _typed_share(
    sample: Sample, lines: Sequence[tuple[int, list[int]]], pairs: Sequence[tuple[int, int]], *, headless: bool
) -> float:
    """Return the share of lines with one typed value.

    The value must be the only cell that is not text. The share is 0 for a single line, or if the first line may be a
    header. Below a line for the country, most lines are enough, because a header would have texts above the values.

    Args:
        sample: The region.
        lines: Position of each line, and its positions with content.
        pairs: Positions of labels and their values.
        headless: Whether the first line is no header, as a line for the country is above or the values are mixed.
    """
    labels, values = dict(pairs).keys(), set(dict(pairs).values())

    def fits(kinds: Sequence[str], j: int) -> bool:
        return CLASSES[kinds[j]] in ("T" if j in labels else "NDB" if j in values else "T")

    fitting = [all(fits(sample.kinds[i], j) for j in full) for i, full in lines]
    if len(fitting) < 2:
        return 0.0
    if headless and 2 * sum(fitting) > len(fitting):
        return 1.0
    return sum(fitting) / len(fitting) if fitting[0] else 0.0


def _lines(sample: Sample, options: Sequence[OptionPair]) -> list[list[int]]:
    """Return the positions with content in each line.

    Printed options and their marks count as one value.
    """
    offered = option_lines(sample.grid, sample.rows, options)
    places = {row: {sample.place(c) for pair in pairs for c in pair} for row, pairs in offered.items()}
    lines = []
    for row, kinds in zip(sample.rows, sample.kinds, strict=True):
        full = [j for j, kind in enumerate(kinds) if kind]
        filled = [j for j in full if j in places.get(row, ())]
        lines.append([j for j in full if j not in filled[1:]])
    return lines


def _after_hints(sample: Sample, label: int, value: int) -> int:
    """Return the column of values, after any hints.

    Hints are texts between label and value that say how to answer. They name the possible answers, such as `(Yes /
    No)`, or are the same in all lines and have a cell of another type behind them.
    """
    lines = [
        (fold_header(cell_text(row[value])), fold_header("".join(map(cell_text, row[value + 1 : value + 2]))), kinds)
        for row, kinds in zip(sample.cells, sample.kinds, strict=True)
        if kinds[label] and kinds[value] and CLASSES[kinds[value]] == "T"
    ]
    times = Counter(hint for hint, _, _ in lines)
    named = [bool(answer) and f" {answer} " in f" {hint} " for hint, answer, _ in lines]
    typed = [bool(answer) and CLASSES[kinds[value + 1]] != "T" for _, answer, kinds in lines]
    repeated = sum(name or times[hint] > 1 for name, (hint, _, _) in zip(named, lines, strict=True))
    answered = sum(bool(answer) for _, answer, _ in lines)
    hints = 2 * repeated > len(lines) and (len(times) == 1 or any(named))
    return value + (hints and 2 * sum(map(max, named, typed)) > answered > 1)


def _further_labels(sample: Sample, label: int, value: int, *, headless: bool) -> list[tuple[int, int]]:
    """Return more pairs of label and value columns.

    They belong to forms next to the first. Labels must be distinct and mostly new, and at least half must have a value.
    In addition, a blank column precedes them, or most look like labels, or all lines but one from the first to the last
    have both pairs, since remarks are rare.

    Args:
        sample: The region.
        label: Position of the first labels.
        value: Last position of their values.
        headless: Whether no header is above: two lines are then enough if a label looks like one, or the values are no
            texts.
    """
    labels_: list[tuple[int, int]] = []
    known = {cell_text(row[label]) for row in sample.cells}
    for j in range(value + 1, len(sample.columns) - 1):
        if labels_ and j <= labels_[-1][1]:
            continue
        beside = [i for i, row in enumerate(sample.cells) if isinstance(row[j], str)]
        texts = [cell_text(sample.cells[i][j]) for i in beside]
        if not len(set(texts)) == len(texts) > 1 or 2 * len(known.intersection(texts)) > len(texts):
            continue
        answers = [kinds[j + 1] for i in beside if (kinds := sample.kinds[i])[j + 1]]
        lines = range(beside[0], beside[-1] + 1) if headless else range(len(sample.rows))
        whole = [i for i in lines if sample.kinds[i][label] and sample.kinds[i][value]]
        paired = sum(bool(sample.kinds[i][j] and sample.kinds[i][j + 1]) for i in whole)
        labelled = sample.columns[j] > sample.columns[j - 1] + 1 or 2 * sum(map(is_label, texts)) > len(texts)
        typed = headless and 2 * sum(CLASSES[kind] != "T" for kind in answers) >= len(answers)
        sure = len(whole) > 2 or (paired == len(whole) > 1 and (typed or any(map(is_label, texts))))
        whole_pairs = sure and paired >= len(whole) - 1
        if 2 * len(answers) >= len(beside) and 2 * len(beside) > len(lines) and (labelled or whole_pairs):
            labels_.append((j, j + 1))
    return labels_
