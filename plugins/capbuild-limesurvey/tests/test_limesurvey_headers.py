"""One response under every kind of headers and answers that LimeSurvey exports, in its languages; all invented.

Heads are made as its public source makes them: code, text whole or cut, both with anything between, `_` for blanks.
"""

import pytest

from capbuild.model import Missing
from capbuild.testing.tables import csv_bytes

COLUMNS = ("class", "type/scale", "name", "relevance", "text", "help", "language", "other")
QUESTIONS = """
    L | country | Which country do you serve in today?      | N
    A | PE      | Peru
    A | CL      | Chile
    L | role    | What is your role in the unit now?        | Y
    A | a       | Head of unit
    M | tools   | Which tools does the unit have today?     | Y
    S | lap     | Laptop computers for all
    S | pho     | Phones
    C | plan    | Is there a plan for each of these things? | N
    S | law     | A law that is in force
    S | lab     | A laboratory of digital forensics
    E | trend   | How did these change in the last year?    | N
    S | c1      | Cases opened
    S | c2      | Cases closed
    G | sex     | Are you a woman or a man?                 | N
    Y | sure    | Are you sure?                             | N
    R | rank    | Rank the needs that are most urgent       | N
    A | x       | Training
    A | y       | Equipment
    1 | dual    | How is it and how should it be here?      | N
    S | s1      | Staff
    A | 1       | Low
    A | 2       | High
    B | 1       | Less
    B | 2       | More
    O | opin    | Which way would you choose for it?        | N
    A | u       | Up
    N | num     | How many staff members are there?         | N
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in QUESTIONS.strip().splitlines()]
TEXTS = {row[1]: row[2] for row in ROWS if len(row) == 4}
#: Words of LimeSurvey's own: other, comment, rank, scale; yes, no, uncertain, increase, decrease, female.
WORDS = {
    "en": "Other | Comment | Rank | Scale | Yes | No | Uncertain | Increase | Decrease | Female",
    "es": "Otro | Comentario | Rango | Escala | Sí | No | Dudoso | Aumentar | Disminuir | Femenino",
    "fr": "Autre | Commentaire | Rang | Échelle | Oui | Non | Incertain | Augmenter | Diminuer | Féminin",
    "pt": "Outro | Comentário | Classificação | Escala | Sim | Não | Incerto | Aumentou | Diminuiu | Feminino",
    "de": "Sonstiges | Kommentar | Rang | Skala | Ja | Nein | Unsicher | Zunahme | Abnahme | Weiblich",
}
#: Each column: code of the question, of its part and of the scale, text of the part and of the scale, answer as code
#: and as text; a number stands for one of those words.
FIELDS = [
    ("country", "", "", "", "", "PE", "Peru"), ("role", "", "", "", "", "-oth-", 0),
    ("role", "other", "", 0, "", "Chief", "Chief"), ("tools", "lap", "", "Laptop computers for all", "", "Y", 4),
    ("tools", "pho", "", "Phones", "", "", 5), ("tools", "other", "", 0, "", "", ""),
    ("plan", "law", "", "A law that is in force", "", "Y", 4),
    ("plan", "lab", "", "A laboratory of digital forensics", "", "U", 6),
    ("trend", "c1", "", "Cases opened", "", "I", 7), ("trend", "c2", "", "Cases closed", "", "D", 8),
    ("sex", "", "", "", "", "F", 9), ("sure", "", "", "", "", "N", 5),
    ("rank", "1", "", (2, "1"), "", "y", "Equipment"), ("rank", "2", "", (2, "2"), "", "x", "Training"),
    ("dual", "s1", "0", "Staff", (3, "1"), "1", "Low"), ("dual", "s1", "1", "Staff", (3, "2"), "2", "More"),
    ("opin", "", "", "", "", "u", "Up"), ("opin", "comment", "", 1, "", "why not", "why not"),
    ("num", "", "", "", "", "12", "12"),
]  # fmt: skip
ABOUT = {
    "id": "Response ID",
    "submitdate": "Date submitted",
    "lastpage": "Last page",
    "startlanguage": "Start language",
}
EXPECTED = {
    "country": "PE", "role": "-oth-", "role_other": "Chief", "tools": ("lap",), "tools_other": Missing.NO_ANSWER,
    "plan_law": "Y", "plan_lab": "U", "trend_c1": "I", "trend_c2": "D", "sex": "F", "sure": False, "rank": ("y", "x"),
    "dual_s1_0": "1", "dual_s1_1": "2", "opin": "u", "num": 12,
}  # fmt: skip
#: Kind of headers, length at which texts are cut, what stands between code and text, whether spaces become `_`.
HEADS = [
    ("code", None, "", False), ("expression", None, "", False), ("full", None, "", False), ("full", None, "", True),
    ("cut", 15, "", False), ("cut", 15, "", True), ("cut", 25, "", False), ("both", None, ". ", False),
    ("both", None, " - ", False), ("both", None, "_", False), ("both", 15, ": ", False), ("both", None, ". ", True),
]  # fmt: skip


def structure(language):
    rows = [COLUMNS, ("S", "", "language", "", language, "", "", ""), ("G", "", "All", "1", "", "", language, "")]
    for kind, code, text, *other in ROWS:
        if other:
            rows.append(("Q", kind, code, "1", text, "", language, other[0]))
        else:
            rows.append(("SQ" if kind == "S" else "A", "1" if kind == "B" else "0", code, "1", text, "", language, ""))
    return "\n".join("\t".join(row) for row in rows)


def text_in(word, language):
    if isinstance(word, tuple):
        return f"{text_in(word[0], language)} {word[1]}"
    return WORDS[language].split(" | ")[word] if isinstance(word, int) else word


def code_head(field, *, expression):
    scale = [field[2] if expression else str(int(field[2]) + 1)] if field[2] else []
    parts = [*([field[1]] if field[1] else []), *scale]
    return "_".join([field[0], *parts]) if expression else field[0] + "".join(f"[{part}]" for part in parts)


def text_head(field, language, length):
    def cut(text):
        return text if length is None or len(text) <= length else f"{text[:length]}.. "

    below = [text_in(word, language) for word in field[3:5] if word != ""]
    return cut(TEXTS[field[0]]) + (" " + "".join(f"[{cut(word)}]" for word in below) if below else "")


def headers(kind, length, between, underlined, language):
    made = []
    codes = list(ABOUT.items())
    codes += [(code_head(f, expression=kind == "expression"), text_head(f, language, length)) for f in FIELDS]
    for code, text in codes:
        shown = text.replace(" ", "_") if underlined else text
        made.append({"both": f"{code}{between}{shown}", "full": shown, "cut": shown}.get(kind, code))
    return made


def cells(answers, language):
    made = []
    for field in FIELDS:
        code, text = field[5], text_in(field[6], language)
        converted = {"Y": "1", "N": "2", "": "2"} if field[0] in ("tools", "sure") and field[1] != "other" else {}
        both = code if code == text else f"{text} [{code}]"
        made.append({"codes": code, "numbers": converted.get(code, code), "texts": text, "both": both}[answers])
    return ["1", "2016-03-14 10:00:00", "3", language, *made]


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("answers", ["codes", "numbers", "texts", "both"])
def test_every_kind_of_heads_says_the_same(read, tmp_path, language, answers):
    path = tmp_path / "survey.txt"
    path.write_text(structure(language), "utf-8")
    for kind in HEADS:
        table = csv_bytes([headers(*kind, language), cells(answers, language)])
        found = read(table, name="r.csv", definition=path)
        assert found.answers() == EXPECTED, kind
        assert found.responses[0]["opin"].comment == "why not"
        assert not {"CB201", "CB203", "CB131"} & set(found.codes), kind


@pytest.mark.parametrize("word", ["No answer", "Sin respuesta", "Sans réponse", "Sem resposta", "Keine Antwort"])
def test_no_answer_is_none_in_any_language(read, tmp_path, word):
    path = tmp_path / "survey.txt"
    path.write_text(structure("en"), "utf-8")
    table = csv_bytes([[*ABOUT, "sex", "sure", "country"], ["1", "", "3", "en", word, word, "PE"]])
    found = read(table, name="r.csv", definition=path)
    assert found.answers() == {"sex": Missing.NO_ANSWER, "sure": Missing.NO_ANSWER, "country": "PE"}


def test_heads_that_are_cut_into_hundreds_of_pieces_end_soon(read, tmp_path):
    path = tmp_path / "survey.txt"
    path.write_text(structure("en").replace("Are you sure?", "a " * 4000), "utf-8")
    table = csv_bytes([[*ABOUT, "a a a" + "..a" * 2000 + "..b", "country"], ["1", "", "3", "en", "x", "PE"]])
    assert read(table, name="r.csv", definition=path).answers()["country"] == "PE"
