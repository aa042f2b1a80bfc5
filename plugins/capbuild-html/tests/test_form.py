"""Forms to fill in offline: what is filled in in a browser is what is read back."""

import csv
import hashlib
import io
import json
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

import capbuild as cb
from capbuild.errors import CapbuildError, WriteError
from capbuild.frameworks import load_bundled
from capbuild.model import Choice, Missing, PreviousAnswer, Question, Questionnaire
from capbuild.workspace import import_visit
from tools import browser as checks

pytestmark = pytest.mark.browser

PROGRAMME = """
[programme]
id = "small"
title = "Small"
framework = "police-cyber 2.0"

[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30

[[participants]]
country = "Jamaica"
"""

QUESTIONNAIRE = Questionnaire(
    id="all-types",
    title="All <types>",
    questions=[
        Question(id="law", type="select one", text="A law?", choices=[
            Choice(code="yes", label="Yes"), Choice(code="dk", label="Don't know", missing="don't know"),
        ]),
        Question(id="who", type="select multiple", text="Who?", choices=[
            Choice(code="police", label="Police"), Choice(code="courts", label="Courts"),
        ]),
        Question(id="rank", type="ranking", text="Rank", choices=[
            Choice(code="a", label="A"), Choice(code="b", label="B"), Choice(code="c", label="C"),
        ]),
        Question(id="staff", type="integer", text="Staff", minimum=0),
        Question(id="share", type="decimal", text="Share", unit="%"),
        Question(id="since", type="date", text="Since"),
        Question(id="open", type="time", text="Opens at"),
        Question(id="held", type="boolean", text="Held?"),
        Question(id="words", type="text", text='Words </script><img src="x">'),
    ],
)  # fmt: skip


def fill_in(page: Any, answers: dict[str, Any]) -> None:
    for name, value in answers.items():
        field = page.locator(f'[name="{name}"]')
        if field.first.get_attribute("type") in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                page.check(f'[name="{name}"][value="{one}"]')
        else:
            field.fill(str(value))


def save(page: Any, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.click("#save")
    saved = folder / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    return saved


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("visit", [True, False])
def test_a_form_is_whole_and_asks_for_nothing(browser: Any, tmp_path: Path, width: int, visit: bool) -> None:
    options = {"visit": visit, "country": "Colombia"}
    (path,) = cb.write(load_bundled("police_cyber"), tmp_path / "v.html", language="es", options=options)
    seen = browser.open(path, width)
    assert seen.page.evaluate(checks.CLIPPED) == []
    assert seen.page.evaluate(checks.OVERLAPS) == []
    assert seen.faults() == []
    assert seen.complaints == []
    assert seen.asked == []


@pytest.mark.parametrize("visit", [True, False])
def test_codes_and_notes_stand_at_what_is_judged(browser: Any, tmp_path: Path, visit: bool) -> None:
    """Edition 2.0 also asks who answers, when, and how sure: these have no code and no evidence of their own."""
    framework = load_bundled("police_cyber", "2.0")
    (path,) = cb.write(framework, tmp_path / "v.html", options={"visit": visit})
    page = browser.open(path).page
    listing = "(part) => [...document.querySelectorAll(`[data-question]:has(${part})`)].map((e) => e.dataset.question)"
    assert {*page.evaluate(listing, ".code")} >= {*framework.criteria}
    for part in (".code", "[data-note]"):
        about = ("form.", ".sample", ".photograph", ".note", ".comment", ".evidence", ".confidence")
        assert [one for one in page.evaluate(listing, part) if any(word in one for word in about)] == []


def test_every_criterion_of_a_visit_comes_back(browser: Any, tmp_path: Path) -> None:
    framework = load_bundled("police_cyber")
    (path,) = cb.write(framework, tmp_path / "v.html", options={"visit": True, "country": "Colombia"})
    page = browser.open(path).page
    codes = ["yes", "no", "partly", "not_observed"]
    names = list(framework.criteria)
    page.evaluate(
        "([names, codes]) => names.forEach((name, n) => document.querySelector("
        "`[name='${name}'][value='${codes[n % codes.length]}']`).click())",
        [names, codes],
    )
    first = page.locator(f'[data-question="{names[0]}"]')
    first.locator("summary").click()
    for name, value in (("basis", "seen"), ("confidence", "3")):
        first.locator(f'[data-beside="{name}"]').select_option(value)
    first.locator('[data-beside="as_of"]').fill("2016-02-03")
    first.locator("[data-note]").fill('Two <b>laws</b>, "in force"')
    first.locator("[data-title]").fill("Act 5")
    page.reload()  # the browser keeps what was not saved
    assert page.inner_text("#progress") == f"{len(names)} of {len(names)} answered"
    saved = save(page, tmp_path)
    survey = cb.read(saved)
    assert len(survey.issues) == 0
    (response,) = survey.responses
    given = {one.question: one.value for one in response.answers}
    assert response.country.alpha_2 == "CO"
    assert [given[name] for name in names[:4]] == ["yes", "no", "partly", Missing.NOT_OBSERVED]
    assert response[names[0]].comment == 'Two <b>laws</b>, "in force"'
    table = cb.render(survey, "findings-csv")
    rows = list(
        csv.DictReader(io.StringIO((table if isinstance(table, str) else table.decode("utf-8-sig")).lstrip("\ufeff")))
    )
    assert [row["criterion"] for row in rows] == names
    assert [rows[0][name] for name in ("answer", "basis", "confidence", "as_of", "evidence_title")] == [
        "yes", "seen", "3", "2016-02-03", "Act 5",
    ]  # fmt: skip


def test_every_type_of_answer_comes_back_and_opens_again(browser: Any, tmp_path: Path) -> None:
    (path,) = cb.write(QUESTIONNAIRE, tmp_path / "f.html", format="html-form", options={"respondent": "office"})
    page = browser.open(path).page
    answers = {
        "law": "dk", "who": ["police", "courts"], "staff": 12, "share": 3.5, "since": "2016-01-31", "open": "08:30",
        "held": "false", "words": "first\nsecond </script>",
    }  # fmt: skip
    fill_in(page, answers)
    for code, place in (("c", 1), ("a", 2)):
        page.fill(f'[name="rank"][data-code="{code}"]', str(place))
    saved = save(page, tmp_path)
    (response,) = cb.read(saved).responses
    values = {one.question: one.value for one in response.answers}
    assert values["law"] is Missing.DONT_KNOW
    assert values["rank"] == ("c", "a")
    assert (values["who"], values["staff"], values["share"]) == (("police", "courts"), 12, 3.5)
    assert [str(values[name]) for name in ("since", "open", "held", "words")] == [
        "2016-01-31", "08:30:00", "False", "first\nsecond </script>",
    ]  # fmt: skip
    assert response.respondent.pseudonym == "office"
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#clear")
    assert page.inner_text("#progress") == "0 of 8 answered"
    page.set_input_files("#open", saved)
    page.locator("#progress", has_text="8 of 8").wait_for()
    again = save(page, tmp_path / "again")
    assert (
        json.loads(again.read_text("utf-8"))["data"]["responses"]
        == json.loads(saved.read_text("utf-8"))["data"]["responses"]
    )
    other = tmp_path / "other.json"
    other.write_text('{"data": {"responses": [{"questionnaire": "x"}]}}', "utf-8")
    page.set_input_files("#open", other)
    page.locator("#message", has_text="no answers to this form").wait_for()
    assert page.inner_text("#progress").startswith("8")


def test_names_of_the_page_are_free_for_questions_and_last_answers_are_filled_in(browser: Any, tmp_path: Path) -> None:
    last = {"country": PreviousAnswer(value="old", question="country"), "n": PreviousAnswer(value=3, question="n")}
    form = Questionnaire(
        id="names", title="Names", previous=last,
        questions=[
            Question(id="country", text="Law?", type="select one", choices=[
                Choice(code="old", label="Old"), Choice(code="new", label="New"),
            ]),
            Question(id="date", text="Words", type="text"),
            Question(id="n", text="Number", type="integer"),
        ],
    )  # fmt: skip
    (path,) = cb.write(form, tmp_path / "f.html", format="html-form", country="Peru")
    page = browser.open(path).page
    fill_in(page, {"date": "some day"})
    page.fill('[data-meta="date"]', "2016-02-03")
    (response,) = cb.read(save(page, tmp_path)).responses
    assert (response.country.alpha_3, str(response.date)) == ("PER", "2016-02-03")
    given = {one.question: one.value for one in response.answers}
    assert given == {"country": "old", "n": 3, "date": "some day"}


VISIT = """
[[visits]]
id = "jm"
title = "Visit"
country = "Jamaica"
start = 2016-05-02
end = 2016-05-04
findings = "jamaica.csv"
"""


def make_picture(width: int, height: int, path: Path) -> Path:
    """A PNG of noise, which hardly compresses."""
    noise, line = random.Random(1), width * 3
    pixels = b"".join(b"\0" + noise.randbytes(line) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels, 0)), (b"IEND", b""))
    whole = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(whole))
    return path


def size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Width and height, in the segment that begins a baseline JPEG."""
    start = data.index(b"\xff\xc0")
    height, width = struct.unpack(">HH", data[start + 5 : start + 9])
    return width, height


def test_a_photograph_is_kept_made_smaller_and_becomes_evidence(browser: Any, tmp_path: Path) -> None:
    """From the page to the evidence store, with the network off; `browser` refuses any request."""
    framework = load_bundled("police_cyber", "2.0")
    (path,) = cb.write(
        framework, tmp_path / "v.html", options={"visit": True, "country": "Jamaica", "respondent": "jm"}
    )
    seen = browser.open(path, 390)
    page = seen.page
    for name, value in (("INF-1.2a", "yes"), ("INF-1.2b", "no"), ("INF-1.5a", "yes")):
        page.check(f'[name="{name}"][value="{value}"]')
    page.fill('[name="INF-1.sample"]', "3")
    page.fill('[name="INF-1.note"]', "Two rooms seen")
    chooser = page.locator('[data-question="INF-1.photograph"] input')
    assert (chooser.get_attribute("accept"), chooser.get_attribute("capture")) == ("image/*", "environment")
    chooser.set_input_files(make_picture(2400, 1800, tmp_path / "room.png"))
    field = page.locator('[data-question="INF-1.photograph"]')
    field.locator("img").wait_for()
    assert field.locator(".attached span").inner_text() == "room.jpg"
    (tmp_path / "words.txt").write_text("no picture" * 40_000, "utf-8")
    page.locator('[data-question="form.signature"] input').set_input_files(tmp_path / "words.txt")
    page.locator("#message", has_text="words.txt was not added").wait_for()
    page.locator('[data-question="form.signature"] input').set_input_files(make_picture(40, 30, tmp_path / "sign.png"))
    page.locator('[data-question="form.signature"] img').wait_for()
    page.reload()  # the browser keeps pictures, too
    field.locator("img").wait_for()
    saved = save(page, tmp_path)
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#clear")
    assert page.evaluate("[localStorage.length, document.querySelectorAll('.attached:not([hidden])').length]") == [0, 0]
    page.set_input_files("#open", saved)
    field.locator("img").wait_for()
    again = save(page, tmp_path / "again")
    assert (
        json.loads(again.read_text("utf-8"))["data"]["responses"]
        == json.loads(saved.read_text("utf-8"))["data"]["responses"]
    )
    field.locator("[data-remove]").click()
    assert "room.jpg" not in save(page, tmp_path / "removed").read_text("utf-8")
    assert seen.asked == []
    assert seen.complaints == []

    folder = tmp_path / "small"
    (folder / "visits").mkdir(parents=True)
    (folder / "programme.toml").write_text(PROGRAMME, "utf-8")
    (folder / "visits" / "visits.toml").write_text(VISIT, "utf-8")
    done = import_visit(folder, saved)
    room, sign = sorted(done.evidence, key=lambda one: -len(one.criteria))
    assert (room.criteria, sign.criteria) == (("INF-1.2a", "INF-1.2b"), ())
    assert (room.evidence.kind.value, sign.evidence.tlp.value) == ("photograph", "TLP:AMBER+STRICT")
    kept = folder / room.file
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == room.evidence.sha256
    assert 50_000 < kept.stat().st_size < 300_000
    width, height = size_of_jpeg(kept.read_bytes())
    assert 0 < max(width, height) <= 1280
    assert abs(width / height - 4 / 3) < 0.01
    assert b"Exif" not in kept.read_bytes()
    found = cb.open_workspace(folder).collect("baseline").findings
    assert {(one.target, bool(one.evidence)) for one in found} == {
        ("INF-1.2a", True), ("INF-1.2b", False), ("INF-1.5a", False),
    }  # fmt: skip
    assert {one.sample for one in found} == {3}
    assert [str(one.note) for one in found if one.note] == ["Two rooms seen"]
    damaged = tmp_path / "damaged.json"
    damaged.write_text(saved.read_text("utf-8").replace("data:image/jpeg;base64,", "data:image/jpeg;base64,A"), "utf-8")
    for file, visit, code in ((saved, "jm", "CB672"), (saved, "jx", "CB604"), (damaged, "jm", "CB673")):
        with pytest.raises(CapbuildError) as refused:
            import_visit(folder, file, visit=visit)
        assert refused.value.code == code
    assert not [issue for issue in done.issues if "photograph" in issue.message]


def test_a_language_that_the_form_lacks_is_refused() -> None:
    with pytest.raises(WriteError, match="no language 'sw'"):
        cb.render(load_bundled("police_cyber"), "html-form", options={"language": "sw"})
