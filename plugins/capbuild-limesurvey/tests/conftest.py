"""Made samples: surveys written here as LimeSurvey dumps them, from tables that tests spell out."""

import io
import zipfile

import capbuild_limesurvey as lime
import pytest

from capbuild.testing import read_items

(READER,) = lime.register_readers()


def read(data, name="a.lss", **given):
    return read_items(READER, data, name, **given)


@pytest.fixture(name="read", scope="session")
def read_fixture():
    return read


def table(name, rows):
    fields = dict.fromkeys(field for row in rows for field in row)
    headers = "".join(f"<fieldname>{field}</fieldname>" for field in fields)
    body = "".join(
        "<row>"
        + "".join(f"<{f}/>" if v == "" else f"<{f}><![CDATA[{v}]]></{f}>" for f, v in row.items() if v is not None)
        + "</row>"
        for row in rows
    )
    return f"<{name}><fields>{headers}</fields><rows>{body}</rows></{name}>"


@pytest.fixture(scope="session")
def dump():
    """Write tables, each a list of rows, as LimeSurvey's XML."""

    def write(kind="Survey", version="600", languages=("en",), **tables):
        listed = "".join(f"<language>{code}</language>" for code in languages)
        return (
            '<?xml version="1.0" encoding="UTF-8"?><document>'
            f"<LimeSurveyDocType>{kind}</LimeSurveyDocType><DBVersion>{version}</DBVersion>"
            f"<languages>{listed}</languages>{''.join(table(n, rows) for n, rows in tables.items())}</document>"
        )

    return write


#: A question of every type with columns of its own: (code, letter, subquestions by axis, answers by scale, settings).
SURVEY = (
    ("name", "S", {}, {}, {}),
    ("country", "!", {}, {0: {"JM": "Jamaica", "BB": "Barbados"}}, {}),
    ("unit", "O", {}, {0: {"Y1": "Yes", "DK": "Don't know"}}, {}),
    ("crime", "L", {}, {0: {"A1": "Fraud", "A2": "Abuse"}}, {"other": "Y"}),
    ("tools", "M", {0: {"lap": "Laptops", "pho": "Phones"}}, {}, {"other": "Y"}),
    ("steps", "P", {0: {"law": "Law", "tra": "Training"}}, {}, {}),
    ("rank", "R", {}, {0: {"r1": "People", "r2": "Money", "r3": "Time"}}, {}),
    ("array", "F", {0: {"one": "First", "two": "Second"}}, {0: {"1": "low", "2": "high"}}, {}),
    ("dual", "1", {0: {"now": "Now"}}, {0: {"a": "bad"}, 1: {"z": "must"}}, {}),
    ("cells", ":", {0: {"m": "Men", "w": "Women"}, 1: {"y1": "2015"}}, {}, {}),
    ("many", "K", {0: {"staff": "Staff", "posts": "Posts"}}, {}, {}),
    ("count", "N", {}, {}, {}),
    ("since", "D", {}, {}, {}),
    ("works", "Y", {}, {}, {}),
    ("file", "|", {}, {}, {}),
    ("note", "X", {}, {}, {}),
)


def survey_tables():
    tables = {
        name: []
        for name in (
            "answers",
            "answer_l10ns",
            "groups",
            "group_l10ns",
            "questions",
            "subquestions",
            "question_l10ns",
            "surveys",
        )
    }
    tables["surveys"].append({"sid": "77", "language": "en", "additional_languages": "es"})
    tables["groups"].append({"gid": "5", "sid": "77", "group_order": "1", "grelevance": "1"})
    tables["group_l10ns"].append({"gid": "5", "group_name": "All", "language": "en"})
    number = 100
    for order, (code, letter, below, answers, more) in enumerate(SURVEY, start=1):
        number += 10
        base = {"sid": "77", "gid": "5", "other": more.get("other", "N"), "mandatory": "N", "relevance": "1"}
        row = {"qid": str(number), "parent_qid": "0", "type": letter, "title": code, "question_order": str(order)}
        tables["questions"].append({**base, **row})
        for language, text in (("en", f"<p>About {code}</p>"), ("es", f"Sobre {code}")):
            tables["question_l10ns"].append({"qid": str(number), "question": text, "language": language})
        place = 0
        for axis, rows in below.items():
            for sub, text in rows.items():
                place += 1
                row = {"qid": f"{number}{place}", "parent_qid": str(number), "title": sub, "question_order": str(place)}
                tables["subquestions"].append({**base, **row, "scale_id": str(axis), "type": "T"})
                said = {"qid": f"{number}{place}", "question": text, "language": "en"}
                tables["question_l10ns"].append(said)
        for scale, choices in answers.items():
            for order_of, (answer, text) in enumerate(choices.items()):
                aid = str(len(tables["answers"]) + 1)
                tables["answers"].append(
                    {
                        "aid": aid,
                        "qid": str(number),
                        "code": answer,
                        "sortorder": str(order_of),
                        "assessment_value": str(order_of + 1),
                        "scale_id": str(scale),
                    }
                )
                tables["answer_l10ns"].append({"aid": aid, "answer": text, "language": "en"})
    return tables


@pytest.fixture(scope="session")
def lss(dump):
    """A survey with a question of every type."""
    return dump(languages=("en", "es"), **survey_tables())


#: One response by question code, as the database holds it; None is NULL.
STORED = {
    "name": "Ms A",
    "country": "JM",
    "unit": "DK",
    "unit_comment": "ask again",
    "crime": "-oth-",
    "crime_other": "Piracy",
    "tools_lap": "Y",
    "tools_pho": "",
    "tools_other": "Drones",
    "steps_law": "Y",
    "steps_lawcomment": "in parliament",
    "steps_tra": "",
    "steps_tracomment": "",
    "rank_1": "r3",
    "rank_2": "r1",
    "rank_3": "",
    "array_one": "2",
    "array_two": "",
    "dual_now_0": "a",
    "dual_now_1": "z",
    "cells_m_y1": "12",
    "cells_w_y1": "0",
    "many_staff": "7.5000000000",
    "many_posts": None,
    "count": "3.0000000000",
    "since": "2015-04-01 00:00:00",
    "works": "Y",
    "file": '[{"name":"plan.pdf","size":3}]',
    "file_filecount": "1",
}


@pytest.fixture(scope="session")
def stored():
    return dict(STORED)


def sgqa(code):
    """The SGQA name of a column of the made survey."""
    question, _, tail = code.partition("_")
    number = 110 + 10 * [row[0] for row in SURVEY].index(question)
    if question == "dual":
        tail = tail.replace("_", "-")  # as in the names of XML elements; the headers have a number sign
    if tail == "filecount":
        tail = "_filecount"
    return f"77X5X{number}{tail}"


@pytest.fixture(scope="session")
def lsa(dump, lss):
    """The made survey and responses in one archive; a row is (meta by name, answers by question code)."""

    def write(rows, extra=None):
        dumped = [{**about, **{f"_{sgqa(code)}": value for code, value in answers.items()}} for about, answers in rows]
        fields = dict.fromkeys(name for row in dumped for name in row)
        body = dump("Responses", responses=[dict.fromkeys(fields) | row for row in dumped])
        body = body.replace("<fieldname>_", "<fieldname>")
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("survey_77.lss", lss)
            archive.writestr("survey_77_responses.lsr", body)
            for name, text in (extra or {}).items():
                archive.writestr(name, text)
        return stream.getvalue()

    return write
