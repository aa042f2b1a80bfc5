"""Plugins that misbehave: each is put aside with one issue that names it, and everything else works."""

import itertools
import math
import sys
from functools import partial
from types import SimpleNamespace

import click
import pytest
from attrs import frozen

import capbuild as cb
from capbuild.charts import draw as draw_chart
from capbuild.errors import CapbuildError, LimitError, PluginError, ReadError
from capbuild.frozen import FrozenMap
from capbuild.io import country
from capbuild.io.writing import render_files
from capbuild.model import Answer, Catalogue, Issue, Method, Question, Questionnaire, Response, SheetReconciliation
from capbuild.plugins import (
    ChartKind,
    Claim,
    Companion,
    Confidence,
    DerivedAnswers,
    Host,
    OutputFile,
    Reader,
    RegisteredMethod,
    Writer,
    hookimpl,
)
from capbuild.plugins import host as host_module
from capbuild.plugins.boundary import failure_issue
from capbuild.scoring.methods import find_method
from capbuild.testing import invented_programme
from capbuild.workspace import run

_ONE = FrozenMap({"2": 1})
CSV = b"country,TEC-2.2a,TEC-2.3b\nJamaica,yes,no\nBelize,no,yes\n"
SURE = Claim(Confidence.SIGNATURE, "it says so")
CLEAN = cb.read(CSV, name="a.csv", host=Host(discover=False))


class Abort(BaseException):
    """What is no `Exception`, as some libraries raise it."""


class Mute(Exception):
    def __str__(self):
        raise ValueError("no words")


def raising(error):
    def act(*_arguments, **_settings):
        raise error

    return act


def answering(answer):
    """Return a response with an answer that is none; no check is in its way."""
    made = Response(id="2", place="Belize")
    object.__setattr__(made, "answers", (answer,))
    return made


#: Answers that no survey has.
JUNK = {
    "an object": Answer("q", object()),
    "not a number": Answer("q", math.nan),
    "a set": Answer("q", {"a"}),
    "a list": Answer("q", ["a"]),
    "codes that are numbers": Answer("q", (1, 2)),
    "None": Answer("q", None),
    "a question that is a number": Answer(5, "yes"),
    "a text for a repeat": Answer("q", "yes", repeat="1"),
    "no class": "yes",
}


def yielding(*items, then=None):
    def act(*_arguments):
        yield from items
        if then is not None:
            raise then

    return act


def giving(value):
    return lambda *_arguments, **_settings: value


def endless(*_arguments):
    while True:
        yield reader()


def deep(*arguments):
    return deep(*arguments)


async def later():
    return []


def hook(name, function, **marks):
    """A plugin with one hook; pluggy finds the names of its arguments in the signature."""
    arguments = {
        "check_reading": "reading",
        "enrich_reading": "reading",
        "resolve_country": "text",
        "check_assessment": "assessment",
    }
    arguments |= {"report_sections": "report", "read_programmes": "source"}
    asked = arguments.get(name, "")
    made = eval(f"lambda {asked}: function({asked})", {"function": function})
    return SimpleNamespace(**{name: hookimpl(**marks)(made)})


def deriving(_reading, *, name="made", values=_ONE):
    return [DerivedAnswers(question=Question(id=name, text="Made"), values=values)]


def reader(name="bad", **way):
    return Reader(name=name, title="Bad", **{"sniff": giving(None), "read": yielding(), **way})


def readers(*made):
    return hook("register_readers", giving(list(made)))


def writer(name="bad", **way):
    return Writer(name=name, title="Bad", **{"accepts": (int,), "write": yielding("x"), **way})


def writers(*made):
    return hook("register_writers", giving(list(made)))


def methods(name="bad", function=None):
    made = RegisteredMethod(name=name, title="Bad", function=function or giving(1.0))
    return hook("register_methods", giving([made]))


def charts(name="bad", draw=None):
    made = ChartKind(name=name, title="Bad", accepts=(int,), draw=draw or giving(None))
    return hook("register_charts", giving([made]))


def drawing(host):
    with pytest.raises(cb.CapbuildError):
        draw_chart("bad", 7, host=host)
    return host.issues


def drawn(what, function, code="CB511"):
    return Case(what, charts(draw=function), code, "draw of chart 'bad'", drawing)


def reading(host):
    return cb.read(CSV, name="a.csv", host=host).issues


def reading_bad(host):
    return cb.read(CSV, name="a.csv", format="bad", host=host).issues


def streaming(host):
    return [item for item in cb.iter_read(CSV, name="a.csv", host=host) if isinstance(item, Issue)]


def scanning(host):
    return cb.scan(CSV, name="a.csv", format="bad", host=host).issues


def writing(host, format="bad", **way):  # noqa: A002 - the field's word
    issues = []
    render_files(7, format, host=host, issues=issues, **way)
    return issues


def by_suffix(host):
    issues = []
    with pytest.raises(cb.CapbuildError, match="have the suffix"):
        render_files(7, None, suffix=".bad", host=host, issues=issues)
    return issues


def reporting(host):
    issues = []
    render_files(invented_programme().baseline, "md", host=host, issues=issues)
    return issues


def assessing(host):
    return host.joined("check_assessment", assessment=invented_programme().baseline["BB"])


def scoring(host):
    find_method(Method(name="bad"), host.methods).function((1.0,), (1.0,))
    return []


def naming(host):
    assert country("Jamaica", host=host).alpha_2 == "JM"
    return []


def drafting(host):
    with pytest.raises(ReadError):
        cb.io.read_programmes(b"desk:Training", host=host)
    return []


def asking(kind):
    def ask(host):
        getattr(host, kind)
        return []

    return ask


@frozen
class Case:
    """A misbehaviour, the job in which it shows, and what is said of it."""

    what: str
    plugin: object
    code: str
    place: str
    job: object = reading
    status: str = "failing"
    load: object = None


def loading(what, load, code="CB501"):
    return Case(what, None, code, "import", status="broken", load=load)


def registering(what, function, kind="readers", code="CB511"):
    return Case(what, hook(f"register_{kind}", function), code, f"register_{kind}", asking(kind))


def list_commands(host):
    host.commands(["run"])
    return host.issues


def run_command(host):
    with click.Context(click.Command("root")) as context:
        host.commands()["bad-command"].invoke(context)
    return host.issues


def commanding(what, function, code="CB511", status="failing"):
    return Case(what, hook("register_commands", function), code, "register_commands", list_commands, status)


def sniffing(what, sniff, code="CB503"):
    return Case(what, readers(reader(sniff=sniff)), code, "sniff of reader 'bad'")


def read_as(what, read, code="CB115", job=reading_bad):
    return Case(what, readers(reader(read=read)), code, "read of reader 'bad'", job)


def written(what, write, code="CB511"):
    return Case(what, writers(writer(write=write)), code, "write of writer 'bad'", writing)


def counted(what, function, code="CB511"):
    return Case(what, methods(function=function), code, "function of method 'bad'", scoring)


def wrapping(what, wrapper, code="CB511", **marks):
    marks = marks or {"wrapper": True}
    plugin = SimpleNamespace(register_readers=hookimpl(**marks)(wrapper))
    return Case(what, plugin, code, "register_readers")


def wrap_raise():
    yield
    raise ValueError("oops")


def wrap_early():
    raise ValueError("oops")
    yield


def wrap_twice():
    yield
    yield


def wrap_text():
    yield
    return "none"


def wrap_none():
    yield
    return [[None]]


def wrap_old():
    made = yield
    made.force_result([7])


RESPONSE = Response(id="1", place="Jamaica", answers=[Answer("q", 1)])
FORM = Questionnaire(id="q", title="Q")
NAMES = ("../../x", "/etc/x", "C:/x", "C:\\x", "a/../../x", "a\0b", "", "a//b", "./x", "..\\x", "a\nb", 7, "x" * 300)
NAMES += ("nul", "a/Con.csv", "a./b")

CASES = [
    loading("raises on import", raising(RuntimeError("no"))),
    loading("exits on import", raising(SystemExit(3))),
    loading("misses a library", raising(ImportError("no module"))),
    loading("raises what is no Exception", raising(Abort("no"))),
    loading("raises an error without words", raising(Mute())),
    loading("recurses on import", deep),
    loading("states a version in words", giving(SimpleNamespace(CAPBUILD_API="one")), "CB511"),
    loading("has a hook of no such name", giving(hook("register_raeders", giving([])))),
    loading("takes an argument that no hook gives", giving(SimpleNamespace(check_reading=hookimpl(lambda file: [])))),
    *(
        registering(f"{what} in register_{kind}", function, kind, code)
        for kind in ("readers", "writers", "methods", "frameworks", "catalogues", "questionnaires", "code_lists")
        for what, function, code in (
            ("raises", raising(ValueError("oops")), "CB503"),
            ("exits", raising(SystemExit(1)), "CB503"),
            ("returns [None]", giving([None]), "CB511"),
            ("returns a text", giving("csv"), "CB511"),
        )
    ),
    commanding("gives a command without a name", giving([click.Command(None)])),
    commanding("gives a command of an odd name", giving([click.Command("Run It")])),
    commanding("gives functions, not commands", giving([print])),
    commanding("gives a command that is built in", giving([click.Command("run")]), "CB502", "conflict"),
    Case("has a command that raises",
         hook("register_commands", giving([click.Command("bad-command", callback=raising(ValueError("oops")))])),
         "CB503", "command 'bad-command'", run_command),
    registering("returns a number", giving(7)),
    registering("returns a mapping", giving({"csv": reader()})),
    registering("yields for ever", endless),
    registering("yields and raises", yielding(reader(), then=ValueError("oops")), code="CB503"),
    registering("is a coroutine", lambda *_: later()),
    registering("raises StopIteration", raising(StopIteration()), code="CB503"),
    registering("recurses", deep, code="CB503"),
    registering("refuses a file that nobody gave", raising(ReadError("no")), code="CB503"),
    registering("registers one reader twice", giving([reader(), reader()])),
    registering("gives the class, not a reader", giving([Reader])),
    registering("gives a reader without a function", giving([reader(read=None)])),
    registering("gives a reader with a scan that is none", giving([reader(scan="fast")])),
    registering("gives a reader of a name no format has", giving([reader(name="../x")])),
    registering("gives a reader with a suffix that is none", giving([reader(suffixes=("bad",))])),
    registering("gives a reader with options of no class", giving([reader(options={"a": 1})])),
    registering("gives a writer of nothing", giving([writer(accepts=())]), "writers"),
    registering("gives a writer of a name", giving([writer(accepts=("int",))]), "writers"),
    registering("gives a companion that is none", giving([reader(companions=("a.dcf",))])),
    registering("gives a companion without an option", giving([reader(companions=(Companion(option="no"),))])),
    registering("gives a writer with a path as a suffix", giving([writer(suffixes=("./x",))]), "writers"),
    registering("gives a writer with aliases of numbers", giving([writer(aliases=(7,))]), "writers"),
    registering(
        "gives a catalogue twice", giving([Catalogue(id="a", edition="1", title="A")] * 2), "catalogues"
    ),
    Case("takes a built-in reader's name", readers(reader("csv")), "CB502", "register_readers", status="conflict"),
    Case("takes a built-in writer's name", writers(writer("md")), "CB502", "register_writers", reporting, "conflict"),
    Case("takes a method's name", methods("geometric"), "CB502", "register_methods", asking("methods"), "conflict"),
    Case("takes a chart's name", charts("heat"), "CB502", "register_charts", asking("charts"), "conflict"),
    drawn("draws a text", giving("bars")),
    drawn("fails to draw", raising(ValueError("oops")), "CB715"),
    drawn("exits when it draws", raising(SystemExit()), "CB715"),
    sniffing("raises", raising(ValueError("oops"))),
    sniffing("exits", raising(SystemExit())),
    sniffing("recurses", deep),
    sniffing("returns True", giving(True), "CB511"),
    sniffing("returns a reason", giving("it fits"), "CB511"),
    sniffing("claims with a number", giving(Claim(99, "sure")), "CB511"),
    sniffing("claims without a reason", giving(Claim(Confidence.SIGNATURE, None)), "CB511"),
    Case("takes every file and yields nothing", readers(reader(sniff=giving(SURE))), "CB512", "read of reader 'bad'"),
    Case("streams nothing", readers(reader(sniff=giving(SURE))), "CB512", "read of reader 'bad'", streaming),
    read_as("yields nothing when named", yielding(), "CB512"),
    read_as("yields what is no read item", yielding(RESPONSE, 7, "junk"), "CB515"),
    read_as("yields nothing but None", yielding(None, None), "CB515"),
    read_as("loses a row", yielding(RESPONSE, SheetReconciliation(rows_in=2, rows_out=1)), "CB518"),
    read_as("loses a cell of a sheet", yielding(RESPONSE, SheetReconciliation(sheet="A", cells=1)), "CB518"),
    read_as("counts a cell twice", yielding(RESPONSE, SheetReconciliation(cells=1, answers=2)), "CB518"),
    *(read_as(f"answers {kind}", yielding(RESPONSE, answering(one)), "CB515") for kind, one in JUNK.items()),
    read_as("yields two questionnaires", yielding(FORM, RESPONSE, FORM), "CB511"),
    read_as("raises at once", raising(ValueError("oops"))),
    read_as("raises on the way", yielding(RESPONSE, then=KeyError("q"))),
    read_as("exits", yielding(RESPONSE, then=SystemExit())),
    read_as("closes itself", yielding(RESPONSE, then=GeneratorExit())),
    read_as("recurses", deep),
    read_as("returns None", giving(None), "CB511"),
    Case("scans into a list", readers(reader(scan=giving([1]), read=yielding(RESPONSE))), "CB511", "scan", scanning),
    Case("raises in a scan", readers(reader(scan=raising(ValueError("oops")))), "CB115", "scan", scanning),
    *(written(f"writes {name!r}", yielding(OutputFile(name, ["x"]))) for name in NAMES),
    written("writes one file twice", yielding(OutputFile("a", ["x"]), OutputFile("A", ["x"]))),
    written("writes numbers", yielding(1, 2)),
    written("writes numbers into a file", yielding(OutputFile("a", [1]))),
    written("writes text and bytes", yielding("a", b"b")),
    written("writes None", giving(None)),
    written("raises", yielding("a", then=ValueError("oops")), "CB715"),
    written("exits", yielding("a", then=SystemExit()), "CB715"),
    Case(
        "has two writers of one suffix",
        writers(writer("bad", suffixes=(".bad",)), writer("worse", suffixes=(".bad",))),
        "CB502",
        "register_writers",
        lambda host: by_suffix(host) or host.issues,
        "conflict",
    ),
    counted("returns a text", giving("high")),
    counted("returns infinity", giving(math.inf)),
    counted("raises", raising(ZeroDivisionError("oops")), "CB503"),
    *(
        Case(f"{what} in {name}", hook(name, function), code, name, job)
        for name, job in (
            ("check_reading", reading),
            ("enrich_reading", reading),
            ("check_assessment", assessing),
            ("report_sections", reporting),
        )
        for what, function, code in (
            ("returns a text", giving("fine"), "CB511"),
            ("returns texts", giving(["fine"]), "CB511"),
            ("raises", raising(ValueError("oops")), "CB503"),
            ("exits", raising(SystemExit()), "CB503"),
        )
    ),
    *(
        Case(f"derives {what}", hook("enrich_reading", partial(deriving, **wrong)), code, "enrich_reading", reading)
        for what, wrong, code in (
            ("a question that there is", {"name": "TEC-2.2a"}, "CB511"),
            ("answers of nobody", {"values": {"nobody": 1}}, "CB511"),
            ("what is no answer", {"values": {"2": object()}}, "CB503"),
            ("no number", {"values": {"2": math.nan}}, "CB503"),
        )
    ),
    Case("names a country by a number", hook("resolve_country", giving(7)), "CB511", "resolve_country"),
    Case("names a country by a word", hook("resolve_country", giving("Jamaica")), "CB511", "resolve_country"),
    Case("raises for each place", hook("resolve_country", raising(KeyError("x"))), "CB503", "resolve_country"),
    Case("names another country", hook("resolve_country", lambda text: "HT" if text == "Jamaica" else None), "CB514",
         "resolve_country", naming, "conflict"),
    Case("drafts a text", hook("read_programmes", giving("desk")), "CB511", "read_programmes", drafting),
    Case("drafts and raises", hook("read_programmes", raising(OSError("x"))), "CB503", "read_programmes", drafting),
    wrapping("raises after a wrapped hook", wrap_raise, "CB503"),
    wrapping("raises before a wrapped hook", wrap_early, "CB503"),
    wrapping("wraps twice", wrap_twice),
    wrapping("wraps into a text", wrap_text),
    wrapping("wraps junk into the answers", wrap_none),
    wrapping("forces a wrong result", wrap_old, hookwrapper=True),
]  # fmt: skip


def hosting(monkeypatch, load, **way):
    """Return a host with the built-in plugins and an installed one, `bad` of the distribution bad-plugin 9.9."""
    point = SimpleNamespace(name="bad", load=load, dist=SimpleNamespace(name="bad-plugin", version="9.9"))
    monkeypatch.setattr(host_module, "entry_points", lambda group: [point])
    return Host(**way)


def status(host):
    return next(info.status for info in host.plugin_infos if info.name == "bad")


def test_the_table_is_long_enough():
    assert len(CASES) >= 60
    assert len({(case.what, case.place) for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.what} ({case.place})".encode("ascii", "replace").decode()
)
def test_a_plugin_that_misbehaves_is_put_aside_with_one_issue(case, monkeypatch, recwarn, capsys):
    host = hosting(monkeypatch, case.load or giving(case.plugin))
    try:
        found = list(case.job(host))
    except PluginError as error:
        found = [failure_issue(error)]
    read = cb.read(CSV, name="a.csv", host=host)
    assert (read.format, read.responses) == (CLEAN.format, CLEAN.responses)
    assert list(cb.scan(CSV, name="a.csv", host=host)) == list(cb.scan(CSV, name="a.csv", host=Host(discover=False)))
    told = {issue for issue in (*found, *read.issues, *host.issues) if "plugin 'bad'" in issue.message}
    (issue,) = told or (None,)
    assert (issue.code, "(bad-plugin 9.9)" in issue.message, case.place in issue.message) == (case.code, True, True)
    assert issue.remedy
    assert status(host) == case.status
    assert {info.status for info in host.plugin_infos if info.name != "bad"} == {"active"}
    assert (capsys.readouterr().err, [w for w in recwarn if issubclass(w.category, RuntimeWarning)]) == ("", [])


@pytest.mark.parametrize("act", [raising(KeyboardInterrupt())])
def test_what_the_user_stops_is_stopped(act, monkeypatch):
    with pytest.raises(KeyboardInterrupt):
        cb.read(CSV, name="a.csv", host=hosting(monkeypatch, giving(readers(reader(sniff=act)))))


def test_harm_is_an_issue_of_the_reading_in_which_it_is_done(monkeypatch):
    greedy = hosting(monkeypatch, giving(readers(reader(sniff=giving(SURE)))))
    assert [issue.code for issue in cb.read(CSV, name="a.csv", host=greedy).issues] == ["CB512"]
    junk = hosting(monkeypatch, giving(readers(reader(read=yielding(7, RESPONSE, FORM, FORM)))))
    read = cb.read(CSV, format="bad", host=junk)
    assert (read.questionnaire, [one.id for one in read.responses]) == (FORM, ["1"])
    assert [issue.code for issue in read.issues] == ["CB131", "CB515", "CB511"]


@pytest.mark.parametrize("item", [Response(id="1"), Issue.note("BAD1", "again")], ids=["response", "issue"])
def test_a_reader_without_end_stops_at_the_limits(item, monkeypatch):
    endless = hosting(monkeypatch, giving(readers(reader(read=lambda *_: itertools.repeat(item)))))
    with pytest.raises(LimitError) as caught:
        cb.read(CSV, format="bad", host=endless)
    assert caught.value.code == "CB133"


def test_nothing_is_written_where_a_name_leaves_the_folder(monkeypatch, tmp_path):
    made = writer(write=yielding(OutputFile("a", ["x"]), OutputFile("../b", ["x"])))
    with pytest.raises(PluginError, match="not inside its folder"):
        cb.write(7, tmp_path / "out", format="bad", host=hosting(monkeypatch, giving(writers(made))))
    assert list(tmp_path.iterdir()) == []


def test_a_built_in_reader_is_replaced_only_where_the_user_prefers_it(monkeypatch):
    other = readers(reader("csv", sniff=giving(SURE), read=yielding(RESPONSE)))
    host = hosting(monkeypatch, giving(other))
    assert len(cb.read(CSV, name="a.csv", host=host).responses) == 2
    read = cb.read(CSV, name="a.csv", host=host, prefer=["bad"])
    assert (len(read.responses), [issue.code for issue in read.issues]) == (1, ["CB513"])
    assert status(host.preferring(["bad"])) == "active"
    with pytest.raises(CapbuildError, match="did you mean 'bad'"):
        cb.read(CSV, name="a.csv", host=host, prefer=["bat"])


def test_a_country_is_mapped_again_only_where_the_user_prefers_it(monkeypatch):
    host = hosting(monkeypatch, giving(hook("resolve_country", lambda text: "HT" if text == "Jamaica" else None)))
    assert [r.country.alpha_2 for r in cb.read(CSV, name="a.csv", host=host).responses] == ["JM", "BZ"]
    read = cb.read(CSV, name="a.csv", host=host, prefer=["bad"])
    assert [r.country.alpha_2 for r in read.responses] == ["HT", "BZ"]
    assert [issue.code for issue in read.issues] == ["CB513"]


def test_the_order_of_hooks_wrappers_and_tracing_are_those_of_pluggy():
    def saying(code, **marks):
        return hook("check_reading", giving([Issue(code=code, severity="note", message="m")]), **marks)

    def wrap(reading):
        found = yield
        return found[:1]

    plugins = {"a": saying("A1", trylast=True), "b": saying("B1"), "c": saying("C1", tryfirst=True), "d": saying("D1")}
    host = Host(plugins=plugins, discover=False)
    assert [issue.code for issue in host.joined("check_reading", reading=None)] == ["C1", "D1", "B1", "A1"]
    traced = []
    host.manager.trace.root.setwriter(traced.append)
    undo = host.manager.enable_tracing()
    host.joined("check_reading", reading=None)
    undo()
    assert "check_reading" in "".join(traced)
    plugins["w"] = SimpleNamespace(check_reading=hookimpl(wrapper=True)(wrap))
    host = Host(plugins=plugins, discover=False)
    assert [issue.code for issue in host.joined("check_reading", reading=None)] == ["C1"]


def test_a_name_of_a_plugin_is_not_taken_twice():
    host = Host(plugins={"capbuild-csv": readers(reader())}, discover=False)
    assert "csv" in host.readers
    assert [(i.source, i.status) for i in host.plugin_infos if i.name == "capbuild-csv"] == [
        ("built in", "active"),
        ("given", "conflict"),
    ]


def test_a_programme_prefers_a_plugin_in_its_settings(tmp_path):
    other = readers(reader("csv", sniff=giving(SURE), read=yielding(RESPONSE)))
    host = Host(plugins={"bad": other}, discover=False)
    cb.new_programme(tmp_path / "p", host.frameworks["police-cyber 1.0"])
    assert cb.open_workspace(tmp_path / "p", host=host).host.prefer == ()
    settings = tmp_path / "p" / "programme.toml"
    text = settings.read_text("utf-8").replace("[programme]", '[programme]\nprefer = ["bad"]', 1)
    settings.write_text(text, "utf-8")
    workspace = cb.open_workspace(tmp_path / "p", host=host)
    assert workspace.host.prefer == ("bad",)
    assert "CB513" in [issue.code for issue in workspace.folder_issues]
    settings.write_text(text.replace('["bad"]', '["bat"]'), "utf-8")
    (issue,) = [one for one in cb.open_workspace(tmp_path / "p", host=host).folder_issues if one.code == "CB602"]
    assert ("did you mean 'bad'" in issue.message, issue.origin.file) == (True, "programme.toml")


def test_a_run_tells_of_a_plugin_that_failed_in_a_report(tmp_path, monkeypatch):
    host = hosting(monkeypatch, giving(hook("report_sections", raising(ValueError("oops")))))
    cb.new_programme(tmp_path / "p", host.frameworks["police-cyber 1.0"])
    done = run(cb.open_workspace(tmp_path / "p", host=host), out=tmp_path / "out")
    (issue,) = [one for one in done.issues if one.code == "CB503"]
    assert "report_sections" in issue.message
    assert list((tmp_path / "out").glob("baseline.md"))


def test_recursion_leaves_the_interpreter_as_it_was(monkeypatch):
    limit = sys.getrecursionlimit()
    reading(hosting(monkeypatch, giving(readers(reader(sniff=deep)))))
    assert sys.getrecursionlimit() == limit
