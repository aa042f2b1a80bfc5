"""Languages of reports: what a catalogue of texts must hold, and one that a plugin adds, from right to left."""

import csv
import datetime
import html
import json
import re
from collections.abc import Iterable
from pathlib import Path

import capbuild_arabic
import pytest
from babel import Locale
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from capbuild import render
from capbuild.cli.app import app
from capbuild.errors import ModelError
from capbuild.frameworks import load_bundled
from capbuild.io.writing import render_files
from capbuild.plugins import Host, default_host, hookimpl
from capbuild.reports import LanguageTexts, get_translator, language_template, languages, list_languages
from capbuild.reports.languages import BUILT_IN_LANGUAGES, load_built_in
from capbuild.text import list_phrases
from capbuild.workspace import open_workspace
from capbuild.workspace.forms.reviews import export_review, import_review

EXAMPLE = Path(__file__).parents[2] / "examples" / "americas-2015"
PROGRAMME = """
[programme]
id = "small"
title = "Small"
framework = "police-cyber 1.0"

[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30

[[participants]]
country = "Jamaica"

[audiences]
team = "TLP:AMBER"
country = "TLP:AMBER"
"""
TEXTS = json.loads((Path(capbuild_arabic.__file__).parent / "ar.json").read_text("utf-8"))


@pytest.fixture
def _arabic(monkeypatch):
    """Let the host that languages are asked of have the example's plugin."""
    host = Host(plugins={"capbuild-arabic": capbuild_arabic}, discover=True)
    monkeypatch.setattr(languages, "default_host", lambda: host)


def test_built_in_languages_come_as_those_of_plugins_do():
    """By `register_languages`."""
    found = default_host().languages
    assert {tag: found[tag].coverage for tag in BUILT_IN_LANGUAGES} == dict.fromkeys(BUILT_IN_LANGUAGES, 1.0)


@pytest.mark.parametrize(
    ("tag", "texts", "said"),
    [
        ("klingon", {}, "must be the code of a language that CLDR has"),
        ("xx", {}, "must be the code of a language that CLDR has"),
        ("de", {"country_brief.tarjet": "Ziel"}, "did you mean 'country_brief.target'"),
        ("de", {"audience.for": "Für alle"}, "missing: whom"),
        ("de", {"audience.for": "Für {whom} und {sonst}"}, "unknown: sonst"),
        ("de", {"audience.for": "Für {whom"}, "must have matching braces"),
        ("de", {"country_brief.target": " "}, "must not be empty"),
        ("de", {"country_brief.target": {"other": "Ziel"}}, "must be one text"),
        ("de", {"message.others": "andere"}, "must have plural forms"),
        ("de", {"message.others": {"one": "ein anderes"}}, "must have the plural form 'other'"),
        ("de", {"message.others": {"few": "{count}", "other": "{count}"}}, "may have =0, one"),
    ],
)
def test_texts_that_would_fail_in_a_report_are_refused(tag, texts, said):
    with pytest.raises(ModelError) as refused:
        LanguageTexts(tag=tag, texts=texts)
    assert said in str(refused.value)


@pytest.mark.usefixtures("_arabic")
def test_a_plugin_adds_a_language_and_what_it_lacks_is_english():
    t = get_translator("ar-EG")
    assert (t.language, t.right_to_left, get_translator("es").right_to_left) == ("ar", True, False)
    assert t("country_brief.target") == TEXTS["country_brief.target"]
    assert t("changed.title") == load_built_in("en")["changed.title"]
    assert list_languages() == (*BUILT_IN_LANGUAGES, "ar")
    # CLDR has six plural forms for Arabic: one, two, a few (3 to 10), many (11 to 99), none, and others.
    forms = TEXTS["message.others"]
    for count, form in ((1, "one"), (2, "two"), (5, "few"), (50, "other")):
        assert t("message.others", count) == forms[form].format(count=count)


@pytest.mark.usefixtures("_arabic")
def test_a_page_in_it_runs_from_right_to_left():
    assessed = open_workspace(EXAMPLE).assess("endline")
    pages = {tag: render(assessed, "html", kind="brief-country", country="JM", language=tag) for tag in ("ar", "es")}
    assert '<html lang="ar" dir="rtl">' in pages["ar"]
    assert '<html lang="es">' in pages["es"]
    for key in ("kind.brief-country", "country_brief.ask", "country_brief.levels"):
        assert TEXTS[key] in pages["ar"]
    assert "جامايكا" in pages["ar"]  # the name in CLDR


@pytest.mark.usefixtures("_arabic")
def test_a_form_in_it_comes_back(tmp_path):
    folder = tmp_path / "small"
    (folder / "returns").mkdir(parents=True)
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (folder / "returns" / "jm.csv").write_text("country,TEC-2.2a\nJamaica,yes\n", encoding="utf-8")
    file = export_review(open_workspace(folder), "Jamaica", out=tmp_path / "form.csv", language="ar")
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    headers = next(place for place, row in enumerate(rows) if row[:1] == [TEXTS["review.target"]])
    assert {row[2] for row in rows if row[:1] == ["TEC-2.2a"]} == {TEXTS["answer.yes"]}
    answered = rows[:headers] + [
        row for row in rows[headers:] if row[:1] != ["target"]
    ]  # a person deletes the row of ids
    for row in answered:
        if row[:1] == ["agree"]:
            row[2] = "لا"
        if row[:1] == ["TEC-2.2a"]:
            row[4:6] = ["لا", "أُغلق المختبر"]
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(answered)
    found = import_review(open_workspace(folder), file, received=datetime.date(2026, 5, 4))
    assert [(one.target, one.proposed, one.comment) for one in found.proposals] == [("TEC-2.2a", "لا", "أُغلق المختبر")]
    assert found.state.state.value == "disputed"


def read_text(page: str) -> list[str]:
    """The texts that a page shows, without styles, scripts and data."""
    body = re.sub(r"<(style|script|pre)\b.*?</\1>", "", page, flags=re.DOTALL)
    return [html.unescape(text) for text in re.split(r"<[^>]*>", body) if text.strip()]


#: Latin letters in an Arabic page: ids of criteria, levels and rules, codes of currencies and markings, standards.
_CODES = re.compile(
    r"(?<![A-Za-z0-9])(?:TLP:[A-Z+]+|[A-Z]{3}(?:-\d(?:\.\d\w)?)?|[LAS]\d+\*?|[\w.-]+ \d\.\d(?:\.\d)?"
    r"|ISO/IEC \d+|D|O|R|I|E|G)\b"
)


def find_latin(page: str, own: Iterable[str]) -> list[str]:
    """Words in Latin letters that are neither codes nor texts of the programme itself."""
    texts = read_text(page)
    for name in sorted({part for text in own for part in re.split(r"(?<=\.) ", text)}, key=len, reverse=True):
        texts = [text.replace(name, "") for text in texts]
    return [text for text in texts if re.search("[A-Za-z]", _CODES.sub("", text))]


def test_the_arabic_letter_brief_and_visit_form_have_no_english():
    """Texts of the framework and the catalogue, too; those of the programme are its own."""
    host = Host(plugins={"capbuild-arabic": capbuild_arabic}, discover=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "default_host", lambda: host)
        workspace = open_workspace(EXAMPLE, host=host)
        programme, own = workspace.programme, set(list_phrases(workspace.programme))
        for round_ in workspace.rounds:
            collection = workspace.collect(round_.id)
            own |= {str(source.title) for source in collection.sources}
            assessed, dossier = workspace.assess(round_.id), workspace.dossier(round_.id)
            for kind in ("brief-country", "letter"):
                for place in ("JM", "CO", "HT", "SX"):
                    page = render(
                        assessed, "html", kind=kind, country=place, language="ar", programme=programme,
                        dossier=dossier, audience="country",
                    )  # fmt: skip
                    assert 'dir="rtl"' in page
                    assert find_latin(page, own) == []
                    assert find_latin(page.replace("</h1>", " Signature</h1>"), own) != []
        framework = host.frameworks["police-cyber 1.0"]
        assert framework.languages[-1] == "ar"
        assert "ar" not in load_bundled("police_cyber").languages
        form = render(framework, "html-form", options={"visit": True, "language": "ar"}, host=host)
    assert find_latin(form, ["police-cyber-visit 1.0"]) == []
    shown = read_text(form)
    assert {criterion.text.get("ar") for criterion in framework.criteria.values()} <= {*map(str.strip, shown)}


def test_numbers_of_arabic_criteria_are_those_of_the_english():
    phrases = json.loads((Path(capbuild_arabic.__file__).parent / "framework.json").read_text("utf-8"))
    framework = load_bundled("police_cyber")
    texts = [text for criterion in framework.criteria.values() for text in (criterion.text, criterion.action)]
    assert {str(text) for text in texts} <= phrases.keys()
    for text in texts:
        assert re.findall(r"\d+", phrases[str(text)]) == re.findall(r"(?<!G)\d+", str(text)), text
    translations = [phrases[str(criterion.text)] for criterion in framework.criteria.values()]
    assert len({*translations}) == len(translations)


def test_phrases_of_a_folder_translate_its_framework(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    done = CliRunner().invoke(app, ["new", "language", "de", str(folder)])
    assert done.exit_code == 0
    file = folder / "languages" / "de" / "framework.json"
    phrases = json.loads(file.read_text("utf-8"))
    framework = open_workspace(folder).framework
    assert ("de" in framework.languages, {*phrases.values()}) == (False, {""})
    assert {str(framework.title), str(framework.criteria["TEC-2.2a"].text)} <= phrases.keys()
    phrases[str(framework.title)] = "Polizei gegen Cyberkriminalität"
    file.write_text(json.dumps(phrases), encoding="utf-8")
    translated = open_workspace(folder).framework
    assert (translated.title.get("de"), translated.languages[-1]) == ("Polizei gegen Cyberkriminalität", "de")
    assert CliRunner().invoke(app, ["new", "language", "de", str(folder)]).exit_code == 0
    assert json.loads(file.read_text("utf-8"))[str(framework.title)] == "Polizei gegen Cyberkriminalität"


@pytest.mark.usefixtures("_arabic")
def test_what_is_left_in_english_is_said_once_and_marked():
    """No sentence in English that the language lacks stands on the page without its mark."""
    assessed, issues = open_workspace(EXAMPLE).assess("endline"), []
    report = render_files(assessed, "html", kind="profile", country="JM", language="ar", issues=issues)[""]
    (note,) = [one for one in issues if one.code == "CB705"]
    lacking, printed = map(int, re.findall(r"texts in English: (\d+) of (\d+)", note.message)[0])
    assert (0 < lacking < printed, note.severity.value) == (True, "note")
    assert note.message.startswith(f"{1 - lacking / printed:.0%} of this report is in 'ar'")
    marked = re.findall(r'<span lang="en" dir="ltr">([^<]*)</span>', report)
    plain = re.sub(
        r'<span lang="en" dir="ltr">[^<]*</span>|<(style|script)\b.*?</\1>|<[^>]*>', "|", report, flags=re.DOTALL
    )
    sentences = [
        str(text) for key, text in load_built_in("en").items() if key not in TEXTS and str(text).count(" ") > 2
    ]
    assert any(sentence in marked for sentence in sentences)
    assert [sentence for sentence in sentences if sentence in plain] == []
    shown = []
    render_files(assessed, "html", kind="profile", country="JM", language="es", issues=shown)
    assert [one for one in shown if one.code == "CB705"] == []


def test_a_language_of_a_plugin_that_is_built_in_is_refused_in_a_report(baseline):
    class Mine:
        @staticmethod
        @hookimpl
        def register_languages():
            return [LanguageTexts(tag="es", texts={"country_brief.target": "Objetivo"})]

    issues = []
    render_files(baseline, "md", language="es", host=Host(plugins={"mine": Mine}, discover=False), issues=issues)
    assert ["'es'" in one.message for one in issues] == [True]


FORMS = st.sampled_from(["de", "pl", "ar", "ja", "cy"])


@given(tag=FORMS, data=st.data())
def test_a_template_filled_in_is_a_language_and_an_empty_one_is_none(tag, data):
    """Any text with the fields of its English message, in the plural forms of CLDR."""
    template = json.loads(language_template(tag))
    english = load_built_in("en")
    assert (template.keys(), LanguageTexts.from_json(tag, json.dumps(template)).texts) == (english.keys(), {})
    chosen = data.draw(st.lists(st.sampled_from(sorted(english)), min_size=1, max_size=8, unique=True))
    for key in chosen:
        source = english[key] if isinstance(english[key], str) else english[key]["other"]
        entry = template[key]
        words = f"{data.draw(st.text('abcß漢', min_size=1, max_size=5))} {source}"
        entry["text"] = words if isinstance(entry["text"], str) else dict.fromkeys(entry["text"], words)
    found = LanguageTexts.from_json(tag, json.dumps(template))
    assert found.texts.keys() == set(chosen)
    plural = {key for key in chosen if not isinstance(english[key], str)}
    assert {frozenset(found.texts[key]) for key in plural} <= {
        frozenset([*Locale.parse(tag).plural_form.rules, "other"])
    }
