"""Text of the page that lists frameworks.

Each has its structure, rule, licence and an example.
"""

from capbuild.frameworks import StructurePack, list_packs, load_pack

__all__ = ["frameworks_text"]

_HEAD = """# Frameworks

Frameworks shown by `capbuild framework list`, generated from the structure packs. A pack declares one edition of a
published framework: structure, family of rule, meaning of 0, raters, required evidence, and the licences of names
and texts. Names, numbers and rules are facts; texts of levels and questions stay with their owners and are in no pack.
Your own copy fills them in. `capbuild framework show NAME` prints the same.

[`police-cyber`](police-cyber.md), the framework that capbuild comes with, has texts of its own (CC-BY-4.0). Any other
is read [from your spreadsheet](../how-to/own-framework.md), or from a library of CISO Assistant, a catalog or a profile
of OSCAL, [as it is](../how-to/own-framework.md#a-library-of-ciso-assistant-or-a-catalog-of-oscal), with its licence.

| pack | framework | rule | nodes | 0 means | total | licence |
| --- | --- | --- | --- | --- | --- | --- |
{table}

A pack without nodes scores nothing (`CB026`) until your spreadsheet fills it in: `cb.read_framework("mine.xlsx",
like="cmm-2021")`, or `capbuild new framework mine.xlsx --like cmm-2021`. Levels, rule, rounding and licence are the
pack's; counts that differ from it are warnings, a rule of another family is an error (`CB027`). A pack with nodes is a
framework as any other: `framework = "spar 2.0"` in programme.toml, or `capbuild questionnaire csf`.

The examples below share this block. All answers and all names in their spreadsheets are invented.

```python
import datetime
from collections.abc import Mapping
from pathlib import Path

import capbuild as cb
from capbuild.frameworks import load_pack
from capbuild.model import Assessment, Basis, Finding, Framework, Round, RoundKind, Source, SourceKind, Verdict
from capbuild.scoring import assess

DAY = Round(id="2022", kind=RoundKind.BASELINE, title="2022", reference_date=datetime.date(2022, 12, 31))


def score(framework: Framework, answers: Mapping[str, Verdict | int]) -> Assessment:
    place = cb.country("Barbados")
    desk = Source(id="desk", kind=SourceKind.DESK, title="Desk review", country=place)
    found = [
        Finding(country=place, target=name, value=value, source="desk", basis=Basis.SEEN, evidence=["file"])
        for name, value in answers.items()
    ]
    return assess(found, framework, round=DAY, sources=[desk])[place]
```
"""
_FROM_FILE = '''Path("{file}.csv").write_text(
    """{rows}
""",
    encoding="utf-8",
)
framework = cb.read_framework("{file}.csv", like="{name}").require()
'''
#: Code of each pack and its output.
_EXAMPLES = {
    "spar-2": (
        'levels = {"C.4.1": 4, "C.4.2": 1, "C.4.3": 3, "C.4.4": 4, "C.4.5": 1}\n'
        'barbados = score(load_pack("spar-2").framework, levels)\n'
        'print(barbados["C.4.1"].value, barbados["C.4"].value)',
        "80.0 52.0",
    ),
    "jee-3": (
        'reviewed = score(load_pack("jee-3").framework, {"P1.1": 3, "P1.2": 2})\n'
        'print(reviewed["P1.1"].level, reviewed["P1"].value)',
        "3 None",
    ),
    "csf-2.0": (
        'profile = score(load_pack("csf-2.0").framework, {"GV.OC-01": 2})\n'
        'print(profile["GV.OC-01"].level, profile["GV"].value)',
        "2 None",
    ),
    "c2m2-2.1": (
        'workshop = score(load_pack("c2m2-2.1").framework, {"ASSET": 0, "THREAT": 2})\n'
        'print(workshop["ASSET"].level, workshop["THREAT"].level)',
        "0 2",
    ),
    "cmm-2021": (
        "Dimension,Factor,Aspect\nD1 Law,D1.1 Offences,Substance\n,,Procedure\n,D1.2 Courts,",
        'nation = score(framework, {"D1.1.1": 3, "D1.2": 1})\n'
        'print(framework.key, nation["D1.1.1"], nation["D1"].value)',
        "cmm 2021 3 Established None",
    ),
    "ncsi-3.0": (
        "Capacity,ID,Indicator,Points\nLaw,1.1,Offences,3\n,1.2,Procedure,2\nPeople,2.1,Training,1",
        'country = score(framework, {"1.1.1": Verdict.YES, "2.1.1": Verdict.NO})\n'
        'print(framework.key, country["total"].value)',
        "ncsi 3.0 50.0",
    ),
    "ncsi-2.0": (
        "Capacity,ID,Indicator,Points\nLaw,1.1,Offences,3\nPeople,2.1,Training,4",
        'country = score(framework, {"1.1.1": Verdict.YES})\nprint(framework.key, country["total"].value)',
        "ncsi 2.0 42.86",
    ),
    "gci-5": (
        "Pillar,ID,Indicator,Answers,Weight\nLegal,1.1,A law,Yes / No,12\n,1.2,A rule,Yes / No,8\n"
        "Technical,2.1,A team,Yes / No,20",
        'country = score(framework, {"1.1.1": Verdict.YES, "1.2.1": Verdict.NO, "2.1.1": Verdict.YES})\n'
        'total = country["total"].value or 0\n'
        "print(framework.key, total, next(band.code for band in framework.bands if total in band))",
        "gci 5 80.0 T3",
    ),
    "sim3-1": (
        "ID,Parameter,Target\nO-1,Mandate of the team,3\nO-2,Service hours,1",
        'team = score(framework, {"O-1": 0, "O-2": 2})\n'
        "print(framework.key, [(node.id, team[node.id].level, node.target) for node in framework.indicators])",
        "sim3 1 [('O-1', 0, 3), ('O-2', 2, 1)]",
    ),
    "sim3-2i": (
        "ID,Parameter,Target\nO-6,Words to the press,2",
        'team = score(framework, {"O-6": 1})\nprint(framework.key, team["O-6"].level)',
        "sim3 2i 1",
    ),
}


def frameworks_text() -> str:
    """Return the page."""
    packs = [load_pack(name) for name in list_packs()]
    table = "\n".join(_row(pack) for pack in packs)
    return _HEAD.replace("{table}", table) + "".join(map(_section, packs))


def _row(pack: StructurePack) -> str:
    nodes = ", ".join(f"{count} {kind}" for kind, count in pack.shape.items())
    nodes = nodes if pack.has_tree else f"{nodes + '; ' if nodes else ''}from your spreadsheet"
    total = "yes" if pack.total else "no"
    cells = (f"[`{pack.name}`](#{_anchor(pack)})", pack.title, pack.family, nodes, pack.zero, total, pack.licence)
    return f"| {' | '.join(cells)} |"


def _anchor(pack: StructurePack) -> str:
    return pack.name.replace(".", "-")


def _section(pack: StructurePack) -> str:
    facts = {
        "Rule": pack.rule,
        "Zero": " ".join(filter(None, (f"{pack.zero}.", pack.zero_note))),
        "Rated by": pack.rater,
        "Evidence": pack.evidence,
        "Licence of names": pack.names_licence,
        "Licence of texts": pack.texts_licence,
        "Source": pack.source,
        "Published": pack.published,
        "Not confirmed, left out": "; ".join(pack.unconfirmed),
    }
    listed = "\n".join(f"- {label}: {text}" for label, text in facts.items() if text)
    *rows, code, printed = _EXAMPLES[pack.name]
    made = "".join(_FROM_FILE.format(file=pack.id, rows=one, name=pack.name) for one in rows)
    block = f"```python\n{made}{code}\n```\n\nIt prints:\n\n```text\n{printed}\n```\n"
    return f"\n({_anchor(pack)})=\n\n## {pack.title} ({pack.key})\n\n{listed}\n\n{block}"
