"""Roles of columns in tables with questions in rows."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from attrs import asdict, define, field, frozen

from capbuild.formats.layouts.cell_grid import is_numbered, is_numbered_below, is_period, role_score
from capbuild.formats.layouts.cell_kinds import is_place_name, kind_of
from capbuild.formats.layouts.header import Header
from capbuild.formats.layouts.region_under_header import HeadedRegion, fill_texts
from capbuild.formats.places import is_country_name, is_named_among
from capbuild.formats.values.dates import is_unit_header, names_period
from capbuild.formats.values.units import split_unit
from capbuild.formats.vocabulary import Role, fold_header, header_meaning, header_words, personal_by_head

_PARTS = re.compile(r"\d+|[a-z]")
_KEYS = (Role.RESPONDENT, Role.ID, Role.LANGUAGE, Role.DATE)
_OWNERS = (Role.RESPONDENT, Role.ID)
#: Share of rows with keys of their own, above which each row has all data of its keys.
_ALONE = 0.9
#: Rank of ambiguous words for a role, such as code.
CODE_RANK = 2
#: Longest text of a category, and largest number of columns that are tried as dimensions.
_LONGEST, _MOST = 60, 50


@frozen
class Described:
    """Roles of the columns next to the answers.

    Attributes:
        question: Column of the question id.
        texts: Columns of the question text.
        sections: Columns of the question's heading.
        unit: Column of its unit.
        keys: Columns of respondent, response id, language and date, by role.
        dimensions: Columns that distinguish answers to one question.
        about_country: Columns with attributes of a country.
        attributes: Columns with attributes of a dimension or the table.
        comments: Columns of remarks.
        values: Additional answer columns.
    """

    question: int | None
    texts: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    unit: int | None = None
    keys: tuple[tuple[Role, int], ...] = ()
    dimensions: tuple[int, ...] = ()
    about_country: tuple[int, ...] = ()
    attributes: tuple[int, ...] = ()
    comments: tuple[int, ...] = ()
    values: tuple[int, ...] = ()

    @property
    def fields(self) -> dict[str, Any]:
        """Arguments of a shape with questions in rows."""
        return {name: value for name, value in asdict(self, recurse=False).items() if name != "values"}


@define(eq=False)
class ColumnCandidates:
    """Possible column roles of a region with questions in rows.

    Attributes:
        region: The region under its header.
        asking: Columns with a question header, best first.
        values: Columns with an answer header.
        remarks: Columns with a remark header.
        periods: Columns with a period header.
        places: Columns with a country header.
        once: Columns that are to be filled down.
    """

    region: HeadedRegion
    asking: tuple[int, ...]
    values: tuple[int, ...]
    remarks: tuple[int, ...]
    periods: tuple[int, ...]
    places: tuple[int, ...]
    once: tuple[int, ...] = ()
    _texts: dict[int, list[str]] = field(factory=dict, init=False)

    def texts(self, column: int) -> list[str]:
        """Return the texts of a column (cached)."""
        if column not in self._texts:
            texts_ = self.region.texts(column)
            once = column in self.once or (column == self.region.country and self.region.is_partly_blank(column))
            self._texts[column] = fill_texts(texts_) if once else texts_
        return self._texts[column]

    def distinct(self, column: int) -> int:
        """Return the number of distinct texts of a column."""
        return len({text for text in self.texts(column) if text})

    def question_among(self, columns: Sequence[int]) -> int | None:
        """Return the question column, or None.

        It has a header for questions, or else the most distinct texts.
        """
        among = frozenset(columns)
        named = [c for c in self.asking if c in among]
        if named:
            return named[0]
        country = self.region.country
        if country is not None and self.distinct(country) > _ALONE * len(self.region.body):
            return None  # each row has all data of one country
        header = self.region.header
        keys = [c for c in columns if self._key_role(c) is not None]
        # A word for country above questions is the header of the row of countries beside it.
        keys += [
            c for c in columns if header.role_score(c, Role.COUNTRY) >= 1.0 and any(map(is_place_name, self.texts(c)))
        ]
        other = {self.region.country, *self.remarks, *keys}
        free = [c for c in columns if c not in other]
        free = [c for c in free if personal_by_head(header.name(c)) is None]  # personal data are not questions
        # Below a header that asks are answers.
        free = [c for c in free if not is_numbered(header.name(c)) and kind_of(header.name(c)) != "q"]
        free = [c for c in free if not self._is_of_country(c)] or free  # nor are codes of countries
        rate = {c: self.distinct(c) * (0.5 if self.region.main_class(c) == "N" else 1.0) for c in free}
        return max(free, key=lambda c: (rate[c], -c), default=None)

    def adjacent_remarks(self, members: Sequence[int]) -> dict[int, int]:
        """Return the remark columns, with their answer columns."""
        remarks: dict[int, int] = {}
        parts = self.region.header.parts
        for before, column in pairwise(members):
            last = parts[column][-1:] if len(parts[column]) > 1 else []
            remark = any(
                role_score(text, Role.COMMENT) or fold_header(text) in header_words("evidence_word") for text in last
            )
            if remark and before not in remarks:
                remarks[column] = before
        return remarks

    def long_columns(self) -> tuple[int | None, tuple[int, ...]]:
        """Return the question and answer columns of a long table."""
        region, columns = self.region, self.region.sample.columns
        asking, before = self.asking, region.country if region.country is not None else 0
        values = tuple(c for c in self.values if c > before or not self._counts_rows(c))  # ids of responses are first
        if not asking and region.country is not None and len(self.periods) < 2:
            numbers = [c for c in columns if c != region.country and region.main_class(c) == "N"]
            years = [c for c in numbers if set(region.kinds(c)) == {"Y"}]
            others = {*numbers, *self.remarks, region.country}
            alone = region.unique(years) > _ALONE  # a row has all data of its country and year
            recurring = [
                c
                for c in columns
                if c not in others
                and region.main_class(c) == "T"
                and self.distinct(c) <= 0.6 * len(region.body)
                and not self._is_of_country(c)
                and not self._are_periods(c)
                and not (alone and self.distinct(c) > 1)
            ]
            if len(years) == 1 and len(numbers) == 2 and recurring:
                asking = (max(recurring, key=self.distinct),)
                values = tuple(c for c in numbers if c not in years)
        first = columns[0]
        named = region.by_country and len(columns) <= 4 and first in region.pure
        if not asking and named and not self._key_role(first) and not self._are_periods(first):
            asking = (first,)
        if not asking:
            again = region.country is not None and self.distinct(region.country) <= 0.6 * len(region.body)
            return None, values if again and len(self.periods) < 2 else ()
        question = asking[0]
        other: set[int | None] = {question, *self.remarks}
        values = tuple(c for c in values if c not in other)
        if not values:
            other |= {region.country, *asking}
            rest = [c for c in columns if c not in other and c in region.pure]
            rest = [c for c in rest if not self._key_role(c) and not self._counts_rows(c)]
            numbers = [c for c in rest if region.main_class(c) == "N" and not self._are_categories(c)]
            counted = frozenset(numbers)
            measured = all(c in counted or region.main_class(c) == "B" for c in rest)
            values = tuple(rest) if len(rest) == 1 or measured else tuple(numbers) if len(numbers) == 1 else ()
        return question, values

    def _is_of_country(self, column: int) -> bool:
        """True if a column depends on the country alone.

        Its values, such as country codes, differ between countries but not within them.
        """
        return self.distinct(column) > 1 and self.has_one(self.region.country, column)

    def _counts_rows(self, column: int) -> bool:
        """True if a column numbers at least three rows."""
        texts = [text for text in self.texts(column) if text]
        first = int(texts[0]) if len(texts) > 2 and texts[0].isdecimal() else None
        return first is not None and texts == [str(n) for n in range(first, first + len(texts))]

    def _key_role(self, column: int) -> Role | None:
        header = self.region.header
        named = next((role for role in _KEYS if header.role_score(column, role) >= 1.0), None)
        if named is None and fold_header(header.name(column)) in header_words("date_label"):
            return Role.DATE if set(self.region.kinds(column)) - {""} == {"d"} else None
        return named

    def has_key(self, column: int) -> bool:
        """True if the header names a respondent or response id."""
        return self._key_role(column) in (Role.RESPONDENT, Role.ID)

    def described(self, question: int | None, columns: Sequence[int], values: Sequence[int]) -> Described:
        """Return the roles of the columns next to the answers.

        A column in one-to-one pairs with the question is its text; one with a single value per question is a heading. A
        column with a single value per country or dimension is an attribute. Columns that distinguish rows of one
        question are dimensions. The others are additional numbers or remarks.

        Args:
            question: The question column.
            columns: The columns next to the answers.
            values: The answer columns.
        """
        region = self.region
        headers = region.header.ids
        left = [c for c in columns if c not in (question, region.country) and c in region.pure]
        remarked = frozenset(self.remarks)
        comments = [c for c in columns if c in remarked and c != question and not self._is_text_of(question, c)]
        left = _without(left, comments)
        left = [c for c in left if region.header.given.get(c) is not Role.IGNORE]
        unit = next((c for c in left if region.header.role_score(c, Role.UNIT) > 1.0), None)
        if unit is None and values and any(region.main_class(c) == "N" for c in values):
            unit = next((c for c in left if is_unit_header(headers.get(c, "")) or self._has_units(c)), None)
        # Units distinguish the answers if one question has several.
        several = unit is not None and not self.has_one(question, unit)
        keys = {role: c for c in reversed(left) if (role := self._key_role(c)) is not None and c != unit}
        owning = [c for c in (region.country, keys.get(Role.RESPONDENT), keys.get(Role.ID)) if c is not None]
        # A response has one value each of these; a column with more distinguishes its answers.
        keys = {role: c for role, c in keys.items() if role in _OWNERS or self._is_one(owning, c, role)}
        left = [c for c in left if (c != unit or several) and c not in keys.values()]
        first = min(values, default=10**6)
        texts = [c for c in left if question is not None and c < first and self._are_paired(question, c)]
        texts = [c for c in texts if not self._may_be_answers(question, c)]
        texts += [c for c in _without(left, texts) if question is not None and c < question and self._numbers_parts(c)]
        worded = [c for c in _without(left, texts, self.places) if region.main_class(c) == "T"]
        sections = [c for c in worded if self._is_determined(question, c) or self._is_heading_column(question, c)]
        sections = [c for c in sections if c < first]
        constant = [
            c
            for c in _without(left, texts, self.once)
            if len(set(self.texts(c))) == 1 and len(region.body) > 1 and region.main_class(c) != "B"
        ]
        if region.country is None and not region.by_country:  # in a return, such as its reviewer: no dimension
            beside = [c for c in constant if c > max(values, default=first) and region.main_class(c) == "T"]
            comments, left = [*comments, *beside], _without(left, beside)
            constant = _without(constant, beside)
        sections = _without(sections, constant)
        left = _without(left, texts, sections, constant)
        about = [c for c in left if self._is_determined(region.country, c)]
        left = _without(left, about)
        owners = [c for c in (region.country, question, keys.get(Role.RESPONDENT)) if c is not None]
        numbered = self._numbers_rows(keys.get(Role.ID), owners, left)
        own = keys.get(Role.ID) if not numbered else keys.pop(Role.ID)
        owners += [own] if own is not None and not numbered else []
        dimensions = self._dimensions(owners, left)
        dimensions += self._series_before(owners, dimensions, _without(left, dimensions))
        left = _without(left, dimensions)
        more = [c for c in left if any(self._is_determined(d, c) for d in dimensions)]
        rest = _without(left, more)
        numbers = [
            c for c in rest if region.main_class(c) in "NB" and 2 * sum(map(bool, self.texts(c))) >= len(region.body)
        ]
        if question is not None:
            question, texts = self._id_first(question, texts)
        return Described(
            question=question,
            texts=tuple(texts),
            sections=tuple(sections),
            unit=unit,
            keys=tuple(keys.items()),
            dimensions=tuple(sorted(dimensions)),
            about_country=tuple(about),
            attributes=tuple(sorted([*constant, *more, *([own] if own is not None and numbered else ())])),
            comments=tuple(sorted([*comments, *_without(rest, numbers)])),
            values=tuple(numbers),
        )

    def _id_first(self, question: int, texts: Sequence[int]) -> tuple[int, list[int]]:
        """Return the id column and the text columns of questions.

        The id column is the one whose header ranks best among words for questions.
        """
        ranks = {
            c: meaning.rank
            for c in (question, *texts)
            if (meaning := header_meaning(self.region.header.name(c))) is not None
        }
        asking = {c: rank for c, rank in ranks.items() if self.region.header.role_score(c, Role.QUESTION)}
        if len(asking) > 1:
            first = min(asking, key=lambda c: (asking[c], c))
            return first, [c for c in (question, *texts) if c != first]
        return question, [c for c in texts if c != question]

    def _has_units(self, column: int) -> bool:
        """True if most texts of a column without a header are units."""
        texts = [] if self.region.header.name(column) else list(filter(None, self.texts(column)))
        return 2 * sum(split_unit(f"1 {text}", words=True) is not None for text in texts) > len(texts)

    def _are_paired(self, first: int, second: int) -> bool:
        """True if two columns have one-to-one texts."""
        seen = {pair for pair in zip(self.texts(first), self.texts(second), strict=True) if all(pair)}
        asked, named = self.distinct(first), len({text for _, text in seen})
        asks = self.region.header.role_score(second, Role.QUESTION) > 0
        # One or two questions are not enough evidence without a header.
        return len(seen) <= 1.02 * asked and named >= 0.8 * asked and (asked > 2 or asks)

    def _may_be_answers(self, question: int | None, column: int) -> bool:
        """True if a column of numbers may be answers.

        It must be right of the question, and have no header for questions.
        """
        behind = question is not None and column > question
        return (
            behind
            and self.region.main_class(column) == "N"
            and not self.region.header.role_score(column, Role.QUESTION)
        )

    def _is_text_of(self, question: int | None, remark: int) -> bool:
        """True if a remark column is the question's text.

        Repeated questions then have the same remark each time.
        """
        again = question is not None and self.distinct(question) < len(self.texts(question))
        return again and question is not None and all(self.texts(remark)) and self._are_paired(question, remark)

    def _is_determined(self, first: int | None, second: int) -> bool:
        """True if a text determines that in another column.

        Each distinct text then occurs with only one text of the other column.
        """
        if first is None:
            return False
        pairs = self._seen(first, second)
        again = len(pairs) <= 0.6 * len(self.texts(first)) and len(pairs) > 1
        many = self.distinct(second) > 1 or len(pairs) > 2
        return (
            (again or self.distinct(second) <= 0.5 * len(pairs)) and many and all(len(v) == 1 for v in pairs.values())
        )

    def _is_heading_column(self, question: int | None, column: int) -> bool:
        """True if a column has headings for runs of rows."""
        texts = self.texts(column)
        runs = sum(before != text for before, text in zip(["", *texts], texts, strict=False))
        distinct = len(set(texts))
        before = question is not None and column < question
        return before and all(texts) and runs == distinct < len(texts) and self.has_one(question, column)

    def has_one(self, first: int | None, second: int) -> bool:
        """True if each text has one text in another column."""
        return first is not None and all(len(texts) == 1 for texts in self._seen(first, second).values())

    def _is_one(self, owners: Sequence[int], column: int, role: Role) -> bool:
        """True if a column has a single value per respondent.

        A date column must also contain dates.
        """
        rows = zip(*map(self.texts, owners), strict=True) if owners else [()] * len(self.texts(column))
        pairs = {pair for pair in zip(rows, self.texts(column), strict=True) if pair[1]}
        dated = role is not Role.DATE or set(self.region.kinds(column)) <= set("dYnm") | {""}
        return dated and len({owner for owner, _ in pairs}) == len(pairs)

    def _seen(self, first: int, second: int) -> dict[str, set[str]]:
        """Return the texts in one column by another's."""
        pairs: dict[str, set[str]] = {}
        for key, text in zip(self.texts(first), self.texts(second), strict=True):
            if key:
                pairs.setdefault(key, set()).add(text)
        return pairs

    def _dimensions(self, owners: Sequence[int], columns: Sequence[int]) -> list[int]:
        """Return the fewest columns that distinguish the rows.

        These rows have the same question and respondent. A column that is blank in most of them, such as a flag, is
        used only if the others do not distinguish them.
        """
        rows = list(zip(*(self.texts(c) for c in owners), strict=True)) if owners else [()] * len(self.region.body)
        distinct = len(set(rows))
        again = Counter(rows)
        left = [c for c in columns[:_MOST] if self._are_categories(c)]
        if 2 * sum(count for count in again.values() if count > 1) <= len(rows):
            left = [c for c in left if self._are_periods(c)]  # most are asked once: others repeat by accident
        chosen: list[int] = []
        sparse = {c for c in left if 2 * sum(map(bool, self.texts(c))) < len(rows)}

        def count_keys(columns: Sequence[int]) -> int:
            return (
                len(set(zip(*map(self.texts, [*owners, *columns]), strict=True))) if (*owners, *columns) else distinct
            )

        for among in (_without(left, tuple(sparse)), sorted(sparse)):
            while among and distinct < len(rows):
                counts = {c: count_keys([*chosen, c]) for c in among}
                more = [c for c in among if counts[c] > distinct]
                if not more:
                    break
                # A period comes first: with it, a date of publication does not distinguish rows by accident.
                best = max(more, key=lambda c: (self._are_periods(c), counts[c], not self._are_marks(c), -c))
                distinct = counts[best]
                chosen.append(best)
                among.remove(best)
        # The most distinct column comes first, and those after it may do without it.
        for column in tuple(c for c in chosen if not self._are_periods(c)):
            if count_keys(_without(chosen, [column])) == distinct:
                chosen.remove(column)
        return sorted(chosen)

    def _series_before(self, owners: Sequence[int], dimensions: Sequence[int], columns: Sequence[int]) -> list[int]:
        """Return columns before a period that name series.

        Most owners must have all texts of such a column. Each series has its own periods.

        Args:
            owners: Columns of country, question and respondent.
            dimensions: Columns that distinguish the rows of an owner.
            columns: Columns that do not.
        """
        periods = [d for d in dimensions if self._are_periods(d)]
        found: list[int] = []
        worded = [c for c in columns if self.region.main_class(c) == "T" and self._are_categories(c)]
        for column in worded if owners else ():
            # A text for a single period names the period.
            if not any(column < period and not self.has_one(column, period) for period in periods):
                continue
            series: dict[tuple[str, ...], set[str]] = {}
            for *owner, text in zip(*map(self.region.whole_texts, (*owners, column)), strict=True):
                if text and all(owner):  # no note or heading
                    series.setdefault(tuple(owner), set()).add(text)
            distinct = len(set().union(*series.values()))
            whole = sum(len(texts) == distinct > 1 for texts in series.values())
            own = self._are_periods(column) or any(self.has_one(other, column) for other in found)
            if 2 * whole > len(series) > 1 and not own:
                found.append(column)
        return found

    def _numbers_rows(self, column: int | None, owners: Sequence[int], columns: Sequence[int]) -> bool:
        """True if a column numbers the rows.

        Its ids differ in each row, although other columns already distinguish the rows of a country.

        Args:
            column: The column.
            owners: Columns of country, question and respondent.
            columns: Columns that may be dimensions.
        """
        if column is None or self.region.country is None or self.distinct(column) < len(self.region.body):
            return False
        dimensions = self._dimensions(owners, columns)
        keys = set(zip(*map(self.texts, (*owners, *dimensions)), strict=True))
        return bool(dimensions) and len(keys) == len(self.region.body)

    def _numbers_parts(self, column: int) -> bool:
        """True if a column numbers questions and their parts."""
        texts = self.texts(column)
        order = [[int(part) if part.isdigit() else ord(part) for part in _PARTS.findall(text)] for text in texts]
        ascending = all(before < after for before, after in pairwise(order))
        return ascending and all(order) and any(is_numbered_below(*pair) for pair in pairwise(texts))

    def _are_periods(self, column: int) -> bool:
        texts = [text for text in self.texts(column) if text]
        # Below a word such as `Quarter`, the year is in another column.
        year = " 2000" if fold_header(self.region.header.name(column)) in header_words("period") else ""
        return sum(is_period(text) or is_period(text + year) for text in texts) >= 0.9 * len(texts)

    def _are_marks(self, column: int) -> bool:
        return self.region.main_class(column) == "B"

    def _are_categories(self, column: int) -> bool:
        """True if a column has categories.

        Categories are repeated short texts or periods, not measurements.
        """
        texts = [text for text in self.texts(column) if text]
        if not texts or max(map(len, texts)) > _LONGEST:
            return False
        distinct = len(set(texts))
        periods = self._are_periods(column)
        if self.region.main_class(column) == "N" and not periods:
            return False
        return 2 * distinct <= len(texts) + 1 or periods


def remarks_between(members: Sequence[int], comments: Sequence[int]) -> dict[int, int]:
    """Match remark columns to the member on their left.

    The result is empty if a remark column is about the whole row.

    Args:
        members: The answer columns.
        comments: The remark columns.

    Example:
        >>> remarks_between([1, 3], [2, 4]), remarks_between([1, 2], [3])
        ({2: 1, 4: 3}, {})
    """
    among = frozenset(members)
    remarks = {column: column - 1 for column in comments if column - 1 in among}
    return remarks if len(remarks) > 1 or any(column < members[-1] for column in remarks) else {}


def _without(columns: Sequence[int], *others: Sequence[int]) -> list[int]:
    """Return the columns that are not among others."""
    gone = {column for some in others for column in some}
    return [column for column in columns if column not in gone]


def _is_question_column(region: HeadedRegion, column: int) -> bool:
    """True if most cells of a column are questions."""
    kinds = [kind for kind in region.kinds(column) if kind]
    return len(kinds) > 2 and 2 * kinds.count("q") > len(kinds) and kind_of(region.header.name(column)) != "q"


def _find_question_column(region: HeadedRegion) -> tuple[int, ...]:
    """Return the question columns under any header, best first.

    The table must have one column with a word such as `Answer` as header; otherwise the result is empty. Questions are
    then the texts that are repeated below other countries. In a return of one country, they are the last texts left of
    the answers without blanks or repetitions, if all other texts have blanks.
    """
    header, columns = region.header, region.sample.columns
    meanings = {c: meaning for c in columns if (meaning := header_meaning(header.name(c))) is not None}
    answers = [c for c, meaning in meanings.items() if meaning.role is Role.ANSWER and meaning.rank < CODE_RANK]
    texts = [c for c in columns if region.main_class(c) == "T" and c != region.country]
    free = [c for c in texts if c not in meanings or meanings[c].role is Role.DESCRIPTION]
    free = [c for c in free if all(region.texts(c)) and len(region.body) > 2]
    if len(answers) != 1 or region.by_country:
        return ()
    if region.country is None:
        once = [c for c in free if c < answers[0] and len(set(region.texts(c))) == len(region.body)][-1:]
        # Beside them are headings of several rows, numbers and remarks.
        rest = [c for c in _without(texts, once, answers) if c not in meanings or meanings[c].role is not Role.COMMENT]
        owned = region.countries > 0 or region.sample.grid.sheet is not None  # another sheet may name the country
        alone = owned and all("" in region.texts(c) for c in rest)
        once = [c for c in once if alone and personal_by_head(header.name(c)) is None]
        return tuple(c for c in once if not any(map(is_place_name, region.texts(c))))
    places = region.texts(region.country)
    ranked: list[tuple[int, int, int]] = []
    for column in free:
        owners: dict[str, set[str]] = {}
        for place, text in zip(places, region.texts(column), strict=True):
            owners.setdefault(text, set()).add(place)
        again = sum(len(among) > 1 for among in owners.values())
        several = len(set(zip(places, region.texts(column), strict=True))) > len(set(places))
        if several and 5 * again >= 4 * len(owners):
            ranked.append((-len(owners), -sum(map(len, owners)), column))
    return tuple(column for *_, column in sorted(ranked)[:1])


def part_columns(region: HeadedRegion) -> ColumnCandidates:
    """Return the possible roles of the columns of a region."""
    header: Header = region.header
    columns: Sequence[int] = region.sample.columns

    def named(role: Role) -> tuple[int, ...]:
        scored = [(header.role_score(c, role), c) for c in columns if c != region.country]
        return tuple(c for sure, c in sorted(scored, key=lambda one: (-one[0], one[1])) if sure)

    # A question is never called yes or no: below a word such as `Code` these are answers.
    asking = tuple(c for c in named(Role.QUESTION) if region.main_class(c) != "B" or c in header.given)
    asking = asking or tuple(c for c in columns if c != region.country and _is_question_column(region, c))
    asking = asking or _find_question_column(region)
    remarks = tuple(c for c in named(Role.COMMENT) if region.main_class(c) != "N")  # "Note" means marks in French
    owner = [region.country] if region.country is not None else []
    others = [c for c in columns if c != region.country]
    beside = _without(others, remarks)
    above = [*(c for c in beside if c < asking[0]), *owner] if asking else []
    places = _place_columns(region, others)
    if places and not asking:  # labels before the questions of several countries
        above = [one for one, other in pairwise(columns) if other < places[0] and _are_labels(region, one, other)]
    once = [c for c in above if region.main_class(c) == "T" and region.is_partly_blank(c)]
    return ColumnCandidates(
        region,
        asking=asking,
        once=(*once, *(c for c in _without(beside, once) if region.names_once(c))),
        values=named(Role.ANSWER),
        remarks=tuple(sorted(remarks)),
        periods=tuple(c for c in others if any(map(is_period, header.parts[c])) or names_period(header.name(c))),
        places=places,
    )


def _are_labels(region: HeadedRegion, column: int, beside: int) -> bool:
    """True if the texts of a column are unique labels.

    The column next to it must have texts or options, and no other blanks.
    """
    rows = list(zip(region.texts(column), region.texts(beside), strict=True))
    texts = [text for text, _ in rows if text]
    whole = all(map(any, rows)) and sum(map(all, rows)) > len(texts) / 2
    return len(set(texts)) == len(texts) and region.main_class(beside) in ("T", "B") and whole


def _place_columns(region: HeadedRegion, columns: Sequence[int]) -> tuple[int, ...]:
    """Return the columns under countries.

    A header is a country by its name or, for a text such as `NO` or `Island`, by its neighbours. A code alone may be
    another abbreviation, such as `IND` for an indicator.
    """
    parts = region.header.parts
    placed = {c: texts for c in columns if (texts := list(filter(is_place_name, parts[c])))}
    others = frozenset(text for texts in placed.values() for text in texts)
    if len(placed) == 1 and not any(map(is_country_name, others)):
        return ()
    named = {c for c, texts in placed.items() if any(map(is_country_name, texts))} or set(placed)
    placed_columns: list[int] = []
    after = None
    for column in reversed(columns):
        # Left of the countries, `NO` may be the number of the row, and `ID` that of the question.
        among = len(placed) > 1 and (column > min(named) or after in placed_columns)
        if column in named or (among and any(is_named_among(text, others) for text in parts[column])):
            placed_columns.append(column)
        after = column
    return tuple(reversed(placed_columns))
