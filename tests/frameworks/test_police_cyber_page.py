"""Figures of the page on police-cyber, counted again in the framework."""

import re
from pathlib import Path

from capbuild.frameworks import load_bundled

LINES = Path("docs/reference/police-cyber.md").read_text("utf-8").splitlines()
PAGE = " ".join(" ".join(LINES).split())


def test_the_page_counts_as_the_editions_do():
    first, second = load_bundled("police_cyber"), load_bundled("police_cyber", "2.0")
    known = {node.id for node in first.indicators}
    added = [node for node in second.indicators if node.id not in known and node.criteria]
    quantities = [node for node in second.indicators if node.id.startswith("QTY") and not node.is_rate]
    rates = [node for node in second.indicators if node.is_rate]
    articles = [node for node in second.indicators if node.id.startswith("LAW-")]
    for figures in (
        f"Edition 1.0 has {len(known)} indicators with {len(first.criteria)} criteria",
        f"adds {len(added)} indicators with {len(second.criteria) - len(first.criteria)} criteria",
        f"There are {len(quantities)} quantities",
        f"{len(rates)} rates are computed",
        f"({len(articles)} articles)",
        f"{len(second.roots)} {len(second.criteria)} {len(second.rules)}",
    ):
        assert figures in PAGE, figures


def test_every_old_criterion_is_in_the_new_edition_word_for_word():
    """The figures of the crosswalk."""
    first, second = load_bundled("police_cyber"), load_bundled("police_cyber", "2.0")
    same = [
        name
        for name, one in first.criteria.items()
        if (new := second.criteria.get(name)) is not None
        and (new.text.source, new.step) == (one.text.source, one.step)
        and second.owner(name).id == first.owner(name).id
    ]
    levels = [n for n in first.indicators if {c.id for c in n.criteria} == {c.id for c in second[n.id].criteria}]
    assert f"All {len(same)} criteria and all {len(levels)} levels of 1.0 are comparable" in PAGE


#: Indicators that edition 2.0 adds, and indicators of both editions, by the first words of a subject.
SUBJECTS = {
    "offences and powers": ("", "MAN-1"),
    "treaty status": ("MAN-4", ""),
    "strategy and governance": ("GOV-1", ""),
    "vetting and integrity": ("GOV-2", ""),
    "human rights": ("MAN-5", "MAN-3"),
    "prosecution": ("JUS-1", ""),
    "courts": ("JUS-2", ""),
    "fraud by digital": ("OPS-6", ""),
    "ransomware": ("OPS-7", ""),
    "child sexual": ("OPS-8", ""),
    "cryptocurrency": ("", "OPS-4"),
    "AI and synthetic": ("TEC-5", ""),
    "joint teams": ("COO-6", ""),
    "critical infrastructure": ("COO-7", ""),
    "companies and regional": ("COO-8", ""),
    "laboratory": ("", "TEC-2 TEC-3"),
    "staff, money": ("", "TRA-1 INF-3"),
    "reports, cases": ("", "OPS-5"),
    "contact point": ("", "COO-1 COO-2"),
}


def test_subjects_have_the_criteria_of_both_editions():
    """A subject of 2.0 has what 1.0 asked, and the indicators that it adds; each added one is of one subject."""
    first, second = load_bundled("police_cyber"), load_bundled("police_cyber", "2.0")
    table = [line.strip("| ").split(" | ") for line in LINES if line.startswith("| ") and line.count(" | ") == 3]
    rows = {
        cells[0]: [int(re.match(r"\d+", cell)[0]) for cell in cells[2:]]
        for cells in table
        if cells[2][0].isdigit() and cells[2] != "1.0"
    }
    for begin, (added, whole) in SUBJECTS.items():
        (found,) = [figures for subject, figures in rows.items() if subject.startswith(begin)]
        assert found[1] - found[0] == sum(len(second[name].criteria) for name in added.split()), begin
        if whole:
            assert found[0] == sum(len(first[name].criteria) for name in whole.split()), begin
    assert len(rows) == len(SUBJECTS)
    known = {node.id for node in first.indicators}
    new = [node.id for node in second.indicators if node.criteria and node.id not in known]
    assert sorted(new) == sorted(name for added, _ in SUBJECTS.values() for name in added.split())
