"""What a user of the public face writes, for type checkers: it is checked, never run."""

from pathlib import Path

import capbuild as cb
from capbuild.model import Gap
from capbuild.model.score import ScoreExplanation
from capbuild.reports import Explanation


def reads() -> None:
    reading: cb.Survey = cb.read(Path("a.csv"), options={"delimiter": ";"})
    for response in reading.responses:
        country: cb.Country | None = response.country
        print(country, response.answers)
    reading.issues.raise_if("error")


def scores() -> None:
    programme = cb.open_workspace("examples/americas-2015")
    baseline: cb.AssessmentSet = programme.assess("baseline")
    assessment: cb.Assessment = baseline["Jamaica"]
    score: cb.Score = assessment["TEC-2"]
    level: int | None = score.level
    steps: list[str] = [step.heading for step in score.explain().steps]
    print(level, score.coverage.ratio, score.explain().rule, steps)
    first: Gap = cb.gaps(assessment).filter(dimension="TEC")[0]
    print(first.size, cb.gaps(baseline).to_polars().height)
    text: str | bytes = cb.render(baseline, "html", language="es")
    print(text)


def explains(explanation: Explanation) -> ScoreExplanation:
    return explanation


def builds() -> None:
    place = cb.Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
    criterion = cb.Criterion(id="a", step=2, text="A.")
    node = cb.Capacity(id="A", title={"en": "A", "es": "A"}, criteria=[criterion])
    print(place, node, cb.Missing.DONT_KNOW.in_denominator, cb.Money(5, "CAD"))
    print(cb.dumps(place), cb.loads(cb.dumps(place)))
