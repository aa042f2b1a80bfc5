"""Codebooks and Lifecycle files, on made samples."""

import pytest

from capbuild.errors import LimitError, ReadError
from capbuild.model import Missing
from capbuild.plugins import ReadLimits


def types(form):
    return {q.id: q.type.value for q in form.questions}


def test_variables_of_a_codebook_are_questions(read, codebook):
    found = read(codebook)
    form = found.form
    assert types(form) == {
        "law": "select one", "units": "select multiple", "opened": "date", "staff": "integer", "staff (V5)": "text",
        "reach": "select one",
    }  # fmt: skip
    assert (form.id, form.version, form.title.get("es"), form.languages) == ("NEEDS", "2", "Necesidades", ("en", "es"))
    law, staff = form["law"], form["staff"]
    assert (law.text.get("en"), law.text.get("es"), law.hint.source) == (
        "Is there a law?", "¿Hay una ley?", "A law in force."
    )  # fmt: skip
    assert [(c.code, c.label.get("es"), c.missing) for c in law.choices] == [
        ("1", "Sí", None), ("2", "No", None), ("9", "Don't know", Missing.DONT_KNOW), ("8", "8", Missing.NO_ANSWER)
    ]  # fmt: skip
    assert (law.skip.expression, form["units"].hint.source) == ("All units", "Choose all.")
    assert (staff.minimum, staff.maximum, staff.unit) == (0, 900, "persons")
    assert staff.choices[0].missing is Missing.REFUSED
    assert [(c.code, c.missing) for c in form["reach"].choices] == [("1", None), ("7", Missing.NO_ANSWER)]
    assert form["staff (V5)"].personal is not None
    assert [(g.id, g.parent) for g in form.groups] == [("G1", None), ("G2", "G1")]
    assert (law.group, staff.group, found.codes) == ("G1", "G2", ["CB136"])


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Não sabe", Missing.DONT_KNOW),
        ("Não se aplica", Missing.NOT_APPLICABLE),
        ("Refusé", Missing.REFUSED),
        ("98. Keine Angabe", Missing.NO_ANSWER),
        ("Sea water", Missing.NO_ANSWER),
    ],
)
def test_the_label_of_a_missing_category_names_its_kind(read, label, kind):
    listed = f'<catgry missing="Y"><catValu>98</catValu><labl>{label}</labl></catgry>'
    found = read(f'<codeBook><dataDscr><var ID="V1" name="source">{listed}</var></dataDscr></codeBook>')
    assert found.form["source"].choices[0].missing is kind


def test_groups_in_a_circle_have_no_parent(read, codebook):
    circle = codebook.replace('ID="G2" var="V4"', 'ID="G2" var="V4" varGrp="G1"')
    assert [g.parent for g in read(circle).form.groups] == [None, None]


def test_a_study_without_variables_is_reported(read):
    found = read("<codeBook><stdyDscr/></codeBook>")
    assert (len(found.form), found.codes) == (0, ["DDI2"])


def test_questions_of_a_lifecycle_file_follow_its_instrument(read, lifecycle):
    form = read(lifecycle).form
    assert types(form) == {
        "hello": "note", "law": "select one", "units": "select multiple", "trained": "note", "trained_cert": "boolean",
        "trained[2]": "boolean", "since": "date", "why": "text", "topic": "text", "late": "integer",
        "weight": "decimal",
    }  # fmt: skip
    assert (form.id, form.title.get("es"), form.languages) == ("form", "Necesidades", ("en", "es"))
    assert [(g.id, g.title.source, g.repeat) for g in form.groups] == [
        ("s1", "Capacity", False), ("loop", "Courses", True)
    ]  # fmt: skip
    law = form["law"]
    assert (law.text.get("es"), law.group) == ("¿Hay una ley?", "s1")
    assert [(c.code, c.label.get("es"), c.missing) for c in law.choices] == [
        ("1", "Sí", None), ("2", "No", None), ("3", "Don't know", Missing.DONT_KNOW)
    ]  # fmt: skip
    assert (form["trained_cert"].text.source, form["trained[2]"].parent) == ("CERT", "trained")
    assert (form["since"].skip.expression, form["why"].skip.expression) == ("law = 1", "not (law = 1)")
    assert (form["topic"].group, form["late"].group, form["late"].maximum) == ("loop", None, 9)
    assert form["weight"].text.source == "Weight"


def test_constructs_in_a_circle_and_too_deep_are_no_harm(read, lifecycle):
    circle = lifecycle.replace("<ID>topic-qc</ID>", "<ID>loop</ID>", 1)
    assert "topic" in read(circle).form
    with pytest.raises(LimitError):
        read(lifecycle, limits=ReadLimits(nesting=1))


def test_grids_that_multiply_are_refused(read, lifecycle):
    wide = lifecycle.replace('rangeMaximum="1"', 'rangeMaximum="100000000"')
    with pytest.raises(LimitError):
        read(wide, limits=ReadLimits(cells=100_000))


@pytest.mark.parametrize(
    "data",
    [
        "<rss/>",
        "<codeBook><dataDscr>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><codeBook>&b;</codeBook>",
        "not XML",
    ],
)
def test_what_is_no_ddi_is_refused(read, data):
    with pytest.raises(ReadError):
        read(data)


def test_multiple_response_sets_are_one_question(read):
    def make(*categories):
        listed = "".join(f"<catgry><catValu>{code}</catValu><labl>{code}</labl></catgry>" for code in categories)
        variables = "".join(
            f'<var ID="V{n}" name="units/{code}"><labl>{label}</labl>{listed}</var>'
            for n, (code, label) in enumerate((("a", "CERT"), ("b", "Laboratory")), start=1)
        )
        return (
            '<codeBook><dataDscr><varGrp ID="S" varGrp="G"><labl>Section</labl></varGrp>'
            '<varGrp ID="G" type="multipleResp" name="units" var="V1 V2"><labl>Which units?</labl></varGrp>'
            f'<var ID="V0" name="law"/>{variables}</dataDscr></codeBook>'
        )

    for categories, choices in (("01", {"a": "CERT", "b": "Laboratory"}), ("xyz", {"x": "x", "y": "y", "z": "z"})):
        form = read(make(*categories)).form
        assert types(form) == {"law": "unknown", "units": "select multiple"}
        units = form["units"]
        assert ({c.code: c.label.source for c in units.choices}, units.text.source) == (choices, "Which units?")
        assert (units.group, [group.id for group in form.groups]) == ("S", ["S"])
