"""The words of twelve languages: complete, without contradiction, and understood by every reader."""

import ast
import datetime
import json
import re
from collections import defaultdict
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import pytest
from babel import Locale

import capbuild as cb
from capbuild.formats import Role, header_meaning
from capbuild.formats.layouts.cell_grid import is_total
from capbuild.formats.places import is_country_name
from capbuild.formats.table_state import language_tag
from capbuild.formats.values.dates import is_period_header, read_date
from capbuild.formats.values.missing import MISSING_WORDS
from capbuild.formats.vocabulary import (
    LANGUAGES,
    cell_words,
    fold_header,
    fold_headers,
    fold_word,
    fold_words,
    groups,
    header_words,
    lists,
    personal_by_head,
    ranked,
)
from capbuild.model import Missing, PersonalData
from capbuild.testing.scan_comparison import scan_differences
from capbuild.testing.tables import csv_bytes, xlsx_bytes

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = json.loads((files("capbuild.formats") / "vocabulary.json").read_text("utf-8"))
#: What spreadsheets write where a formula failed, which is English in some languages.
FREE = {"missing.invalid"}
#: Chinese sets no words apart, so it has phrases only.
WHOLE = {"zh": {"select.verb", "select.several"}}

# Written apart from the vocabulary, as people head and fill in tables.
# Country, question, answer; yes, no, partly; don't know, refused, not applicable; total, source; e-mail.
TABLES = """
en: Country, Question, Answer; Yes, No, Partly; Don't know, Refused, Not applicable; Total, Source; E-mail
es: País, Pregunta, Respuesta; Sí, No, Parcialmente; No sabe, Rehúsa, No aplica; Total, Fuente; Correo
fr: Pays, Question, Réponse; Oui, Non, En partie; Ne sait pas, Refus, Sans objet; Total, Source; Courriel
nl: Land, Vraag, Antwoord; Ja, Nee, Deels; Weet niet, Wil niet zeggen, N.v.t.; Totaal, Bron; E-mail
pt: País, Pergunta, Resposta; Sim, Não, Em parte; Não sei, Recusou, Não se aplica; Total, Fonte; E-mail
it: Paese, Domanda, Risposta; Sì, No, In parte; Non so, Preferisco non dirlo, Non applicabile; Totale, Fonte; E-mail
de: Land, Frage, Antwort; Ja, Nein, Teilweise; Weiß nicht, Verweigert, Nicht zutreffend; Gesamt, Quelle; E-Mail
ar: الدولة, السؤال, الإجابة; نعم, لا, جزئياً; لا أعرف, رفض الإجابة, لا ينطبق; الإجمالي, المصدر; الإيميل
ru: Страна, Вопрос, Ответ; Да, Нет, Частично; Не знаю, Отказался, Не применимо; Итого, Источник; Эл. почта
zh: 国家, 问题, 答案; 是, 否, 部分; 不知道, 拒绝回答, 不适用; 合计, 来源; 电子邮件
id: Negara, Pertanyaan, Jawaban; Ya, Tidak, Sebagian; Tidak tahu, Menolak menjawab, Tidak berlaku; Jumlah, Sumber; Surel
sw: Nchi, Swali, Jibu; Ndiyo, Hapana, Kwa sehemu; Sijui, Amekataa kujibu, Haihusiki; Jumla, Chanzo; Barua pepe
"""
#: One answer a country; Japan, Peru and Chad have two letters in Chinese.
PLACES = ("MX", "JP", "KE", "TR", "PE", "TD")
KINDS = (Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_APPLICABLE)


def parts_of(language):
    row = next(line for line in TABLES.splitlines() if line.startswith(f"{language}: "))
    headers, answers, absent, foot, mail = (part.strip().split(", ") for part in row[4:].split(";"))
    return headers, answers, absent, foot, mail[0]


def leaves(section, path=()):
    for name, value in section.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        else:
            yield ".".join((*path, name)), value


def texts_of(value):
    """The words of a string, or of a list of strings by rank."""
    return [text for part in ([value] if isinstance(value, str) else value) for text in part.split(" | ") if part]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_every_key(language):
    found = dict(leaves(SECTIONS[language]))
    assert list(found) == list(dict(leaves(SECTIONS["en"])))
    assert {key for key, value in found.items() if not texts_of(value)} <= FREE | WHOLE.get(language, set())
    ranks = {key: len(value) for key, value in found.items() if key.startswith(("header.", "month"))}
    assert ranks == {key: len(value) for key, value in leaves(SECTIONS["en"]) if key in ranks}


def test_each_list_has_a_word_once_and_no_blanks():
    for language, section in SECTIONS.items():
        for key, value in leaves(section):
            texts = texts_of(value)
            assert texts == [text.strip() for text in texts]
            assert len(set(texts)) == len(texts), (language, key)


@pytest.mark.parametrize("key", ["header", "missing", "personal.header", "personal.word"])
def test_no_word_means_two_things(key):
    meanings = defaultdict(set)
    for group in groups(key):
        for word in cell_words(f"{key}.{group}"):
            meanings[word].add(group)
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}


def test_answers_have_no_word_in_common():
    for one, other in combinations(("yes", "no", "partly", "missing"), 2):
        assert not cell_words(one) & cell_words(other)
    assert not (header_words("yes") | header_words("no") | header_words("partly")) & header_words("header")


@pytest.mark.parametrize("key", [f"header.{name}" for name in groups("header")] + ["month"])
def test_a_word_has_one_rank(key):
    found = defaultdict(set)
    for section in SECTIONS.values():
        for rank, texts in enumerate(dict(leaves(section)).get(key, ())):
            for word in fold_headers(texts.replace(" | ", "\n")):
                found[word].add(rank)
    assert {word: ranks for word, ranks in found.items() if word and len(ranks) > 1} == {}


def test_words_fold_together_as_one_by_one():
    texts = [text for section in SECTIONS.values() for _, value in leaves(section) for text in texts_of(value)]
    texts += [" İki  nokta_üst ", "١٢ स्वास्थ्य", "e\u0301—ß", "’s"]
    assert fold_headers("\n".join(texts)) == [fold_header(text) for text in texts]
    assert fold_words("\n".join(texts)) == [fold_word(text) for text in texts]


def test_an_unknown_key_is_refused():
    for look_up in (header_words, cell_words, ranked):
        with pytest.raises(KeyError, match="no such key"):
            look_up("no such key")


def test_what_is_counted_keeps_its_first_word():
    assert {tuple(texts) for texts in lists("counted")} >= {("años", "año"), ("лет", "год", "года", "годы")}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_of_countries_is_read(language, kind):
    headers, answers, absent, (total, source), _ = parts_of(language)
    names = Locale.parse(language).territories
    rows = [[headers[0], "P1", "P2"]]
    rows += [
        [names[code], answer, place] for code, answer, place in zip(PLACES, answers + absent, "abcdef", strict=True)
    ]
    rows += [[total, 6, ""], [f"{source}: OAS", "", ""]]
    data = csv_bytes(rows) if kind == "csv" else xlsx_bytes({"S": rows})
    reading = cb.read(data, name=f"a.{kind}")
    assert [response.country.alpha_2 for response in reading.responses] == list(PLACES)
    assert [response["P1"].value for response in reading.responses] == [*answers, *KINDS]
    assert reading.responses[3]["P1"].raw == absent[0]
    assert not [issue for issue in reading.issues if issue.severity.value != "note"]
    assert list(scan_differences(cb.scan(data, name=f"a.{kind}"), reading.responses)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_table_is_read(language, kind):
    headers, answers, absent, _, _ = parts_of(language)
    names = Locale.parse(language).territories
    rows = [headers]
    for code in ("PE", "JP", "KE"):
        rows += [[names[code], f"Q{n}", answer] for n, answer in enumerate([*answers, *absent], start=1)]
    data = csv_bytes(rows) if kind == "csv" else xlsx_bytes({"S": rows})
    reading = cb.read(data, name=f"a.{kind}")
    assert [response.country.alpha_2 for response in reading.responses] == ["PE", "JP", "KE"]
    assert [answer.question for answer in reading.responses[1].answers] == [f"Q{n}" for n in range(1, 7)]
    assert [answer.value for answer in reading.responses[1].answers] == [*answers, *KINDS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_single_words_are_understood(language):
    headers, answers, absent, (total, source), mail = parts_of(language)
    assert [header_meaning(head).role for head in headers] == [Role.COUNTRY, Role.QUESTION, Role.ANSWER]
    assert [fold_word(word) in cell_words(key) for word, key in zip(answers, ("yes", "no", "partly"), strict=True)] == [
        True
    ] * 3
    assert [MISSING_WORDS[fold_word(word)] for word in absent] == list(KINDS)
    assert is_total(total)
    assert fold_header(source) in header_words("note")
    assert personal_by_head(mail) is PersonalData.EMAIL


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_of_unicode_are_read(language):
    months = Locale.parse(language).months
    for number in range(1, 13):
        for name in (months["format"]["wide"][number], months["stand-alone"]["wide"][number]):
            assert read_date(f"14 {name} 2016") == datetime.date(2016, number, 14)
            assert is_period_header(f"{name} 2016")


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_languages_of_unicode_are_known(language):
    names = Locale.parse(language).languages
    assert {code: language_tag(names[code]) for code in LANGUAGES} == {code: code for code in LANGUAGES}


def test_periods_in_chinese_are_read():
    assert [is_period_header(head) for head in ("2013年", "2013年3月", "2013年第一季度", "2013年度")] == [True] * 4


@pytest.mark.parametrize("name", ["中国", "日本", "مصر", "قطر", "Чад", "США", "Peru"])
def test_names_of_countries_have_two_letters_beyond_latin_script(name):
    assert is_country_name(name)


@pytest.mark.parametrize("text", ["NA", "NO", "Is", "UK", "да", "нет", "是", "否", "不", "لا", "نعم", "Male"])
def test_answers_and_codes_name_no_country(text):
    assert not is_country_name(text)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_codes_beside_names_settle_those_that_may_mean_two(kind):
    rows = [["Country", "ISO3", "Law"], ["Congo", "COG", "yes"], ["Congo", "COD", "no"], ["Peru", "PER", "yes"]]
    data = csv_bytes(rows) if kind == "csv" else xlsx_bytes({"S": rows})
    reading = cb.read(data, name=f"a.{kind}")
    assert [response.country.alpha_2 for response in reading.responses] == ["CG", "CD", "PE"]
    assert [response["Country"].value for response in reading.responses] == ["Congo", "Congo", "Peru"]
    assert list(scan_differences(cb.scan(data, name=f"a.{kind}"), reading.responses)) == []


@pytest.mark.parametrize("head", ["Capital", "Ville", "Vorname", "Jenis kelamin"])
def test_a_city_or_a_name_is_no_country(head):
    rows = [[head, "P1"], ["Panama", "a"], ["Djibouti", "b"], ["Luxembourg", "c"], ["Singapore", "d"]]
    reading = cb.read(csv_bytes(rows), name="a.csv")
    assert {response.country for response in reading.responses} == {None}


def test_code_holds_no_list_of_words():
    """Words that tables are written with stand in the vocabulary; products of forms have their own."""
    listed = re.compile(r"""["']\w[\w ]*(?: \| [\w ]+){2,}""")
    code = [*(ROOT / "src/capbuild/formats").glob("*.py"), *(ROOT / "plugins/capbuild-sheets/src").rglob("*.py")]
    assert [path.name for path in code if listed.search(path.read_text("utf-8"))] == ["products.py"]


def test_every_key_that_code_reads_is_there():
    calls = {"header_words", "cell_words", "lists", "ranked", "groups"}
    asked = set()
    for path in (*ROOT.glob("src/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")):
        text = path.read_text("utf-8")
        nodes = ast.walk(ast.parse(text if "from capbuild.formats.vocabulary import" in text else ""))
        found = (n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id in calls)
        asked |= {
            argument.value
            for call in found
            for argument in call.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        }
    keys = {key.split(".")[0] for key in asked}
    known = {key for language in SECTIONS.values() for key in language}
    assert "level" in keys
    assert {key for key in keys if key.isidentifier()} <= known
