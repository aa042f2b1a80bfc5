"""Countries judged by hand on five capacities with four criteria each."""

import datetime

from capbuild.model import (
    AssessmentSet,
    Basis,
    Capacity,
    Check,
    Country,
    Criterion,
    Finding,
    FindingStatus,
    Framework,
    Level,
    Method,
    Round,
    Scale,
    Source,
    Verdict,
)
from capbuild.scoring import assess

DAY = datetime.date(2016, 3, 31)
ROUND = Round(id="baseline", kind="baseline", title="Baseline", reference_date=DAY)
STEPS = {"2a": 2, "2b": 2, "3a": 3, "4a": 4}
AREAS = ("A", "B", "C", "E", "R")
PLACES = {
    code: Country(alpha_2=code, alpha_3=three, name=name)
    for code, three, name in (
        ("BB", "BRB", "Barbados"), ("JM", "JAM", "Jamaica"), ("PA", "PAN", "Panama"), ("LC", "LCA", "Saint Lucia"),
    )
}  # fmt: skip
VERDICTS = {"y": Verdict.YES, "p": Verdict.PARTLY, "n": Verdict.NO}


def make_framework(first: int = 1, *, partly: str = "") -> Framework:
    """Return five staircases.

    Args:
        first: Order of the lowest level.
        partly: What a staircase says of criteria that are partly met.
    """
    nodes = [
        Capacity(
            id=area,
            title=f"Area {area}",
            target=3,
            criteria=[
                Criterion(
                    id=f"{area}.{name}", step=step + first - 1, check=Check.OBSERVED, text=f"{area}.{name} is so.",
                    action=f"Make {area}.{name} so", implies=["B.2a"] if (area, name) == ("C", "3a") else (),
                )
                for name, step in STEPS.items()
            ],
        )
        for area in AREAS
    ]  # fmt: skip
    levels = [Level(code=f"L{n}", order=n, label=f"Level {n}") for n in range(first, first + 5)]
    return Framework(
        id="f", edition="1", title="F", scales=[Scale(id="levels", levels=levels)],
        roots=[Capacity(id="D", kind="dimension", title="Dimension", children=nodes)],
        methods={
            "indicator": Method(name="staircase", parameters={"partly": partly} if partly else {}),
            "dimension": Method(name="profile"),
        },
    )  # fmt: skip


FRAMEWORK = make_framework()


def judge(
    answers: dict[str, str], *, visit: bool = True, framework: Framework = FRAMEWORK, **extra: Finding
) -> AssessmentSet:
    """Assess countries from strings of answers.

    Args:
        answers: By alpha-2 code: for each capacity in turn four letters, `y`, `p`, `n` or `.` for not observed.
        visit: Whether answers were seen on a visit; told in a survey otherwise.
        framework: Framework with the criteria of `FRAMEWORK`.
        extra: Further findings, by any name.
    """
    kind = "visit" if visit else "survey"
    sources, findings = [], [*extra.values()]
    for code, letters in answers.items():
        place = PLACES[code]
        sources.append(Source(id=f"{kind}-{code}", kind=kind, title=kind, country=place, start=DAY))
        targets = [f"{area}.{name}" for area in AREAS for name in STEPS]
        for target, letter in zip(targets, letters.replace(" ", ""), strict=True):
            if letter in VERDICTS:
                findings.append(
                    Finding(
                        country=place, target=target, value=VERDICTS[letter], source=f"{kind}-{code}", as_of=DAY,
                        status=FindingStatus.CONFIRMED if visit else FindingStatus.REPORTED,
                        basis=Basis.SEEN if visit else Basis.TOLD,
                    )
                )  # fmt: skip
    known = {one.id for one in sources}
    for one in extra.values():
        if one.source not in known:
            sources.append(Source(id=one.source, kind="meeting", title="meeting", country=one.country, start=DAY))
            known.add(one.source)
    return assess(findings, framework, round=ROUND, sources=sources)
