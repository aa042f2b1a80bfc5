"""The outputs of a run: each report built once for all its writers, every format and language, the same bytes."""

from collections import Counter

import pytest

from capbuild.reports import builder
from capbuild.workspace import open_workspace, run

FORMATS = (
    "html",
    "pdf",
    "docx",
    "xlsx",
    "md",
    "csv",
    "json",
    "sqlite",
    "parquet",
    "arrow",
    "sdmx-csv",
    "sdmx-ml",
    "iati",
)


@pytest.fixture
def told(folder):
    """The small programme, asked for all formats and two languages."""
    path = folder / "programme.toml"
    listed = ", ".join(f'"{name}"' for name in FORMATS)
    organisation = '[[organisations]]\nid = "X"\nname = "X"\nroles = ["implementing", "funding"]\nreference = "XM-X"\n'
    phase = '[[phases]]\nid = "p"\ntitle = "P"\nstart = 2016-01-01\nend = 2016-12-31\n'
    reports = f'[reports]\nformats = [{listed}]\nlanguages = ["en", "nl"]\n'
    text = path.read_text().replace('id = "small"', 'id = "small"\nlanguages = ["en", "nl"]')
    path.write_text(f"{text}\n{organisation}{phase}{reports}", encoding="utf-8")
    return folder


def test_every_format_comes_in_its_languages(told):
    files = set(run(open_workspace(told)).files)
    for suffix in ("html", "pdf", "docx", "xlsx", "md"):
        assert {f"baseline.{suffix}", f"baseline-nl.{suffix}"} <= files
    assert {"baseline.json", "baseline.sqlite", "baseline.xml"} <= files
    assert {"baseline-csv/scores.csv", "baseline.parquet/scores.parquet", "baseline.arrow/scores.arrow"} <= files
    assert not [
        name for name in files if name.startswith(("baseline-nl.json", "baseline-nl.parquet", "baseline-nl-csv"))
    ]


def test_a_report_is_built_once_for_all_its_writers(told, monkeypatch):
    built = Counter()
    make = builder._build_kind

    def counted(subject, context, kind):
        built[context.language, kind, context.country] += 1
        return make(subject, context, kind)

    monkeypatch.setattr(builder, "_build_kind", counted)
    run(open_workspace(told))
    assert built["en", "regional", ""] == built["nl", "regional", ""] == 1
    assert set(built.values()) == {1}


def test_a_second_run_of_everything_makes_the_same_bytes(told):
    first = run(open_workspace(told))
    made = {name: (told / "out" / name).read_bytes() for name in first.files}
    second = run(open_workspace(told), fresh=True)
    assert {name: (told / "out" / name).read_bytes() for name in second.files} == made


def add_round(folder, name):
    with (folder / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[[rounds]]\nid = "{name}"\nkind = "endline"\nreference_date = 2017-11-30\n')
    return open_workspace(folder)


@pytest.mark.parametrize("name", ["../x", "a/b", "a\\u202eb", "a:b", "x.", " ", "BASELINE", "CON", "nul.x", "com¹"])
def test_a_round_is_named_as_files_can_be(folder, name):
    (one,) = [one for one in add_round(folder, name).validate() if one.code == "CB602"]
    assert str(one.origin).endswith("].id")


@pytest.mark.parametrize("name", ["baseline-brief", "BASELINE-Brief"])
def test_no_output_of_a_round_replaces_that_of_another(folder, name):
    before = {path.name: path.read_bytes() for path in run(open_workspace(folder)).out.glob("baseline*.html")}
    workspace = add_round(folder, name)
    assert {"baseline.html", "baseline-brief.html"} <= before.keys()
    assert f"{name}.html is left out" in " ".join(one.message for one in workspace.validate())
    after = {path.name: path.read_bytes() for path in run(workspace).out.glob("baseline*.html")}
    assert b"<title>Needs brief" in after["baseline-brief.html"]
