"""Two editions with other rules for judged levels: a move that the rules make is no progress."""

import datetime
from pathlib import Path

from attrs import evolve

import capbuild as cb
from capbuild.model import (
    AgreementRule,
    AssessmentSet,
    ChangeCause,
    Evidence,
    EvidenceKind,
    Finding,
    Framework,
    JudgementRules,
    Round,
    RoundKind,
    Source,
    SourceKind,
)

CSV = "ID,Indicator,Level 1,Level 2,Level 3,Level 4\nA,Law,none,some,all,best\nB,Team,nobody,one,two,three\n"
TOGO = cb.country("Togo")


def _round(framework: Framework, name: str, year: int, levels: dict[str, int], cited: str = "") -> AssessmentSet:
    source = Source(id=name, kind=SourceKind.DESK, title=name, country=TOGO)
    evidence = [Evidence(id="e", kind=EvidenceKind.DOCUMENT, title="Act of 2025")]
    findings = [
        Finding(country=TOGO, target=target, value=level, source=name, evidence=["e"] if target == cited else [])
        for target, level in levels.items()
    ]
    own = Round(id=name, kind=RoundKind.BASELINE, title=name, reference_date=datetime.date(year, 1, 1))
    return cb.assess(findings, framework, round=own, sources=[source], evidence={TOGO: evidence})


def test_a_rise_that_only_the_rules_of_a_new_edition_make_is_not_capacity(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text(CSV, encoding="utf-8")
    rules = JudgementRules(agreement=AgreementRule.MEDIAN, evidence_from=3)
    old = evolve(cb.read_framework(path).require(), judgement=rules)
    new = evolve(old, edition="2", judgement=JudgementRules())
    # A: L4 without evidence is L2 by the first edition and L4 by the second. B: L1, then L3 with evidence, by both.
    before, after = _round(old, "first", 2024, {"A": 4, "B": 1}), _round(new, "second", 2026, {"A": 4, "B": 3}, "B")
    change = cb.compare(before, after, crosswalk=cb.draft_crosswalk(old, new))
    found = {one.capacity: (one.causes, one.reliable) for one in change.capacities}
    assert found == {"A": ((ChangeCause.METHOD,), False), "B": ((ChangeCause.CAPACITY,), True)}
    assert change.counts().risen == 1
