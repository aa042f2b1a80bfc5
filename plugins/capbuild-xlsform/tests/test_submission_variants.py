"""Two submissions to one form, in every export that servers make of them, are the same answers."""

import csv
import datetime
import io
import json
import zipfile
from xml.sax.saxutils import escape

import pytest
from pyxform.xls2xform import convert

from capbuild.model import GeoPoint, Missing

FORM = {
    "survey": """
type                     | name     | label
text                     | said     | What is said
select_one yn            | agree    | Agreed on it
select_one yn or_other   | also     | Anything more
select_multiple tools    | tools    | Which tools
rank tools               | order    | In what order
geopoint                 | place    | At which place
image                    | picture  | A picture
acknowledge              | seen     | Seen by all
begin group              | lab      | The laboratory
integer                  | staff    | How many staff
begin group              | inner    | More of it
date                     | day      | Which day
dateTime                 | moment   | Which moment
end group                |          |
begin repeat             | unit     | The unit
text                     | called   | What it is called
select_multiple tools    | has      | What it has
begin repeat             | post     | The post
integer                  | grade    | What grade
geopoint                 | site     | At which site
end repeat               |          |
end repeat               |          |
end group                |          |
begin repeat             | visit    | The visit
date                     | on       | On which day
end repeat               |          |
""",
    "choices": """
list_name | name | label
yn        | a    | Yes it is
yn        | b    | No
tools     | lap  | Lap top
tools     | ph   | Phone
tools     | c3   | Camera
""",
    "settings": "form_id | version\nvisits | 3",
}
FIRST = {
    "said": 'hello, "you"\nthere', "agree": "a", "also": "other", "also_other": "mine", "tools": "lap c3",
    "order": "ph lap c3", "place": "12.5 -61.25 3 4.5", "picture": "p.jpg", "seen": "OK",
    "lab": {
        "staff": "3",
        "inner": {"day": "2016-02-03", "moment": "2016-02-03T10:20:00.000-05:00"},
        "unit": [
            {"called": "A", "has": "ph", "post": [{"grade": "1", "site": "1 2 0 0"}, {"grade": "2", "site": ""}]},
            {"called": "B", "has": "", "post": []},
            {"called": "C", "has": "lap ph", "post": [{"grade": "7", "site": "3 4 0 0"}]},
        ],
    },
    "visit": [{"on": "2016-01-01"}],
}  # fmt: skip
SECOND = {
    "said": "", "agree": "b", "also": "a", "also_other": "", "tools": "", "order": "", "place": "", "picture": "",
    "seen": "",
    "lab": {
        "staff": "0",
        "inner": {"day": "", "moment": ""},
        "unit": [{"called": "D", "has": "c3", "post": [{"grade": "0", "site": ""}]}],
    },
    "visit": [],
}  # fmt: skip
BOTH = (FIRST, SECOND)
ZONE = datetime.timezone(datetime.timedelta(hours=-5))
#: Counted by hand from the two above: (time in the repeat, value) of each question that has a value.
WANTED = (
    {
        "said": [(0, 'hello, "you"\nthere')], "agree": [(0, "a")], "also": [(0, "other")], "also_other": [(0, "mine")],
        "tools": [(0, ("lap", "c3"))], "order": [(0, ("ph", "lap", "c3"))],
        "place": [(0, GeoPoint(12.5, -61.25, 3.0, 4.5))], "picture": [(0, "p.jpg")], "seen": [(0, True)],
        "staff": [(0, 3)], "day": [(0, datetime.date(2016, 2, 3))],
        "moment": [(0, datetime.datetime(2016, 2, 3, 10, 20, tzinfo=ZONE))],
        "called": [(1, "A"), (2, "B"), (3, "C")], "has": [(1, ("ph",)), (3, ("lap", "ph"))],
        "grade": [(1, 1), (2, 2), (3, 7)],
        "site": [(1, GeoPoint(1.0, 2.0, 0.0, 0.0)), (3, GeoPoint(3.0, 4.0, 0.0, 0.0))],
        "on": [(1, datetime.date(2016, 1, 1))],
    },
    {
        "agree": [(0, "b")], "also": [(0, "a")], "staff": [(0, 0)], "called": [(1, "D")], "has": [(1, ("c3",))],
        "grade": [(1, 0)],
    },
)  # fmt: skip
LEAVES = (*(name for name in FIRST if name not in ("lab", "visit")), "lab/staff", "lab/inner/day", "lab/inner/moment")
PARTS = ("latitude", "longitude", "altitude", "precision")
IN_REPEATS = ("called", "has", "grade", "site", "on")
TOOLS = ("lap", "ph", "c3")
LABELS = {"other": "Other"}
for _sheet, _at in (("survey", 1), ("choices", 1)):
    for _line in FORM[_sheet].strip().splitlines()[1:]:
        _cells = [cell.strip() for cell in _line.split("|")]
        LABELS[_cells[_at]] = _cells[2]
LABELS["also_other"] = "Specify other."


def value_at(submission, path):
    for step in path.split("/"):
        submission = submission[step]
    return submission


def as_csv(rows, delimiter=","):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def packed(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def instance(number):
    def element(name, value):
        if isinstance(value, list):
            return "".join(element(name, part) for part in value)
        inner = "".join(element(*pair) for pair in value.items()) if isinstance(value, dict) else escape(value)
        return f"<{name}>{inner}</{name}>"

    body = "".join(element(*pair) for pair in BOTH[number].items())
    meta = f"<orx:meta><orx:instanceID>uuid:u-{number + 1}</orx:instanceID></orx:meta>"
    return f'<data xmlns:orx="http://openrosa.org/xforms" id="visits" version="3">{body}{meta}</data>'


def kobo(number):
    """As the API of KoboToolbox has it: whole paths as keys, blanks left out."""

    def walk(part, lead):
        for name, value in part.items():
            if isinstance(value, dict):
                yield from walk(value, f"{lead}{name}/")
            elif isinstance(value, list) and value:
                yield f"{lead}{name}", [dict(walk(time, f"{lead}{name}/")) for time in value]
            elif value:
                yield f"{lead}{name}", value

    place = [float(part) for part in BOTH[number]["place"].split()[:2]] or [None, None]
    return {
        "_id": 100 + number, "__version__": "3", **dict(walk(BOTH[number], "")),
        "meta/instanceID": f"uuid:u-{number + 1}", "_xform_id_string": "visits", "_uuid": f"u-{number + 1}",
        "_attachments": [{"filename": "a/p.jpg", "download_url": "https://x/p.jpg"}] if number == 0 else [],
        "_geolocation": place, "_submission_time": f"2016-03-0{number + 3}T01:02:03", "_tags": [],
    }  # fmt: skip


def central(number):
    """As the feed of ODK Central has it: objects in objects, typed values, places as GeoJSON."""

    def place(text):
        parts = [float(part) for part in text.split()]
        at = [parts[1], parts[0], parts[2]] if parts else []
        return {"type": "Point", "coordinates": at, "properties": {"accuracy": parts[3]}} if parts else None

    def walk(part):
        made = {}
        for name, value in part.items():
            if isinstance(value, dict):
                made[name] = walk(value)
            elif isinstance(value, list):
                made[name] = [{"__id": f"{name}{at}", **walk(time)} for at, time in enumerate(value)]
                made[f"{name}@odata.navigationLink"] = "Submissions"
            else:
                typed = {"place": place, "site": place, "staff": int, "grade": int}.get(name, str)
                made[name] = typed(value) if value else None
        return made

    key = f"uuid:u-{number + 1}"
    system = {"submissionDate": f"2016-03-0{number + 3}T01:02:03.000Z", "formVersion": "3", "submitterName": "Bob"}
    return {"__id": key, "__system": system, "meta": {"instanceID": key}, **walk(BOTH[number])}


class Sheets:
    """As KoboToolbox exports a workbook: a sheet, and one for each repeat, linked by numbers."""

    def __init__(self, mark="/", *, whole=True, split=True, joined=True, labels=False):
        self.mark, self.whole, self.split, self.joined, self.labels = mark, whole, split, joined, labels
        self.asked = {
            "visits": list(self.columns(LEAVES)),
            "unit": list(self.columns(["lab/unit/called", "lab/unit/has"])),
            "post": list(self.columns(["lab/unit/post/grade", "lab/unit/post/site"])),
            "visit": list(self.columns(["visit/on"])),
        }
        links = ["_index", "_parent_table_name", "_parent_index"]
        own = ["_id", "_uuid", "_submission_time", "__version__", "_index"]
        self.rows = {
            name: [[*(head for head, *_ in found), *(own if name == "visits" else links)]]
            for name, found in self.asked.items()
        }
        for number, submission in enumerate(BOTH):
            self.add_submission(number, submission)

    def named(self, path):
        steps = [LABELS[step] if self.labels else step for step in path.split("/")]
        return self.mark.join(steps) if self.whole else steps[-1]

    def columns(self, paths):
        for path in paths:
            name = path.rpartition("/")[2]
            several = name in ("tools", "has")
            if self.joined or not several:
                yield self.named(path), path, ""
            for tool in TOOLS if self.split and several else ():
                yield f"{self.named(path)}/{LABELS[tool] if self.labels else tool}", path, tool
            lead, mark, own = self.named(path).rpartition(self.mark)
            for part in PARTS if name in ("place", "site") else ():
                yield f"{lead}{mark}_{own}_{part}", path, part

    def cell(self, text, path, detail):
        if detail in TOOLS:
            return "" if not text else "1" if detail in text.split() else "0"
        if detail:
            return dict(zip(PARTS, text.split(), strict=False)).get(detail, "")
        chosen = path.rpartition("/")[2] in ("agree", "also", "tools", "has", "order")
        return " ".join(LABELS[code] for code in text.split()) if self.labels and chosen else text

    def add(self, name, values, *link):
        rows = self.rows[name]
        found = [self.cell(values[path.rpartition("/")[2]], path, detail) for _, path, detail in self.asked[name]]
        rows.append([*found, *link] if name == "visits" else [*found, str(len(rows)), *link])
        return str(len(rows) - 1)

    def add_submission(self, number, submission):
        values = {path.rpartition("/")[2]: value_at(submission, path) for path in LEAVES}
        key = str(number + 1)
        self.add("visits", values, str(100 + number), f"u-{key}", f"2016-03-0{number + 3}T01:02:03", "3", key)
        for unit in submission["lab"]["unit"]:
            at = self.add("unit", unit, "visits", key)
            for post in unit["post"]:
                self.add("post", post, "unit", at)
        for visit in submission["visit"]:
            self.add("visit", visit, "visits", key)


def keyed():
    """As ODK Central exports tables: places in parts, groups with a hyphen, rows of repeats linked by keys."""
    headers = [path.replace("/", "-") for path in LEAVES]
    at = headers.index("place")
    headers[at : at + 1] = [f"place-{part}" for part in ("Latitude", "Longitude", "Altitude", "Accuracy")]
    system = ["SubmitterName", "AttachmentsPresent", "FormVersion"]
    main = [["SubmissionDate", *headers, "meta-instanceID", "KEY", *system]]
    units, posts = [["called", "has", "PARENT_KEY", "KEY"]], [["grade", *_parts("site"), "PARENT_KEY", "KEY"]]
    visits = [["on", "PARENT_KEY", "KEY"]]
    for number, submission in enumerate(BOTH):
        cells = [value_at(submission, path) for path in LEAVES]
        cells[at : at + 1] = submission["place"].split() or [""] * 4
        key = f"uuid:u-{number + 1}"
        main.append([f"2016-03-0{number + 3}T01:02:03.000Z", *cells, key, key, "Bob", "0", "3"])
        for place, unit in enumerate(submission["lab"]["unit"], start=1):
            own = f"{key}/lab/unit[{place}]"
            units.append([unit["called"], unit["has"], key, own])
            for inner, post in enumerate(unit["post"], start=1):
                posts.append([post["grade"], *(post["site"].split() or [""] * 4), own, f"{own}/post[{inner}]"])
        visits += [[v["on"], key, f"{key}/visit[{n}]"] for n, v in enumerate(submission["visit"], start=1)]
    tables = {"visits.csv": main, "visits-unit.csv": units, "visits-post.csv": posts, "visits-visit.csv": visits}
    return {name: as_csv(rows) for name, rows in tables.items()}


def _parts(name):
    return [f"{name}-{part}" for part in ("Latitude", "Longitude", "Altitude", "Accuracy")]


def positions():
    """As Ona exports one table: the position in each repeat in the head, `n/a` for what is not there."""
    times = [(n, m) for n in (1, 2, 3) for m in (1, 2)]
    headers = [*LEAVES, *(f"lab/unit[{n}]/{name}" for n in (1, 2, 3) for name in ("called", "has"))]
    headers += [f"lab/unit[{n}]/post[{m}]/{name}" for n, m in times for name in ("grade", "site")]
    rows = [[*headers, "visit[1]/on", "meta/instanceID", "_uuid", "_submission_time", "_version"]]
    for number, submission in enumerate(BOTH):
        units = dict(enumerate(submission["lab"]["unit"], start=1))
        cells = [value_at(submission, path) for path in LEAVES]
        cells += [units.get(n, {}).get(name, "") for n in (1, 2, 3) for name in ("called", "has")]
        for n, m in times:
            post = dict(enumerate(units.get(n, {}).get("post", ()), start=1)).get(m, {})
            cells += [post.get("grade", ""), post.get("site", "")]
        cells.append(submission["visit"][0]["on"] if submission["visit"] else "")
        key = f"u-{number + 1}"
        rows.append([*(cell or "n/a" for cell in cells), f"uuid:{key}", key, f"2016-03-0{number + 3}T01:02:03", "3"])
    return as_csv(rows)


def export(kind, workbook):
    """One export by its name, as (name of the file, content)."""
    made = {
        "instances": lambda: ("v.zip", packed({f"instances/{n}/submission.xml": instance(n) for n in (0, 1)})),
        "kobo": lambda: ("v.json", json.dumps([kobo(0), kobo(1)])),
        "kobo page": lambda: ("v.json", json.dumps({"count": 2, "next": None, "results": [kobo(0), kobo(1)]})),
        "central": lambda: ("v.json", json.dumps({"value": [central(0), central(1)]})),
        "central tables": lambda: ("v.zip", packed({**keyed(), "media/p.jpg": b"x", "media/audit.csv": "event,node"})),
        "central table": lambda: ("v.csv", keyed()["visits.csv"]),
        "ona": lambda: ("v.csv", positions()),
        "csv": lambda: ("v.csv", as_csv(Sheets().rows["visits"], ";")),
    }
    books = {
        "xlsx": {},
        "xlsx, own names": {"whole": False},
        "xlsx, dots": {"mark": "."},
        "xlsx, joined only": {"split": False},
        "xlsx, split only": {"joined": False},
        "xlsx, labels": {"labels": True},
        "xlsx, own labels": {"labels": True, "whole": False},
        "xlsx, labels joined only": {"labels": True, "split": False},
    }
    return made[kind]() if kind in made else ("v.xlsx", workbook(Sheets(**books[kind]).rows))


EXPORTS = (
    "instances", "kobo", "kobo page", "central", "central tables", "central table", "ona", "csv", "xlsx",
    "xlsx, own names", "xlsx, dots", "xlsx, joined only", "xlsx, split only", "xlsx, labels", "xlsx, own labels",
    "xlsx, labels joined only",
)  # fmt: skip
ONE_TABLE = ("central table", "csv")


def values(reading):
    found = []
    for response in sorted(reading.responses, key=lambda r: r.id.removeprefix("uuid:")):
        asked = {}
        for answer in response:
            question = reading.questionnaire[answer.question]
            if not (isinstance(answer.value, Missing) or question.inferred):
                asked.setdefault(answer.question, []).append((answer.repeat, answer.value))
        found.append(asked)
    return found


@pytest.fixture
def form(workbook):
    return workbook(FORM)


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("definition", ["xlsform", "xform"])
def test_every_export_says_the_same(read, books, form, kind, definition):
    given = form if definition == "xlsform" else convert(io.BytesIO(form), file_type=".xlsx").xform.encode()
    name, content = export(kind, books)
    found = read(content, name, form=given)
    wanted = [
        {asked: v for asked, v in one.items() if not (kind in ONE_TABLE and asked in IN_REPEATS)} for one in WANTED
    ]
    assert values(found) == wanted
    assert [issue for issue in found.issues if issue.code in ("CB131", "CB201", "XF302", "XF305")] == []
    assert {response.version for response in found.responses} == {"3"}
    if kind != "instances":  # an instance does not say when it was sent
        assert found.responses[0].submitted == datetime.datetime(2016, 3, 3, 1, 2, 3, tzinfo=datetime.UTC)


@pytest.mark.parametrize("kind", EXPORTS)
def test_without_a_definition_no_answer_is_left_out(read, books, kind):
    name, content = export(kind, books)
    found = read(content, name)
    shown = " ".join(str(a.value) for response in found.responses for a in response)
    labels = "labels" in kind
    for text in ('hello, "you"', "mine", "p.jpg", "OK", LABELS["c3"] if labels else "c3"):
        assert text in shown or (text == "c3" and kind == "xlsx, split only")
    last = {q.id.replace("∕", "/").replace(".", "/").rpartition("/")[2] for q in found.questionnaire.questions}
    for name in ("has", "called", "grade") if kind not in ONE_TABLE else ():
        assert (LABELS[name] if labels else name) in last or (name == "has" and kind == "xlsx, split only")


def test_an_archive_says_which_files_it_holds_beside_the_tables(read, books, form):
    name, content = export("central tables", books)
    found = read(content, name, form=form)
    assert found.format == "odk-zip"
    skipped = {account.sheet: account.skipped for account in found.reconciliation.sheets if account.skipped}
    assert skipped == {"other files": "2 files that are no tables of answers"}


def test_rows_without_their_submission_are_kept_by_themselves(read, form):
    tables = keyed()
    tables["visits-visit.csv"] += "2016-05-05,uuid:gone,uuid:gone/visit[1]\n"
    found = read(packed(tables), "v.zip", form=form)
    assert len(found.responses) == 3
    assert "XF302" in [issue.code for issue in found.issues]
