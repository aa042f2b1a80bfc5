"""Columns of version 7, which the database names by keys: `Q120_S1201`. Made as its public source makes them."""

import io
import zipfile

from capbuild.testing.tables import csv_bytes

ABOUT = {"id": "1", "submitdate": "2016-03-01 10:00:00", "lastpage": "2", "startlanguage": "en"}
#: Names of the columns of the made survey: the key of the question, that of the row (with its place behind), and
#: the keys of the choices of the ranking, 7 to 9.
KEYS = {
    "name": "Q110", "country": "Q120", "unit": "Q130", "unit_comment": "Q130_Ccomment", "crime": "Q140",
    "crime_other": "Q140_Cother", "tools_lap": "Q150_S1501", "tools_pho": "Q150_S1502", "tools_other": "Q150_Cother",
    "steps_law": "Q160_S1601", "steps_lawcomment": "Q160_S1601_Ccomment", "steps_tra": "Q160_S1602",
    "steps_tracomment": "Q160_S1602_Ccomment", "rank_1": "Q170_R7", "rank_2": "Q170_R8", "rank_3": "Q170_R9",
    "array_one": "Q180_S1801", "array_two": "Q180_S1802", "dual_now_0": "Q190_S1901#0", "dual_now_1": "Q190_S1901#1",
    "cells_m_y1": "Q200_S2001_S2003", "cells_w_y1": "Q200_S2002_S2003", "many_staff": "Q210_S2101",
    "many_posts": "Q210_S2102", "count": "Q220", "since": "Q230", "works": "Q240", "file": "Q250",
    "file_filecount": "Q250_Cfilecount",
}  # fmt: skip
#: Heads of codes that are not as they were: the names of columns stand in them, and keys of choices.
CODES = {"crime_other": "crime[_Cother]", "unit_comment": "unit[_Ccomment]", "rank_1": "rank[7]", "rank_2": "rank[8]",
         "rank_3": "rank[9]", "tools_other": "tools[other]", "dual_now_0": "dual[now][1]", "dual_now_1": "dual[now][2]",
         "cells_m_y1": "cells[m_y1]", "cells_w_y1": "cells[w_y1]"}  # fmt: skip


def same(one, other):
    return [(a.question, a.value, a.comment) for a in one] == [(a.question, a.value, a.comment) for a in other]


def test_an_archive_of_version_7(read, lsa, lss, dump, stored):
    assert KEYS.keys() == stored.keys()
    row = ABOUT | {KEYS[code].replace("#", "-"): value for code, value in stored.items()}
    body = dump("Responses", version="700", responses=[row]).replace("-0</fieldname>", "#0</fieldname>")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("survey_77.lss", lss.replace("<DBVersion>600", "<DBVersion>700"))
        archive.writestr("survey_77_responses.lsr", body)
    found = read(stream.getvalue(), "seven.lsa")
    before = read(lsa([(ABOUT, stored)]), "six.lsa")
    assert same(found.responses[0], before.responses[0])
    assert "CB131" not in found.codes


def test_a_table_with_those_codes(read, lss, stored, tmp_path):
    path = tmp_path / "survey.lss"
    path.write_text(lss)
    plain = [code.replace("_", "[", 1) + "]" if "_" in code else code for code in stored]
    headers = [CODES.get(code, head) for code, head in zip(stored, plain, strict=True)]
    rows = [[*ABOUT.values(), *(value or "" for value in stored.values())]]
    found = read(csv_bytes([[*ABOUT, *headers], *rows]), "r.csv", definition=path)
    before = read(csv_bytes([[*ABOUT, *plain], *rows]), "r.csv", definition=path)
    keyed = read(csv_bytes([[*ABOUT, *KEYS.values()], *rows]), "r.csv", definition=path)
    assert same(found.responses[0], before.responses[0])
    assert same(keyed.responses[0], before.responses[0])
    assert "CB131" not in {*found.codes, *keyed.codes, *before.codes}


def test_a_code_that_looks_like_a_key_is_a_code(read, dump, tmp_path):
    """The question with the code Q1 has the key 2, and the other way round."""
    base = {"sid": "7", "gid": "1", "parent_qid": "0", "type": "S", "other": "N", "mandatory": "N", "relevance": "1"}
    rows = ({"qid": "2", "title": "Q1", "question_order": "1"}, {"qid": "1", "title": "Q2", "question_order": "2"})
    questions = [base | row for row in rows]
    path = tmp_path / "survey.lss"
    surveys = [{"sid": "7", "language": "en", "additional_languages": ""}]
    path.write_text(dump(surveys=surveys, groups=[{"gid": "1", "sid": "7", "group_order": "1"}], questions=questions))
    found = read(csv_bytes([[*ABOUT, "Q1", "Q2"], [*ABOUT.values(), "one", "two"]]), "r.csv", definition=path)
    assert found.answers() == {"Q1": "one", "Q2": "two"}


def test_times_of_version_7_are_no_answers(read):
    text = "id,submitdate,lastpage,startlanguage,q,interviewtime,G5time,Q110time\n1,2016-03-01,2,en,x,12.5,7,5\n"
    assert read(text, "r.csv").answers() == {"q": "x"}
