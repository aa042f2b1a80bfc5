"""`validate` and `run` agree on a damaged folder, nobody sees a traceback, and every problem has its place and cure."""

import logging

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from capbuild.plugins import Host
from capbuild.workspace import open_workspace, run
from capbuild.workspace.runs.run_record import compute_exit_code
from tests.workspace.damaging import damages, small_example

pytestmark = pytest.mark.usefixtures("unchanged_folders_scored_once")
#: Built-in plugins only.
BUILT_IN = Host(discover=False)
#: Codes of issues that are about a whole file: it cannot be opened, is not what its name says, or is mapped by wording.
WHOLE = {"CB101", "CB103", "CB104", "CB106", "CB111", "CB117", "CB119", "CB211", "CB603", "CB604", "CB607", "SHEET1"}


class Damages(tuple):
    """Many damages, whose contents no failing test prints."""

    __slots__ = ()

    def __repr__(self):
        return f"{len(self)} damages"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The example with two countries, with nothing wrong in it, and what can be done to it."""
    folder = small_example(tmp_path_factory.mktemp("damaged") / "small")
    every = damages(folder)
    assert {damage.file for damage in every} >= {"programme.toml", "results.toml", "training/deliveries.csv"}
    return folder, Damages(every), frozenset(map(str, open_workspace(folder).validate()))


def checked(folder, host=None):
    """Return what is wrong with a folder, after it was found to be the same for `validate` and `run`."""
    foreseen = open_workspace(folder, host=host)
    issues = foreseen.validate()
    status = compute_exit_code(issues, usable=foreseen.usable)
    done = run(open_workspace(folder, host=host), fresh=True)
    assert sorted(map(str, done.issues)) == sorted(map(str, issues))
    assert done.exit_code == status
    for issue in issues:
        assert issue.code != "CB609", f"a fault of the software: {issue}"
        if issue.severity != "note":
            assert issue.remedy, issue
            assert issue.origin is not None, issue
            assert issue.origin.row is not None or issue.code in WHOLE, issue
    return issues, done


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 1 << 16))
def test_one_damage_to_the_example(example, number):
    folder, every, before = example
    damage = every[number % len(every)]
    path = folder / damage.file
    whole = path.read_bytes()
    path.unlink() if damage.content is None else path.write_bytes(damage.content)
    logging.disable(logging.CRITICAL)
    try:
        issues, _ = checked(folder)
    finally:
        logging.disable(logging.NOTSET)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(whole)
    here = [issue for issue in issues if issue.origin is not None and issue.origin.file == damage.file]
    new = [issue for issue in here if str(issue) not in before]
    note(f"{damage!r}: {[str(issue) for issue in new]}")
    if damage.told:
        assert any(issue.severity == "error" for issue in new), damage
        assert damage.line is None or any(issue.origin.row == damage.line for issue in new), damage


POINTS = """
[framework]
id = "own"
edition = "1"
title = "Own"
[[scales]]
id = "s"
kind = "{kind}"
{levels}
[methods]
indicator = "{method}"
{wrong}
[[nodes]]
id = "A"
title = "A"
kind = "part"
[[nodes]]
id = "A1"
parent = "A"
title = "A1"
criteria = [
    {{ id = "a", step = {step}, text = "a", points = {points} }},
    {{ id = "b", step = 2, text = "b" }},
]
"""
PROGRAMME = """
[programme]
id = "one"
title = "One country"
framework = "{framework}"
invented = {invented}
[[rounds]]
id = "baseline"
kind = "{kind}"
reference_date = {day}
[[participants]]
country = "Senegal"
[targets]
default = {target}
[reports]
formats = ["md"]
{extra}
"""
SCALES = (
    {"kind": "points", "levels": "", "method": "points"},
    {"kind": "ordinal", "levels": 'levels = [{ label = "L" }, { label = "H" }]', "method": "staircase"},
    {"kind": "ordinal", "levels": 'levels = [{ code = "L1" }]', "method": "staircase"},
    {"kind": "pints", "levels": "", "method": "points"},
)
EXTRAS = (
    *("", "[audiences]\ncountry = 'TLP:AMBER'", "[audiences]\nteam = 'TLP:PINK'", "[audiences]\nminimum_n = 'three'"),
    *("[recipe]\nallow_partial = 'two'", "[recipe]\nreconciliation = 'best'", "[plan]\nbudget = 1000", "surprise = 1"),
    *("[read.'returns/*']\nanswers = { sim = '' }", "[read.'returns/*']\nanswers = { sim = 'sure' }"),
    *("[read.'returns/*']\nround = 'other'", "[read.'returns/*']\nlanguage = 'zz'", "[markings]\nSecret = 'red'"),
    *("[[consents]]\ncountry = 'Senegal'", "[[phases]]\nid = 'p'\nstart = 2026-01-01", "[[rounds]]\nid = 'x'"),
)
CELLS = ("yes", "no", "ndiyo", "", "12", "don't know", "Hapana", "=1", "é" * 400)
RETURNS = st.sampled_from(
    ("country,a,b\nSenegal,{},{}\n", "país,q1,q2\nSénégal,{},{}\n", "a;b\n{};{}\n", "country,a\n{},{}\n")
)
TABLES = {
    "training/deliveries.csv": "delivery,activity,start\nD1,{},{}\n",
    "training/enrolments.csv": "participant,delivery,country,status\nP-1,{},Senegal,{}\n",
    "budget.csv": "line,title,planned,spent\nL,Line,{},{}\n",
    "collecting/register.csv": "country,round,sent,received,file\nSenegal,{},2026-01-01,{},returns/sn.csv\n",
    "reviews/states.csv": "country,round,state,date\nSenegal,baseline,{},{}\n",
    "results.toml": "[[results]]\nid = '{}'\nkind = 'output'\ntitle = 'R'\ncontributes_to = '{}'\n",
    "meetings/meetings.toml": "[[meetings]]\nid = '{}'\nround = '{}'\nfindings = 'm.csv'\n",
    "mappings/m.csv": "question,target,answers\nq1,{},{}\n",
}
WORDS = ("A01", "D1", "baseline", "2026-02-01", "30/06/2026", "100", "-1", "many", "sent", "a", "x=yes", "x=sure", "")


@st.composite
def folders(draw):
    """Return the files of a folder with one country, right and wrong."""

    def pick(right, *wrong):
        """Return what is right, and now and then what is not."""
        return draw(st.sampled_from(wrong)) if wrong and draw(st.integers(0, 9)) == 0 else right

    framework = POINTS.format(
        **pick(draw(st.sampled_from(SCALES[:2])), *SCALES[2:]),
        wrong=pick("", 'indicater = "points"', 'part = "nonsense"', 'part = "points"'),
        step=pick("1", "7", '"1"'),
        points=pick("2.5", '"3"', "-1"),
    )
    programme = PROGRAMME.format(
        framework=pick("own 1", "own 2", "police-cyber 1.0"),
        invented=pick("false", '"no"'),
        kind=pick("baseline", "basline"),
        day=pick("2026-06-30", '"30/06/2026"', "2026"),
        target=pick("2", "7", '"2"'),
        extra=draw(st.sampled_from(EXTRAS)),
    )
    files = {"frameworks/own.toml": framework, "programme.toml": programme}
    cells = st.sampled_from(CELLS)
    files["returns/sn.csv"] = draw(RETURNS).format(draw(cells), draw(cells))
    for name in draw(st.lists(st.sampled_from(sorted(TABLES)), max_size=3, unique=True)):
        files[name] = TABLES[name].format(draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS)))
    return files


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=folders())
def test_folders_of_one_country(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("one")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    logging.disable(logging.CRITICAL)
    try:
        issues, done = checked(folder, BUILT_IN)
    finally:
        logging.disable(logging.NOTSET)
    note([str(issue) for issue in issues])
    left_out = any("left out" in issue.message for issue in issues)
    assert ("baseline.md" in done.files) is (done.written and not left_out)
