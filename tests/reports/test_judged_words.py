"""Pages about indicators that are judged as a whole speak of no criteria, in any language."""

import re

import pytest

import capbuild as cb

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
