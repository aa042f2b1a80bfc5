"""A test of the tests: a bad plugin, one fault at a time, and the clause that must find each."""

import builtins
import datetime
import itertools
import sys
import time
from types import ModuleType

import pytest
from attrs import evolve, frozen

from capbuild.model import AssessmentSet, Question, Questionnaire, SkipRule
from capbuild.plugins import NoOptions, OutputFile, Writer, hookimpl
from capbuild.testing import (
    CatalogueConformance,
    FrameworkConformance,
    QuestionnaireConformance,
    WriterConformance,
    invented_programme,
)
from capbuild.testing.conformance.side_effects import interpreter_state, watch
from capbuild.text import Text

SAMPLE = invented_programme()
COUNTER = itertools.count()


def plugin(hook, thing, **names):
    module = ModuleType("bad_plugin")
    module.CAPBUILD_API = 1
    setattr(module, hook, hookimpl(lambda: [thing]))
    for name, value in names.items():
        setattr(module, name, value)
    return module


def told_by(conformance, module, test, **attributes):
    """Run one test of a conformance class for a plugin; return what it says, or nothing when all is well."""
    case = type("Case", (conformance,), {"plugin": module, **attributes})()
    try:
        with pytest.MonkeyPatch.context() as patch:
            getattr(case, test)(*((patch,) if test == "test_writes_the_same_bytes" else ()))
    except AssertionError as error:
        return str(error)
    return ""


@frozen(kw_only=True)
class Undocumented:
    """Options that say nothing of themselves."""

    width: int = 80


def rows(subject):
    for assessment in subject:
        for score in assessment:
            yield assessment.country.name, str(score.capacity.title), str(score)


def lines(subject):
    for row in rows(subject):
        yield "\t".join(row) + "\n"


def good(subject, context, options):
    yield "All of it is invented.\n" if subject.invented else ""
    for country, *cells in rows(subject) if context.audience == "team" else ():
        yield "\t".join([country, *(f"'{' '.join(cell.split())}" for cell in cells)]) + "\n"


def few(text, subject):
    if not subject.assessments:
        raise ZeroDivisionError("mean of nothing")
    return [text]


def zeros(text, subject):
    return [f"{score.capacity.id}\t{score.value or 0:g}\n" for one in subject for score in one]


def levels(text, subject):
    return [f"{score.capacity.id}\t{score.level}\n" for one in subject for score in one]


#: What a writer was given so far.
KEPT = []
#: What goes wrong, by name: from the text that is right to what is yielded.
FAULTS = {
    "mixes": lambda text, subject: ["text", b"bytes"],
    "climbs": lambda text, subject: [OutputFile("../scores.txt", ["text"])],
    "today": lambda text, subject: [f"written on {datetime.date.today()}\n"],
    "year": lambda text, subject: [f"written in {time.strftime('%Y')}\n"],
    "counts": lambda text, subject: [f"run {next(COUNTER)}\n"],
    "few": few,
    "remembers": lambda text, subject: (KEPT.append(text), list(KEPT))[1],
    "zeros": zeros,
    "levels": levels,
    "always": lambda text, subject: [f"{text}Every answer is invented.\n"],
    "markup": lambda text, subject: [text.replace("<script>", "")],
    "ascii": lambda text, subject: [text.encode("ascii", "replace").decode()],
    "cuts": lambda text, subject: ["".join(line[:20] + "\n" for line in text.splitlines())],
}


def bad(fault):
    """A writer with one fault."""

    def write(subject, context, options):
        text = "".join(lines(subject))
        return iter(FAULTS[fault](text, subject) if fault in FAULTS else [text])

    return Writer(
        name="Bad_Name" if fault == "name" else "bad",
        title="Bad",
        accepts=(AssessmentSet,),
        write=write,
        suffixes=(".tsv",),
        options=Undocumented if fault == "options" else NoOptions,
        discloses=fault != "refuses",
    )


@pytest.mark.parametrize(
    ("fault", "test", "clause"),
    [
        ("name", "test_registered", "registered"),
        ("options", "test_options", "options"),
        ("mixes", "test_yields_text_or_bytes", "yields text or bytes"),
        ("climbs", "test_yields_text_or_bytes", "yields text or bytes"),
        ("today", "test_writes_the_same_bytes", "writes the same bytes"),
        ("year", "test_writes_the_same_bytes", "writes the same bytes"),
        ("counts", "test_writes_the_same_bytes", "writes the same bytes"),
        ("markup", "test_markup_stays_text", "markup stays text"),
        ("none", "test_formulas_stay_text", "formulas stay text"),
        ("ascii", "test_every_script", "every script"),
        ("cuts", "test_long_texts", "long texts"),
        ("few", "test_few_countries", "few countries"),
        ("remembers", "test_protects", "protects"),
        ("zeros", "test_missing_is_not_zero", "missing is not zero"),
        ("levels", "test_reported_is_not_verified", "reported is not verified"),
        ("none", "test_marks_invented_data", "marks inventions"),
        ("always", "test_marks_invented_data", "marks inventions"),
    ],
)
def test_a_fault_of_a_writer_is_found_by_its_clause(fault, test, clause):
    writer = bad(fault)
    told = told_by(WriterConformance, plugin("register_writers", writer), test, writer=writer.name)
    assert told.startswith(f"clause '{clause}'")


def test_a_writer_that_asks_for_now_is_found(monkeypatch):
    module = plugin("register_writers", None)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec("import datetime\ndef write(*_): yield f'{datetime.datetime.now():%Y}'", vars(module))
    writer = Writer(name="bad", title="Bad", accepts=(AssessmentSet,), write=module.write)
    module.register_writers = hookimpl(lambda: [writer])
    told = told_by(WriterConformance, module, "test_writes_the_same_bytes", writer="bad")
    assert told.startswith("clause 'writes the same bytes'")


@pytest.mark.parametrize("test", [name for name in dir(WriterConformance) if name.startswith("test_")])
def test_a_writer_without_fault_is_left_in_peace(test):
    writer = Writer(name="good", title="Good", accepts=(AssessmentSet,), write=good, suffixes=(".txt",), discloses=True)
    if test != "test_light_import":  # the module is made in this test, and cannot be imported
        assert told_by(WriterConformance, plugin("register_writers", writer), test, writer="good") == ""


def test_a_writer_that_does_not_think_of_disclosure_is_given_nothing_to_disclose():
    module = plugin("register_writers", bad("none"))
    assert told_by(WriterConformance, module, "test_protects", writer="bad") == ""


def test_a_writer_that_leaves_disclosure_to_others_is_not_used_for_donors():
    module = plugin("register_writers", bad("refuses"))
    assert told_by(WriterConformance, module, "test_protects", writer="bad") == ""


@pytest.mark.parametrize(
    ("api", "found"), [(None, "CAPBUILD_API is None"), (99, "CAPBUILD_API is 99"), ("1", "CAPBUILD_API is '1'")]
)
def test_a_wrong_interface_is_found(api, found):
    module = plugin("register_writers", bad("none"), CAPBUILD_API=api)
    told = told_by(WriterConformance, module, "test_interface", writer="bad")
    assert told.startswith("clause 'interface'")
    assert found in told


def test_a_plugin_that_does_not_register_is_found():
    module = plugin("register_raeders", bad("none"))
    told = told_by(WriterConformance, module, "test_registered", writer="bad")
    assert told.startswith("clause 'registered'")
    assert "register_raeders" in told


def test_a_heavy_import_is_found(tmp_path, monkeypatch):
    (tmp_path / "heavy_plugin.py").write_text("import numpy\nCAPBUILD_API = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    told = told_by(WriterConformance, ModuleType("heavy_plugin"), "test_light_import", writer="x")
    assert told.startswith("clause 'light import'")
    assert "numpy" in told


def framework(fault):
    frame = SAMPLE.framework
    law, org = frame.roots
    first, second = law.children
    if fault == "provider":
        return evolve(frame, provider="")
    if fault == "language":
        return evolve(frame, languages=("en", "es", "fr"))
    if fault == "numbers":
        criterion = evolve(first.criteria[0], text={"en": "In the last 12 months.", "es": "En los últimos 24 meses."})
        first = evolve(first, criteria=[criterion, *first.criteria[1:]])
    if fault == "unjudged":
        first = evolve(first, weight=0.0)
        second = evolve(second, weight=0.0)
    if fault == "step":
        first = evolve(first, criteria=[evolve(first.criteria[0], step=9), *first.criteria[1:]])
    if fault == "ends":
        first = evolve(first, criteria=[first.criteria[0]])
    return evolve(frame, roots=[evolve(law, children=[first, second]), org])


@pytest.mark.parametrize(
    ("fault", "test", "clause"),
    [
        ("provider", "test_names_its_source", "names its source"),
        ("language", "test_complete_texts", "complete texts"),
        ("numbers", "test_complete_texts", "complete texts"),
        ("unjudged", "test_has_scales", "can be judged"),
        ("step", "test_references_exist", "fits together"),
        ("ends", "test_reaches_both_ends", "reaches both ends"),
    ],
)
def test_a_fault_of_a_framework_is_found_by_its_clause(fault, test, clause):
    module = plugin("register_frameworks", framework(fault))
    assert told_by(FrameworkConformance, module, test, framework="invented 1").startswith(f"clause '{clause}'")


@pytest.mark.parametrize("test", [name for name in dir(FrameworkConformance) if name.startswith("test_")])
def test_a_framework_without_fault_is_left_in_peace(test):
    if test != "test_light_import":
        module = plugin("register_frameworks", framework("none"))
        assert told_by(FrameworkConformance, module, test, framework="invented 1") == ""


def form(fault):
    def question(name, after):
        return Question(id=name, text=name, skip=SkipRule(expression=f"{after} = 1", questions=[after]))

    if fault == "circle":
        return Questionnaire(id="f", title="F", questions=[question("a", "b"), question("b", "a")])
    if fault == "after nothing":
        return Questionnaire(id="f", title="F", questions=[question("a", "z")])
    if fault == "language":
        return evolve(SAMPLE.questionnaire, id="f", languages=("en", "es", "fr"))
    wrong = evolve(SAMPLE.questionnaire.mappings[0], **{fault: "nowhere"})
    return evolve(SAMPLE.questionnaire, id="f", mappings=[wrong])


@pytest.mark.parametrize(
    ("fault", "test", "clause"),
    [
        ("circle", "test_no_cycles", "no circles"),
        ("after nothing", "test_no_cycles", "fits together"),
        ("language", "test_complete_texts", "complete texts"),
        ("question", "test_references_exist", "fits together"),
        ("choice", "test_references_exist", "fits together"),
        ("target", "test_references_exist", "fits together"),
    ],
)
def test_a_fault_of_a_questionnaire_is_found_by_its_clause(fault, test, clause):
    module = plugin("register_questionnaires", form(fault))
    module.register_frameworks = hookimpl(lambda: [SAMPLE.framework])
    names = {"questionnaire": "f 1", "framework": "invented 1"}
    assert told_by(QuestionnaireConformance, module, test, **names).startswith(f"clause '{clause}'")


@pytest.mark.parametrize(
    ("changes", "test", "clause"),
    [
        ({"addresses": ["LAW-9.9"]}, "test_references_exist", "fits together"),
        ({"roles": ["nobody"]}, "test_references_exist", "fits together"),
        ({"prerequisites": ["A2"]}, "test_no_cycles", "no circles"),
        ({"objective": Text("Only English", "en")}, "test_complete_texts", "complete texts"),
        ({"invented": False}, "test_marks_invented_data", "declares inventions"),
    ],
)
def test_a_fault_of_a_catalogue_is_found_by_its_clause(changes, test, clause):
    first, *others = SAMPLE.catalogue.activities
    catalogue = evolve(SAMPLE.catalogue, activities=[evolve(first, **changes), *others])
    module = plugin("register_catalogues", catalogue)
    module.register_frameworks = hookimpl(lambda: [SAMPLE.framework])
    assert told_by(CatalogueConformance, module, test, catalogue="invented 1").startswith(f"clause '{clause}'")


@pytest.mark.parametrize("test", [name for name in dir(CatalogueConformance) if name.startswith("test_")])
def test_a_catalogue_without_fault_is_left_in_peace(test):
    if test != "test_light_import":
        module = plugin("register_catalogues", SAMPLE.catalogue)
        module.register_frameworks = hookimpl(lambda: [SAMPLE.framework])
        assert told_by(CatalogueConformance, module, test, catalogue="invented 1") == ""


def test_what_a_watch_sets_is_put_right_where_the_block_fails():
    """A plugin that raises leaves the rest of its author's session as it was."""
    vars(builtins)["__of_a_notebook__"] = True
    try:
        with watch("") as first:
            pass
        before = interpreter_state()
        with pytest.raises(RuntimeError), watch(""):
            raise RuntimeError
        assert not first.faults({})
        assert interpreter_state() == before
        assert vars(builtins)["__of_a_notebook__"]
    finally:
        del vars(builtins)["__of_a_notebook__"]
