"""What charts draw of a score: the same shade, figure and words as the reports."""

from collections.abc import Iterable, Iterator

from attrs import frozen

from capbuild.model import Assessment, AssessmentSet, Capacity, Country, Score
from capbuild.reports.country_names import get_country_name, shorten_name
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.score_text import ScoreFormatter

__all__ = ["Drawer", "drawer", "ends", "point"]


@frozen(kw_only=True)
class Drawer:
    """Draws the scores of one set in one language.

    Attributes:
        say: The words.
        marks: Shades and figures.
        subject: The assessments.
    """

    say: Translator
    marks: ScoreFormatter
    subject: AssessmentSet

    @property
    def ordered(self) -> list[Assessment]:
        """The assessments in the alphabetical order of the countries' names."""
        return sorted(self.subject, key=lambda one: self.say.sorted_as(self.name(one.country)))

    def name(self, country: Country, limit: int = 40) -> str:
        """Return a country's name in the language, cut to what fits."""
        return shorten_name(get_country_name(country, self.say.language), limit)

    def absence(self, country: Country) -> str:
        """Return why a country has no assessment: it has not answered yet, or what it sent cannot be used."""
        return self.say("page.unusable" if country.alpha_2 in self.subject.unusable else "page.silent")

    def cell(self, score: Score | None) -> dict[str, object]:
        """Return shade, figure and words of a score; shade 0 is an open range, -1 no figure."""
        if score is None:
            return {"shade": -1, "text": "·", "words": self.say("undefined.nobody_answered")}
        heat = self.marks.heat(score)
        shade = 0 if heat.open else heat.shade or -1
        return {"shade": shade, "text": heat.text, "words": self.marks.result(score)}

    def spoken(self, node: Capacity) -> str:
        """Return "Barbados L3 Organised; Belize not verified, L1 to L3", for the text of a picture."""
        return self.say.clauses(
            *(
                f"{self.name(one.country)} {self.marks.result(one.scores[node.id])}"
                for one in self.ordered
                if node.id in one.scores
            )
        )

    def key(self, scores: Iterable[Score]) -> Iterator[str]:
        """Yield what each shade means: "L3 Organised"."""
        for item in self.marks.key(scores):
            yield f"{item.code} {item.text}".strip()


def drawer(subject: AssessmentSet, language: str) -> Drawer:
    """Return what draws a set in a language."""
    say = get_translator(language)
    return Drawer(say=say, marks=ScoreFormatter(framework=subject.framework, say=say), subject=subject)


def ends(score: Score | None) -> tuple[float | None, float | None]:
    """Return the ends of what is plausible, in the unit of the scale; None where nothing is known."""
    if score is None:
        return None, None
    if score.plausible is not None:
        return score.plausible.lowest, score.plausible.highest
    if score.interval is not None:
        return score.interval.lower, score.interval.upper
    return score.value, score.value


def point(score: Score | None) -> float | None:
    """Return what is confirmed; None where it is open."""
    if score is None or score.plausible is None:
        return None if score is None else score.value
    return score.plausible.lowest if score.plausible.settled else None
