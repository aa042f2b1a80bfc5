"""Pages about indicators that are judged as a whole speak of no criteria, in any language."""

import datetime
import re

import pytest

import capbuild as cb
from capbuild.model import (
    Audience,
    Capacity,
    Country,
    Finding,
    Framework,
    Level,
    Missing,
    Recipe,
    Round,
    Scale,
    Source,
    TargetProfile,
)
from capbuild.plugins import RenderContext
from capbuild.reports import build
from capbuild.reports.i18n import get_translator
from capbuild.reports.markdown import write_markdown
from capbuild.scoring import assess

LANGUAGES = ("en", "es", "fr", "nl", "pt")
CRITERION = re.compile(r"criteri|critère", re.IGNORECASE)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Four countries with two assessors each, levels with and without evidence, and one level that is not known."""
    tmp_path = tmp_path_factory.mktemp("judged")
    model = "ID,Factor,Level 1,Level 2,Level 3,Level 4\nA,Coast,w,x,y,z\nB,Gate,w,x,y,z\n"
    (tmp_path / "model.csv").write_text(model, "utf-8")
    draft = cb.read_framework(tmp_path / "model.csv")
    folder = tmp_path / "p"
    cb.new_programme(folder, draft)
    rules = '[judgement]\nagreement = "median"\nevidence_from = 3\nmax_spread = 1\n'
    next((folder / "frameworks").glob("*.toml")).write_text(f"{draft.to_toml()}\n{rules}", "utf-8")
    rows = [
        f"{country},{name},{who},{level},{'seen' if who == 'lead' and level > 3 else ''}"
        for place, country in enumerate(("Jamaica", "Belize", "Haiti", "Barbados"))
        for name, level in (("A", 4 - place % 2), ("B", 2))
        for who in ("lead", "expert")
        if (country, name) != ("Haiti", "B")
    ]
    (folder / "returns" / "r.csv").write_text(
        "\n".join(["country,indicator,assessor,level,evidence", *rows, ""]), "utf-8"
    )
    with (folder / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[reports]\nformats = ["md"]\nlanguages = {list(LANGUAGES)}\n'.replace("'", '"'))
    return cb.open_workspace(folder)


def test_no_page_about_judged_indicators_speaks_of_criteria(workspace):
    done = cb.run(workspace)
    pages = {name: (done.out / name).read_text("utf-8") for name in done.files if name.endswith(".md")}
    assert len(pages) >= 2 * len(LANGUAGES)
    found = {name: [line for line in text.splitlines() if CRITERION.search(line)] for name, text in pages.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_levels_stand_by_their_code_wherever_they_are_printed(workspace):
    """Answers of assessors in the evidence, what was found in steps, and the target of a level that nobody gave."""
    baseline, dossier = workspace.assess("baseline"), workspace.dossier("baseline")
    made = {
        kind: cb.render(baseline, "md", kind=kind, country="Haiti", programme=workspace.programme, dossier=dossier)
        for kind in ("evidence", "profile", "brief-country")
    }
    rows = [line.split(" | ") for line in made["evidence"].splitlines() if line.startswith("|")]
    answers = [cell for row in rows for cell in row if re.fullmatch(r"L?[1-4]", cell.strip("| "))]
    assert len(answers) >= 2
    assert all(cell.strip("| ").startswith("L") for cell in answers)
    (targets,) = [line for line in made["brief-country"].splitlines() if line.startswith("| Target")]
    assert re.findall(r"L?\d", targets) == ["L3", "L3"]


CASES = {"A": (2, 2), "B": (3, 4), "C": (1, 3), "D": (Missing.DONT_KNOW,), "E": (Missing.NOT_APPLICABLE,), "F": ()}
NAMES = {"en": "Jamaica", "es": "Jamaica", "fr": "Jamaïque", "nl": "Jamaica", "pt": "Jamaica"}
SHOWN = {"A": "L2", "B": "3–4", "C": "1–3", "D": "·", "E": "–", "F": "·"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_ranges_gaps_and_what_does_not_apply_are_told_apart(language):
    """Two returns of one country; the target is L3 throughout."""
    levels = [Level(code=f"L{n}", order=n, label=f"Level {n}") for n in range(1, 5)]
    roots = [Capacity(id=name, title=f"Indicator {name}") for name in CASES]
    framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="s", levels=levels)], roots=roots)
    place = Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")
    assessed = assess(
        [
            Finding(country=place, target=name, value=value, source=f"return-{number}")
            for name, values in CASES.items()
            for number, value in enumerate(values)
        ],
        framework,
        Recipe(replications=0),
        round=Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2026, 3, 31)),
        sources=[Source(id=f"return-{n}", kind="survey", title="Return", country=place) for n in (0, 1)],
        targets=TargetProfile(id="t", title="T", targets=dict.fromkeys(CASES, 3)),
    )
    met = {name: assessed[place][name].target_met for name in CASES}
    assert met == {"A": False, "B": True, "C": None, "D": None, "E": None, "F": None}
    pages = {
        kind: RenderContext(
            audience=Audience.TEAM, language=language, kind=kind, country=None if kind == "regional" else place
        )
        for kind in ("brief-country", "profile", "regional")
    }
    brief = build(assessed, pages["brief-country"])
    strip = next(figure for figure in brief.figures if figure.id == "strip")
    levels_row, targets_row = strip.rows
    assert [item.code for item in strip.key][-3:] == ["1–3", "·", "–"]
    assert [cell.text for cell in levels_row.cells[1:]] == list(SHOWN.values())
    assert [cell.open for cell in levels_row.cells[1:]] == [shown in ("3–4", "1–3", "·") for shown in SHOWN.values()]
    assert [cell.text for cell in targets_row.cells[1:]] == ["L3"] * len(CASES)
    t = get_translator(language, framework)
    said = {"settled": 1, "areas": 5, "reached": sum(met[name] is True for name in CASES), "count": 4}
    assert t("message.unsettled", country=NAMES[language], **said) in "".join(
        write_markdown(assessed, pages["brief-country"], None)
    )
    missing = next(figure for figure in build(assessed, pages["regional"]).figures if figure.id == "missing")
    assert [column.id for column in missing.columns] == ["country", "survey", "not_verified", "conflicts"]
    (row,) = missing.rows
    assert row.cells[2].text == "4"
    sources = next(figure for figure in build(assessed, pages["profile"]).figures if figure.id == "sources")
    used = [row.cells[-1].text for row in sources.rows]
    assert used == [t("level.open", low=low, high=high) for low, high in (("L3", "L4"), ("L1", "L3"))]
