"""Countries as a programme writes them: its own spellings, codes of organisations, names it shows."""

from types import SimpleNamespace

from capbuild.countries import CodeList, match_countries
from capbuild.plugins import Host, hookimpl
from capbuild.workspace import open_workspace


def heard(folder, host=None):
    workspace = open_workspace(folder, host=host or Host(discover=False))
    return [assessment.country.alpha_2 for assessment in workspace.assess("baseline")]


def add(folder, name, text):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_a_table_corrected_by_hand_is_used_again(folder):
    found = match_countries(["Jamaica", "Yard"])
    assert len(found.refusals) == 1
    table = found.to_csv()
    head, *rows = table.splitlines()
    place = head.split(",").index("code")
    corrected = [",".join("JM" if i == place else c for i, c in enumerate(r.split(","))) for r in rows if "Yard" in r]
    add(folder, "countries/spellings.csv", "\n".join([head, *corrected]))
    add(folder, "returns/jm.csv", "country,TEC-2.2a\nYard,yes\n")
    assert heard(folder) == ["JM"]


def test_codes_of_an_organisation_are_used_where_a_file_says_so(folder):
    add(folder, "countries/office.csv", "code,country\nCAR-1,JM\nCAR-2,BZ\n")
    add(folder, "returns/jm.csv", "country,TEC-2.2a\nCAR-2,yes\n")
    assert heard(folder) == []
    with (folder / "programme.toml").open("a", encoding="utf-8") as stream:
        stream.write('[read."returns/*"]\ncodes = "office"\n')
    assert heard(folder) == ["BZ"]


def test_a_plugin_may_bring_codes(folder):
    codes = CodeList(id="own", codes={"J": "JM"})
    plugin = SimpleNamespace(register_code_lists=hookimpl(lambda: [codes]))
    host = Host(plugins={"mine": plugin}, discover=False)
    assert {"own", "fifa"} <= set(host.code_lists)
    add(folder, "returns/jm.csv", "country,TEC-2.2a\nJ,yes\n")
    with (folder / "programme.toml").open("a", encoding="utf-8") as stream:
        stream.write('[read."returns/*"]\ncodes = "own"\n')
    assert heard(folder, host) == ["JM"]


def test_tables_and_languages_that_do_not_fit_are_told(folder):
    add(folder, "countries/office.csv", "kod,land\nCAR-1,JM\n")
    text = (
        (folder / "programme.toml").read_text("utf-8").replace('title = "Small"', 'title = "Small"\nlanguages = ["zq"]')
    )
    add(folder, "programme.toml", text)
    told = {(issue.code, str(issue.origin)) for issue in open_workspace(folder).validate()}
    assert {("CB603", "countries/office.csv"), ("CB602", "programme.toml:5 programme.languages")} <= told


def test_a_programme_shows_its_own_names(folder):
    text = (
        (folder / "programme.toml")
        .read_text("utf-8")
        .replace('country = "Belize"', 'country = "BZ"\nname = "Belize (B.)"')
    )
    add(folder, "programme.toml", text)
    workspace = open_workspace(folder)
    assert [str(c) for c in workspace.programme.countries] == ["Jamaica", "Belize (B.)"]
    assert workspace.assess("baseline").silent[0].name == "Belize (B.)"
