"""Texts and drawings of scores.

No other module writes scores as text. A level is named only if the evidence settles it, with "reported" if no source
that can verify it did; anything else reads "not verified, L1 to L3".
"""

import math
from collections.abc import Callable, Iterable

from attrs import frozen

from capbuild.disclosure.score_bins import FIFTHS, ScoreBin, compute_share, find_bin
from capbuild.model import Band as ScaleBand
from capbuild.model import Capacity, Criterion, Framework, Level, PlausibleLevels, Scale, Score, SizeProfile
from capbuild.model.capacity import is_code_a_word
from capbuild.reports.cells import Band, Cell, Heat, Style, Track, Words
from capbuild.reports.i18n import Translator
from capbuild.reports.model import KeyItem
from capbuild.text import Text

#: Steps of the colour ramp.
SHADES = FIFTHS
#: Share of the questions that must be answered before a mean is drawn as a full dot.
ENOUGH = 0.7


def compute_shade(order: int, levels: int) -> int:
    """Return the shade of a level: lowest 1, highest 5.

    Example:
        >>> [compute_shade(order, 4) for order in (1, 2, 3, 4)]
        [1, 2, 4, 5]
    """
    return 1 + round((order - 1) * (SHADES - 1) / max(levels - 1, 1))


def write_criterion(criterion: Criterion, size: SizeProfile | None, t: Translator) -> str:
    """Return the text of a criterion.

    For a service of fewer than ten people, the text includes the evidence that is enough for its size.
    """
    text = t.text(criterion.text)
    if criterion.small is None or size not in (SizeProfile.SOLO, SizeProfile.SMALL):
        return text
    return t("criterion.small", text=text, small=t.lowered(t.text(criterion.small)))


def _has_levels(score: Score) -> bool:
    """True if a score is a level, also where it has none."""
    judged = bool(score.scale.levels) and score.method is None and not score.capacity.children
    return judged or score.plausible is not None


def find_levels(score: Score) -> PlausibleLevels | None:
    """Return the levels that the evidence leaves open.

    The result is None for a score that is a value. Without any answer, all levels are open.
    """
    if score.plausible is not None or not score.applies or not _has_levels(score):
        return score.plausible
    low, high = map(int, score.scale.ends)
    return PlausibleLevels(lowest=low, highest=high)


def make_short_code(level: Level) -> str:
    """Return the code of a level for a drawn cell: its number if the code is a word."""
    return str(level.order) if is_code_a_word(level) else level.code


@frozen(kw_only=True)
class ResultFormatter:
    """Formatter of levels and results of scores.

    Attributes:
        t: Translator.
    """

    t: Translator

    def title(self, node: Capacity) -> str:
        """Return a node's title."""
        return self.t.text(node.title)

    def short_title(self, node: Capacity) -> str:
        """Return a node's short title, else its title."""
        return self.t.text(node.short if node.short is not None else node.title)

    def level(self, scale: Scale, order: int) -> str:
        """Return a level as "L3 Organised"."""
        return self._join_code(scale.level(order), self.t.text)

    def level_inside(self, scale: Scale, order: int) -> str:
        """Return a level for use inside a sentence: "L3 organised"."""
        return self._join_code(scale.level(order), lambda label: self.t.lowered(self.t.text(label)))

    def _join_code(self, level: Level, write: Callable[[Text], str]) -> str:
        label = write(level.label)
        return label if is_code_a_word(level) or label == level.code else f"{level.code} {label}"

    def code(self, scale: Scale, order: float) -> str:
        """Return a level's code, or its number without levels.

        A code that is a word is written in the language of the report.
        """
        if not scale.levels or order not in scale.orders:
            return self.t.number(order)
        level = scale.level(int(order))
        return self.t.text(level.label) if is_code_a_word(level) else level.code

    def result(self, score: Score, inside: bool = False) -> str:
        """Return a score as text; unsettled levels are never named."""
        plausible = score.plausible
        if plausible is None:
            return self._format_value(score)
        if not plausible.settled:
            low, high = self.code(score.scale, plausible.lowest), self.code(score.scale, plausible.highest)
            return self.t("level.open", low=low, high=high)
        if score.undefined is not None:
            return self.t("undefined." + score.undefined.reason.name.lower())
        named = (self.level_inside if inside else self.level)(score.scale, plausible.lowest)
        named = named.replace(" ", "* ", 1) if score.starred else named
        return named if score.verified else self.t("level.reported", level=named)

    def figure(self, value: float) -> str:
        """Return a value with at most two decimals."""
        return self.t.number(round(value, 2))

    def _format_value(self, score: Score) -> str:
        key = "value.interval"
        if score.value is None:
            reason = score.undefined.reason.name.lower() if score.undefined is not None else "nobody_answered"
            # Levels below are shown side by side: the answers are in their rows.
            bare = score.undefined is None and score.coverage.answered
            words, key = self.t("value.none" if bare else "undefined." + reason), "value.possible"
        else:
            words = self.figure(score.value)
            if score.scale.unit:
                words = f"{words} {self.t.known(score.scale.unit, round(score.value, 2))}"
            if score.counted_as_zero:
                words = self.t("value.zero", value=words, count=len(score.counted_as_zero))
                key = "value.possible"
        if score.interval is None:
            return words
        low, high = self.figure(score.interval.lower), self.figure(score.interval.upper)
        return self.t(key, value=words, low=low, high=high)


@frozen(kw_only=True)
class ScoreFormatter(ResultFormatter):
    """Formatter of a framework's scores, as text and drawn cells.

    Attributes:
        framework: The framework.
    """

    framework: Framework

    def result_cell(self, score: Score) -> Words:
        """Return the text cell of a score.

        A reviewed level follows the computed one and never replaces it.
        """
        style = Style.PLAIN if score.settled or score.value is not None else Style.OPEN
        review = score.review
        after = self.judgement(score)
        if review is not None:
            figure = review.level if review.level is not None else review.value
            shown = "" if figure is None else self.code(score.scale, figure)
            reviewed = self.t("level.reviewed", level=shown, reason=review.reason)
            after = "; ".join(part for part in (after, reviewed) if part)
        return Words(text=self.result(score), style=style, after=after)

    def judgement(self, score: Score) -> str:
        """Return the judgements of a score, empty without any.

        For example "(3 judgements: L2 to L4; agreed in consensus)".
        """
        judgement = score.judgement
        if judgement is None:
            return ""
        parts = []
        if judgement.spread:
            low, high = self.code(score.scale, judgement.lowest), self.code(score.scale, judgement.highest)
            parts.append(self.t("level.judgements", count=judgement.assessors, low=low, high=high))
        if judgement.consensus:
            parts.append(self.t("level.consensus"))
        if judgement.evidence_limit is not None:
            parts.append(self.t("level.evidence", level=self.code(score.scale, judgement.evidence_limit)))
        return f"({'; '.join(parts)})" if parts else ""

    def target(self, score: Score) -> str:
        """Return the target as a code or number, else empty."""
        if score.target is None:
            return ""
        return self.code(score.scale, score.target) if _has_levels(score) else self.t.number(score.target)

    def track(self, score: Score, earlier: Score | None = None) -> Cell:
        """Return the drawn cell of a score.

        Args:
            score: The score.
            earlier: The score of the earlier round; drawn only where it is verified and another one.
        """
        before = self._find_earlier(score, earlier)
        note = self._write_note(score, before)
        plausible = find_levels(score)
        if plausible is None:
            return self._make_band(score, note, before)
        target, place = None if score.target is None else int(score.target), score.scale.place
        return Track(
            codes=list(map(make_short_code, score.scale.levels)),
            lowest=place(plausible.lowest),
            highest=place(plausible.highest),
            claimed=None if score.claimed is None else place(score.claimed),
            target=None if target is None or target not in score.scale.orders else place(target),
            earlier=None if before is None else place(int(before)),
            note=note,
        )

    def _find_earlier(self, score: Score, earlier: Score | None) -> float | None:
        """Return the earlier level or value, if different."""
        if earlier is None:
            return None
        if score.plausible is None or earlier.plausible is None:
            both = score.plausible is None and earlier.plausible is None and score.scale == earlier.scale
            return earlier.value if both and earlier.value != score.value else None
        level = earlier.plausible.lowest
        known = earlier.plausible.settled and level in score.scale.orders
        same = score.plausible.settled and score.plausible.lowest == level
        return level if known and not same else None

    def _write_note(self, score: Score, before: float | None) -> str:
        parts = [self.t("track.target", level=self.target(score))] if score.target is not None else []
        if score.claimed is not None:
            parts.append(f"{self.t('claimed')} {self.code(score.scale, score.claimed)}")
        if before is not None:
            shown = self.figure(before) if score.plausible is None else self.code(score.scale, before)
            parts.append(self.t("track.earlier", level=shown))
        return self.t.listed(*parts)

    def _make_band(self, score: Score, note: str, before: float | None) -> Band:
        scale, interval = score.scale, score.interval
        return Band(
            value=None if score.value is None else compute_share(score.value, scale),
            lower=None if interval is None else compute_share(interval.lower, scale),
            upper=None if interval is None else compute_share(interval.upper, scale),
            target=None if score.target is None else compute_share(score.target, scale),
            earlier=None if before is None else compute_share(before, scale),
            thin=score.coverage.ratio < ENOUGH,
            note=note,
        )

    def next_step(self, score: Score) -> str:
        """Return the next step of a score.

        For a level this is "2 of 3 to L3", "3 open" or "last step"; for a value, the share of its questions that were
        answered.
        """
        if score.plausible is None:
            return self.t("coverage", count=score.coverage.answered, applicable=score.coverage.applicable)
        if not score.plausible.settled:
            if not score.capacity.criteria and not score.deciding:
                return self.t("step.differ")
            return self.t("step.open", count=len(score.deciding))
        if score.progress is None:
            judged = not score.capacity.criteria and score.plausible.highest < score.scale.ends[1]
            return "" if judged else self.t("step.last")
        progress = score.progress
        step = self.code(score.scale, progress.step)
        return self.t("step.progress", met=progress.met, applicable=progress.applicable, level=step)

    def waiting(self, score: Score) -> str:
        """Explain why a level is not higher.

        The text names unmet criteria below others that are met. The result is empty if there are none.
        """
        if not score.above or not score.blocking:
            return ""
        return self.t("step.above", listed=self.t.joined(score.blocking), count=len(score.above))

    def gap(self, score: Score) -> Words:
        """Return the distance to the target, such as "1 lacking"."""
        met = score.target_met
        if score.target is None:
            return Words(text=self.t("gap.no_target"), style=Style.QUIET)
        if met is None:
            return Words(text=self.t("gap.undecided" if score.applies else "undefined.not_applicable"))
        if met:
            return Words(text=self.t("gap.met"))
        if score.plausible is None:
            below = score.target - (score.value or 0)
            return Words(text=self.t("gap.below", amount=self.figure(below)), style=Style.LACKING)
        return Words(text=self.lacking(score), style=Style.LACKING)

    def lacking(self, score: Score) -> str:
        """Return how many criteria are lacking for the target.

        This is a range if some criteria are open, and a number of levels for a node that is judged as a whole.
        """
        if score.plausible is not None and not score.lacking and not score.open:
            return self.t("gap.levels", count=math.ceil(score.target or 0) - score.plausible.highest)
        least, most = len(score.lacking), len(score.lacking) + len(score.open)
        if most > least:
            return self.t("gap.range", count=most, low=max(least, 1), high=most)
        return self.t("gap.lacking", count=least)

    def heat(self, score: Score) -> Heat:
        """Return the cell of a heat map."""
        plausible = score.plausible
        if plausible is not None and not plausible.settled:
            text = f"{plausible.lowest}–{plausible.highest}"
            return Heat(text=text, open=True, spoken=self.result(score))
        shade, _ = self.describe_bin(find_bin(score), score.capacity)
        if shade is None:
            return Heat(text="·", spoken=self.result(score))
        if plausible is not None:
            return Heat(text=str(plausible.lowest), shade=shade, value=plausible.lowest)
        # A cell has room for three digits: on a scale of 20 or more whole numbers are printed, with the value in words.
        value = score.value or 0.0
        digits = 0 if score.scale.maximum - score.scale.minimum >= 20 else 1
        text, exact = self.t.number(round(value, digits)), self.result(score)
        if not score.settled and score.interval is not None:  # the figure of what was answered would read as certain
            ends = [self.t.number(round(end, digits)) for end in (score.interval.lower, score.interval.upper)]
            if ends[0] != ends[1]:
                return Heat(text="–".join(ends), open=True, spoken=exact)
        return Heat(text=text, shade=shade, spoken="" if exact == text else exact, value=value)

    def describe_bin(self, found: ScoreBin, node: Capacity) -> tuple[int | None, str]:
        """Return shade and label of a bin.

        The shade is None for an open bin and where there is no figure.
        """
        scale = self.framework.scale_of(node)
        if found.kind == "level":
            level = scale.levels[found.order - 1]
            return compute_shade(found.order, len(scale.levels)), self.level(scale, level.order)
        if found.kind == "fifth":
            return found.order, self.fifth(scale, found.order - 1)
        return None, self.t("not_verified" if found.kind == "open" else "no_figure")

    def fifth(self, scale: Scale, place: int) -> str:
        """Return a fifth of a numeric scale, such as "20–40"."""
        width = (scale.maximum - scale.minimum) / SHADES
        ends = (self.t.number(scale.minimum + width * (place + end)) for end in (0, 1))
        return "–".join(ends)

    def band(self, value: float | None) -> ScaleBand | None:
        """Return the framework's band of a value."""
        return None if value is None else next((b for b in self.framework.bands if value in b), None)

    def key(
        self, scores: Iterable[Score], digits: bool = False, others: Iterable[tuple[Capacity, ScoreBin]] = ()
    ) -> list[KeyItem]:
        """Return the key of the levels or fifths that occur.

        Args:
            scores: The scores that are drawn.
            digits: Whether cells print the level's number and not its code.
            others: Positions of further countries in the drawing.
        """
        pairs = [*((score.capacity, find_bin(score)) for score in scores), *others]
        return [*self._fifths_key(pairs), *self._levels_key(pairs, digits=digits)]

    def _fifths_key(self, pairs: Iterable[tuple[Capacity, ScoreBin]]) -> list[KeyItem]:
        drawn = [(node, bin_) for node, bin_ in pairs if bin_.kind == "fifth"]
        seen = {self.describe_bin(bin_, node)[0] for node, bin_ in drawn}
        scale = self.framework.scale_of(drawn[0][0]) if drawn else None
        return [
            KeyItem(mark="chip", text=self.fifth(scale, shade - 1), shade=shade)
            for shade in range(1, SHADES + 1)
            if scale is not None and shade in seen
        ]

    def _levels_key(self, pairs: Iterable[tuple[Capacity, ScoreBin]], *, digits: bool) -> list[KeyItem]:
        drawn = [(node, bin_) for node, bin_ in pairs if bin_.kind == "level"]
        if not drawn:
            return []
        seen = {self.describe_bin(bin_, node)[0] for node, bin_ in drawn}
        scale = self.framework.scale_of(drawn[0][0])
        shades = [(level, compute_shade(scale.place(level.order), len(scale.levels))) for level in scale.levels]
        return [
            KeyItem(
                mark="chip",
                text=self.t.text(level.label),
                shade=shade,
                code=str(level.order) if digits else make_short_code(level),
            )
            for level, shade in shades
            if shade in seen
        ]
