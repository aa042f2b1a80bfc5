"""Pages about indicators that are judged as a whole speak of no criteria, in any language."""

import re

import capbuild as cb

LANGUAGES = ("en", "es", "fr", "nl", "pt")
CRITERION = re.compile(r"criteri|critère", re.IGNORECASE)


def test_no_page_about_judged_indicators_speaks_of_criteria(tmp_path):
    """Four countries with two assessors each, levels with and without evidence, and one level that is not known."""
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
    done = cb.run(cb.open_workspace(folder))
    pages = {name: (done.out / name).read_text("utf-8") for name in done.files if name.endswith(".md")}
    assert len(pages) >= 2 * len(LANGUAGES)
    found = {name: [line for line in text.splitlines() if CRITERION.search(line)] for name, text in pages.items()}
    assert {name: lines for name, lines in found.items() if lines} == {}
