"""`capbuild questionnaire`: every format, in the languages asked for, read back as the same questions."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.cli.commands import questionnaire
from capbuild.frameworks import load_bundled, survey_questionnaire, visit_questionnaire
from capbuild.model import Question, Questionnaire
from capbuild.plugins import Host, hookimpl


def _run(*arguments):
    return CliRunner().invoke(app, ["questionnaire", *map(str, arguments)])


@pytest.mark.parametrize("visit", [False, True])
@pytest.mark.parametrize(("format_", "suffix"), [("xlsx", "xlsx"), ("xlsform", "xlsx"), ("limesurvey", "lss")])
def test_each_format_holds_every_criterion_in_the_languages_asked_for(format_, suffix, visit, tmp_path):
    framework = load_bundled("police_cyber")
    path = tmp_path / f"form.{suffix}"
    done = _run("--format", format_, "--language", "fr", "--language", "nl", "--out", path, *(["--visit"] * visit))
    assert done.exit_code == 0, done.output
    form = cb.read(path).questionnaire
    expected = (visit_questionnaire if visit else survey_questionnaire)(framework)
    asked = {m.target: form[m.question] for m in form.mappings}
    assert set(asked) == set(framework.criteria)
    for question in expected.questions:
        assert asked[question.id].text.get("nl") == question.text.get("nl")
        assert len(asked[question.id].choices) == len(question.choices)
    if format_ != "xlsx":  # a workbook carries the whole form, and shows the languages asked for
        assert set(form.languages) == {"fr", "nl"}


def test_a_word_document_has_one_language_and_the_whole_form(tmp_path):
    path = tmp_path / "form.docx"
    done = _run("--format", "docx", "--language", "fr", "--out", path)
    assert done.exit_code == 0, done.output
    assert cb.read(path).questionnaire == survey_questionnaire(load_bundled("police_cyber"))
    two = _run("--format", "docx", "--language", "fr", "--language", "nl", "--out", path)
    assert (two.exit_code, "one language" in two.output) == (2, True)


def test_csv_holds_one_language():
    assert _run("--language", "es", "--visit").output.startswith('"Capacidad policial')
    assert _run("--language", "es", "--language", "fr").exit_code == 2


def test_what_cannot_be_done_is_said():
    assert "needs --out" in _run("--format", "xlsx").output
    assert "it has: en, es, fr, nl" in _run("--language", "xx").output


def test_a_questionnaire_of_a_plugin_is_written_by_its_name(monkeypatch, tmp_path):
    calls = Question(id="calls", text="Calls answered, in per cent", type="integer")
    form = Questionnaire(id="desk", version="2", title="Desk", questions=[calls])
    plugin = SimpleNamespace(register_questionnaires=hookimpl(lambda: [form]))
    monkeypatch.setattr(questionnaire, "default_host", lambda: Host(plugins={"desk": plugin}))
    path = tmp_path / "desk.lss"
    assert _run("desk 2", "--format", "limesurvey", "--out", path).exit_code == 0
    assert [question.id for question in cb.read(path).questionnaire.questions] == ["calls"]
    assert "--format xlsx" in _run("desk").output
