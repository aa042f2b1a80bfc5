"""Writing: whole or not at all, by the writer named or the suffix."""

from types import SimpleNamespace

import pytest

import capbuild as cb
from capbuild._atomic import write_atomic
from capbuild.errors import OptionError, PluginError, WriteError
from capbuild.io import render, write
from capbuild.io.writing import find_writer
from capbuild.model import TLP, Answer, DisclosurePolicy, Programme, Question, Questionnaire, Response, Survey
from capbuild.plugins import Host, OutputFile, Writer, hookimpl


def hosting(write_function, suffixes=(".x",), accepts=(int,), discloses=True):
    made = Writer(
        name="mine", title="Mine", accepts=accepts, write=write_function, suffixes=suffixes, discloses=discloses
    )
    return Host(plugins={"mine": SimpleNamespace(register_writers=hookimpl(lambda: [made]))}, discover=False)


def test_a_writer_is_chosen_by_suffix_and_kind(tmp_path):
    host = hosting(lambda subject, context, options: iter([f"{subject} in {context.language}"]))
    assert write(7, tmp_path / "a.x", language="es", host=host) == (tmp_path / "a.x",)
    assert (tmp_path / "a.x").read_text("utf-8") == "7 in es"
    with pytest.raises(WriteError, match="no writer for str"):
        write("seven", tmp_path / "a.x", host=host)
    with pytest.raises(WriteError, match="cannot write str"):
        write("seven", tmp_path / "a.x", format="mine", host=host)


def test_a_set_of_files_goes_into_a_folder(tmp_path):
    host = hosting(lambda s, c, o: iter([OutputFile("b/two.txt", ["2"]), OutputFile("one.bin", [b"1"])]))
    names = [p.relative_to(tmp_path).as_posix() for p in write(7, tmp_path / "out", format="mine", host=host)]
    assert names == ["out/b/two.txt", "out/one.bin"]
    with pytest.raises(WriteError, match="makes 2 files"):
        render(7, "mine", host=host)


def test_a_writer_that_fails_half_way_leaves_the_file_as_it_was(tmp_path):
    def half(subject, context, options):
        yield "half"
        raise RuntimeError("out of ink")

    (tmp_path / "a.x").write_text("whole")
    with pytest.raises(PluginError, match="out of ink"):
        write(7, tmp_path / "a.x", host=hosting(half))
    assert [p.name for p in tmp_path.iterdir()] == ["a.x"]
    assert (tmp_path / "a.x").read_text() == "whole"


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WriteError) as caught:
        write_atomic(tmp_path / "file" / "below", "text")
    assert caught.value.code == "CB702"


def test_unknown_writers_and_options_are_told():
    host = hosting(lambda s, c, o: iter(["x"]))
    with pytest.raises(WriteError, match="did you mean 'mine'"):
        render(7, "mien", host=host)
    with pytest.raises(OptionError, match="no option 'colour'"):
        render(7, "mine", options={"colour": 1}, host=host)


def test_an_audience_that_the_policy_does_not_name_is_refused_by_every_writer():
    host = hosting(lambda s, c, o: iter(["x"]))
    policy = DisclosurePolicy(audiences={"team": TLP.AMBER, "donor": TLP.GREEN})
    programme = Programme(id="p", title="P", disclosure=policy)
    assert render(7, "mine", audience="donor", programme=programme, host=host) == "x"
    for audience, given in (("public", programme), ("donor", None), ("nobody", programme)):
        with pytest.raises(WriteError, match="does not name the audience") as caught:
            render(7, "mine", audience=audience, programme=given, host=host)
        assert caught.value.code == "CB703"


def test_a_writer_that_shows_everything_writes_for_the_team_only():
    host = hosting(lambda s, c, o: iter(["x"]), discloses=False)
    programme = Programme(id="p", title="P", disclosure=DisclosurePolicy(audiences={"team": TLP.RED, "donor": TLP.RED}))
    assert render(7, "mine", programme=programme, host=host) == "x"
    with pytest.raises(WriteError, match="shows everything") as caught:
        render(7, "mine", audience="donor", programme=programme, host=host)
    assert caught.value.code == "CB703"


def test_a_writer_that_raises_is_named():
    def broken(subject, context, options):
        yield "begun"
        raise ZeroDivisionError("oops")

    with pytest.raises(PluginError, match="raised ZeroDivisionError: oops in write of writer 'mine'") as caught:
        render(7, "mine", host=hosting(broken))
    assert (caught.value.plugin, caught.value.code) == ("mine", "CB715")


def test_what_the_callback_or_the_writer_raises_on_purpose_comes_through():
    def told(subject, context, options):
        context.progress(0, 1, "page")
        yield "page"

    def refusing(subject, context, options):
        raise WriteError("no pages today")

    def stop(done, total, what):
        raise KeyError(what)

    with pytest.raises(KeyError, match="page"):
        render(7, "mine", host=hosting(told), progress=stop)
    with pytest.raises(WriteError, match="no pages today"):
        render(7, "mine", host=hosting(refusing))


@pytest.mark.parametrize(
    ("typed", "name"), [("markdown", "md"), ("Markdown", "md"), ("word", "docx"), ("excel", "xlsx")]
)
def test_writers_take_the_names_that_people_type(typed, name):
    assert find_writer(typed).name == name
    assert Host().writer_name(typed) == name


def test_a_name_of_no_writer_is_refused_with_those_that_are():
    with pytest.raises(WriteError, match="no writer 'marcdown'"):
        find_writer("marcdown")
    assert Host().writer_name("marcdown") == "marcdown"


def test_keywords_reach_the_options_of_the_same_name():
    text = {"en": "Law?", "es": "¿Ley?"}
    form = Questionnaire(
        id="f", title="F", languages=("en", "es"), questions=[Question(id="q", text=text, type="text")]
    )
    for name in ("docx-form", "xlsx-form", "xlsform"):
        options = [{"language": "es"}, {"languages": ["es"]}][name != "docx-form"]
        assert cb.render(form, name, language="es") == cb.render(form, name, options=options)
        assert cb.render(form, name, language="en", options=options) == cb.render(form, name, options=options)
    assert cb.render(form, "docx-form", country="Peru") == cb.render(form, "docx-form", options={"country": "Peru"})


@pytest.mark.parametrize("text", ["=1+1", "@SUM(1)", "+yes", "'=b", "-5 since May", "'tis so", "plain"])
def test_a_text_that_is_marked_against_formulas_comes_back_without_the_mark(text):
    question = Question(id=f"{text} ?", text="Q")
    form = Questionnaire(id="f", title="F", questions=[question, Question(id="why", text="Why?")])
    answers = [Answer(question.id, text), Answer("why", "because")]
    survey = Survey(
        file="a", format="x", questionnaire=form, responses=[Response(id="1", place="Peru", answers=answers)]
    )
    back = cb.read(cb.render(survey, "responses-csv"), name="a.csv")
    (column,) = [one.id for one in back.questions if "?" in one.id]
    assert (column, back[0][column].value) == (question.id, text)
