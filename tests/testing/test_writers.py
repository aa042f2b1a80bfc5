"""The built-in writers keep the writing contract."""

import datetime
import io
import json
import re
import sqlite3
from html import unescape
from pathlib import Path

import polars
from attrs import evolve

from capbuild.io import read, write
from capbuild.model import Answer, Recommendation, Response
from capbuild.testing import WriterConformance, invented_programme

GOLDEN = Path(__file__).parent / "golden"


class TestMarkdown(WriterConformance):
    writer = "md"

    def visible(self, name, content):
        """Undo the escapes of Markdown, as a viewer does."""
        return re.sub(r"\\([!-/:-@\[-`{-~])|(&#?\w+;)", lambda found: found[1] or unescape(found[2]), content)


class TestCsv(WriterConformance):
    golden = GOLDEN
    writer = "csv"
    unchecked = {"datapackage.json": "it describes the columns, whatever is in them"}


class TestJson(WriterConformance):
    writer = "json"

    def visible(self, name, content):
        return "\n".join(_texts(json.loads(content)))


class TestSqlite(WriterConformance):
    writer = "sqlite"

    def visible(self, name, content):
        database = sqlite3.connect(":memory:")
        database.deserialize(content)
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = (row for table in tables for row in database.execute(f'SELECT * FROM "{table}"'))
        text = "\n".join(str(value) for row in rows for value in row)
        database.close()
        return text


def _texts(data):
    if isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)
    else:
        yield str(data)


class TestArrow(WriterConformance):
    writer = "arrow"

    def visible(self, name, content):
        return "\n".join(str(cell) for row in polars.read_ipc(io.BytesIO(content)).rows() for cell in row)


class TestParquet(WriterConformance):
    writer = "parquet"

    def visible(self, name, content):
        return "\n".join(str(cell) for row in polars.read_parquet(io.BytesIO(content)).rows() for cell in row)


class TestDocument(TestJson):
    writer = "capbuild-json"


class TestResponsesCsv(WriterConformance):
    golden = GOLDEN
    writer = "responses-csv"


class TestResponsesParquet(WriterConformance):
    writer = "responses-parquet"

    def visible(self, name, content):
        """Answers are codes; what they stand for is in the file's metadata, which reading it back takes in."""
        reading = read(content, name="a.parquet", host=self.host)
        return "\n".join(str(answer.value) for response in reading.responses for answer in response)


class TestFindingsCsv(WriterConformance):
    golden = GOLDEN
    writer = "findings-csv"
    waived = {"states losses": "a table of findings is no survey: only questions with a target have a place in it"}

    def subjects(self, text=""):
        """A checklist that a visit filled in: an answer that is none of the form's words, and a note."""
        sample = invented_programme(text)
        target = next(iter(sample.framework.criteria))
        answer = Answer(target, text or "yes", comment=text or "seen")
        response = Response(id="1", country=sample.baseline.countries[0], language="en", answers=[answer])
        return [evolve(sample.reading, questionnaire=sample.questionnaire, responses=[response])]

    def cells(self, name, content):
        return super().cells("findings.csv", content)


class TestReviewCsv(WriterConformance):
    writer = "review-csv"

    def cells(self, name, content):
        return super().cells("review.csv", content)


class TestNominationCsv(WriterConformance):
    writer = "nomination-csv"

    def cells(self, name, content):
        return super().cells("nomination.csv", content)


class TestDecisionsCsv(WriterConformance):
    writer = "decisions-csv"
    waived = {
        "missing is not zero": "it lists what is to be decided",
        "shows each status": "it lists what is to be decided",
        "unlike is unlike": "it lists what is to be decided",
        "reported is not verified": "it lists what is to be decided",
    }

    def dossier(self, text=""):
        """A country that proposes another result, in words of its own."""
        return invented_programme(text).dossier

    def cells(self, name, content):
        return super().cells("decisions.csv", content)


class TestActionsCsv(WriterConformance):
    writer = "actions-csv"
    waived = {
        "missing is not zero": "it lists what is to be done",
        "shows each status": "it lists what is to be done",
        "reported is not verified": "it lists what is to be done",
    }

    def cells(self, name, content):
        return super().cells("actions.csv", content)


class TestCalendar(WriterConformance):
    writer = "ics"

    def visible(self, name, content):
        """Unfold lines and undo the escapes of iCalendar."""
        text = content if isinstance(content, str) else content.decode()
        return re.sub(r"\\([\\;,])", r"\1", text.replace("\r\n ", "")).replace("\\n", "\n")


class TestActionsCalendar(TestCalendar):
    writer = "actions-ics"
    waived = {
        "missing is not zero": "it lists what is to be done",
        "shows each status": "it lists what is to be done",
        "reported is not verified": "it lists what is to be done",
    }

    def dossier(self, text=""):
        """An action a country, with a day: others are in no calendar."""
        sample, day = invented_programme(text), datetime.date(2018, 1, 31)
        actions = [
            Recommendation(id=one.alpha_2, country=one, text=text or "Pass the law.", due=day)
            for one in sample.baseline.countries
        ]
        return evolve(sample.dossier, recommendations=actions)


def test_a_survey_without_targets_gives_a_table_without_findings_and_says_so(tmp_path):
    reading, issues = read(b"country,Your age\nJamaica,40\n", name="a.csv"), []
    write(reading, tmp_path / "findings.csv", format="findings-csv", issues=issues)
    assert (tmp_path / "findings.csv").read_text("utf-8-sig").count("\n") == 1
    assert [(one.code, "no question with a target" in one.message) for one in issues] == [("CB205", True)]
