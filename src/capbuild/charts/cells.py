"""Shades, figures and texts of scores, as in reports."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from capbuild.model import Assessment, AssessmentSet, Capacity, Country, Score
from capbuild.reports.country_names import get_country_name, shorten_name
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.score_text import ScoreFormatter


@frozen(kw_only=True)
class ScorePainter:
    """Shades and texts of one set's scores in one language.

    Attributes:
        say: Translator.
        marks: Shades and figures.
        subject: The assessments.
    """

    say: Translator
    marks: ScoreFormatter
    subject: AssessmentSet

    @property
    def sorted_assessments(self) -> list[Assessment]:
        """Assessments sorted by country name."""
        return sorted(self.subject, key=lambda one: self.say.sorted_as(self.country_label(one.country)))

    def country_label(self, country: Country, limit: int = 40) -> str:
        """Return a country's name in the language, shortened to fit."""
        return shorten_name(get_country_name(country, self.say.language), limit)

    def missing_reason(self, country: Country) -> str:
        """Return why a country has no assessment."""
        return self.say("page.unusable" if country.alpha_2 in self.subject.unusable else "page.silent")

    def score_cell(self, score: Score | None) -> dict[str, object]:
        """Return shade, figure and text of a score.

        Shade 0 is an open range, -1 no figure.
        """
        if score is None:
            return {"shade": -1, "text": "·", "words": self.say("undefined.nobody_answered")}
        heat = self.marks.heat(score)
        shade = 0 if heat.open else heat.shade or -1
        return {"shade": shade, "text": heat.text, "words": self.marks.result(score)}

    def alt_text(self, node: Capacity) -> str:
        """Return the scores as text, for the alternative text."""
        return self.say.clauses(
            *(
                f"{self.country_label(one.country)} {self.marks.result(one.scores[node.id])}"
                for one in self.sorted_assessments
                if node.id in one.scores
            )
        )

    def legend(self, scores: Iterable[Score]) -> Iterator[str]:
        """Yield the meaning of each shade: "L3 Organised"."""
        for item in self.marks.key(scores):
            yield f"{item.code} {item.text}".strip()


def make_painter(subject: AssessmentSet, language: str) -> ScorePainter:
    """Return the painter of a set in a language."""
    say = get_translator(language)
    return ScorePainter(say=say, marks=ScoreFormatter(framework=subject.framework, say=say), subject=subject)


def plausible_range(score: Score | None) -> tuple[float | None, float | None]:
    """Return the ends of the plausible range, or None."""
    if score is None:
        return None, None
    if score.plausible is not None:
        return score.plausible.lowest, score.plausible.highest
    if score.interval is not None:
        return score.interval.lower, score.interval.upper
    return score.value, score.value


def confirmed_value(score: Score | None) -> float | None:
    """Return the confirmed figure, or None if it is open."""
    if score is None or score.plausible is None:
        return None if score is None else score.value
    return score.plausible.lowest if score.plausible.settled else None
