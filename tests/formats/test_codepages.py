"""Text that is not UTF-8: the code page that makes words of its bytes, in the languages of the users."""

import pytest

from capbuild.formats.csv_files.encoding import code_page
from capbuild.formats.csv_files.table import text_facts
from capbuild.io import read
from capbuild.plugins import InputFile

TEXTS = (
    "país,Ley\nPerú,Sí\nMéxico,No sé\nPanamá,Sí\n",
    "pays,Loi\nHaïti,déjà prévu\nBénin,à l'étude\n",
    "país,Lei\nSão Tomé,não há\nMoçambique,não\n",
    "NÚMERO,ÁREA\nUno,Policía\nDos,Fiscalía\n",
)


OTHER_SCRIPTS = (
    ("страна;Закон\nЧад;да\nМали;нет\n", "cp1251"),
    ("Country,Есть ли закон?,№\nКуба,«Да»,1\n", "cp1251"),
    ("国家,有法律吗,人数\n中国,有,12\n老挝,没有,3\n", "gb18030"),
    ("paese,Legge\nMalta,È stata adottata\nGhana,È stata proposta\nTogo,È stata ritirata\n", "cp1252"),
    ("教师登记册 – 2016年结果\n国家,有法律吗\n中国,有\n", "gb18030"),
    ("الدولة;هل يوجد قانون؟\nمصر;نعم\nلبنان;لا\n", "cp1256"),
)


@pytest.mark.parametrize(
    ("text", "page"),
    [*((text, page) for text in TEXTS for page in ("cp1252", "mac-roman", "cp850")), *OTHER_SCRIPTS],
)
def test_the_page_is_found(text, page):
    assert code_page(text.encode(page)) == page


@pytest.mark.parametrize("text", ["I don’t know", "l’école “haute” – 5 €", "plain", "a\x81b"])
def test_marks_of_word_processors_are_those_of_windows(text):
    assert code_page(text.encode("cp1252", "replace")) == "cp1252"


def test_a_no_break_space_behind_a_word_is_that_of_a_macintosh():
    assert code_page(b"How much?\xca,2\nAt all\xca,3\nA lot\xca,1\nSome\xca,2\n") == "mac-roman"


def test_a_table_in_an_old_page_is_read_and_told():
    reading = read(TEXTS[0].replace("\n", "\r").encode("mac-roman"), name="a.csv")
    assert [r.country.alpha_2 for r in reading.responses] == ["PE", "MX", "PA"]
    assert "Macintosh Roman" in next(i.message for i in reading.issues if i.code == "CB106")


def test_facts_of_a_text_table():
    found = text_facts(InputFile("a.csv", data="\ufeffa;b;a\r\n1;2\r\n".encode()))
    assert found == {
        "bytes": 15,
        "bom": "utf-8",
        "encoding": "utf-8",
        "newline": "crlf",
        "delimiter": ";",
        "rows_incl_header": 2,
        "columns": 3,
        "duplicate_headers": 1,
        "empty_headers": 0,
        "ragged_rows": 1,
        "physical_lines": 2,
    }


@pytest.mark.parametrize("mark", ["¹", "†", "ᵃ", "é", "½"])
def test_marks_of_four_bytes_among_chinese_characters(mark):
    lines = [f"国家,工作人员数量{mark}", "智利,3", "肯尼亚,4", "注:数据为初步数据"]
    reading = read("\n".join(lines).encode("gb18030"), name="a.csv")
    assert [(r.country.alpha_2, r.answers[0].value) for r in reading.responses] == [("CL", 3), ("KE", 4)]
    assert reading.responses[0].answers[0].question == f"工作人员数量{mark}"
