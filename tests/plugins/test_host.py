"""The host: lazy, isolating, honest about conflicts, blocks and versions."""

import subprocess
import sys
from importlib.metadata import entry_points
from types import SimpleNamespace

import attrs
import pytest

import capbuild
from capbuild._lazy import import_object
from capbuild.errors import ReadError
from capbuild.io import render
from capbuild.model import Answer, Capacity, Catalogue, Framework, Issue, Questionnaire, Response, Scale
from capbuild.origin import Origin
from capbuild.plugins import (
    Claim,
    Confidence,
    Host,
    LazyFunction,
    PluginStatus,
    Reader,
    RegisteredMethod,
    default_host,
    hookimpl,
)
from capbuild.workspace import new_programme, open_workspace


def plugin(**hooks):
    """A module-like plugin from plain functions."""
    return SimpleNamespace(**{name: hookimpl(function) for name, function in hooks.items()})


def reader(name, confidence=Confidence.SIGNATURE):
    return Reader(name=name, title=name, sniff=lambda source: Claim(confidence, "it says so"), read=lambda s, o: ())


def registering(name):
    def register_readers():
        return [reader(name)]

    return plugin(register_readers=register_readers)


def host(**plugins):
    return Host(plugins=plugins, discover=False)


def test_nothing_is_loaded_before_the_first_question():
    asked = []

    def register_readers():
        asked.append(1)
        return []

    made = host(mine=plugin(register_readers=register_readers))
    assert asked == []
    assert made.readers
    assert made.readers
    assert asked == [1]


def test_two_readers_of_one_name_are_not_used_until_the_user_says_which():
    made = host(first=registering("same"), second=registering("same"))
    assert "same" not in made.readers
    statuses = {i.name: i.status for i in made.plugin_infos}
    assert (statuses["first"], statuses["second"]) == (PluginStatus.CONFLICT, PluginStatus.CONFLICT)
    (issue,) = made.issues
    assert (issue.code, "CAPBUILD_BLOCK=" in issue.remedy) == ("CB502", True)
    chosen = made.preferring(["second"])
    assert chosen.readers["same"].title == "same"
    assert [issue.code for issue in chosen.issues] == ["CB513"]
    assert {i.status for i in chosen.plugin_infos} == {PluginStatus.ACTIVE}


def test_a_blocked_plugin_is_listed_and_does_nothing():
    made = Host(plugins={"mine": registering("x")}, block=frozenset({"mine"}), discover=False)
    info = next(i for i in made.plugin_infos if i.name == "mine")
    assert (info.status, "x" in made.readers) == (PluginStatus.BLOCKED, False)


def test_a_plugin_written_for_a_newer_interface_is_listed_and_not_loaded():
    newer = registering("x")
    newer.CAPBUILD_API = 99
    made = host(newer=newer)
    info = next(i for i in made.plugin_infos if i.name == "newer")
    assert (info.status, "upgrade capbuild" in info.reason) == (PluginStatus.TOO_NEW, True)
    assert "x" not in made.readers


def test_a_misspelt_hook_is_a_broken_plugin():
    def register_raeders():
        return []

    made = host(typo=plugin(register_raeders=register_raeders), good=registering("x"))
    infos = {i.name: i for i in made.plugin_infos}
    assert infos["typo"].status is PluginStatus.BROKEN
    assert "register_raeders" in infos["typo"].reason
    assert "x" in made.readers


def test_the_environment_allows_and_blocks(monkeypatch):
    monkeypatch.setenv("CAPBUILD_PLUGINS", "")
    infos = {i.name: i.status for i in Host.from_environment().plugin_infos}
    assert infos["capbuild-csv"] is PluginStatus.ACTIVE
    assert infos["capbuild-example"] is PluginStatus.BLOCKED
    monkeypatch.setenv("CAPBUILD_PLUGINS", "capbuild-example")
    monkeypatch.setenv("CAPBUILD_BLOCK", "capbuild-json")
    infos = {i.name: i.status for i in Host.from_environment().plugin_infos}
    assert infos["capbuild-example"] is PluginStatus.ACTIVE
    assert infos["capbuild-json"] is PluginStatus.BLOCKED


def test_an_installed_plugin_that_fails_on_import_is_listed_and_the_rest_work(broken_plugin):
    made = Host()
    by_name = {info.name: info for info in made.plugin_infos}
    assert by_name[broken_plugin].status is PluginStatus.BROKEN
    assert by_name[broken_plugin].reason == "raised RuntimeError: this plugin is broken on purpose in import"
    assert by_name["capbuild-example"].status is PluginStatus.ACTIVE
    assert {"csv", "lines"} <= set(made.readers)


def test_answers_of_all_plugins_are_joined_in_the_order_of_their_names():
    def saying(code):
        return plugin(check_reading=lambda reading: [Issue(code=code, severity="note", message="m")])

    made = host(zeta=saying("Z1"), alpha=saying("A1"))
    assert [issue.code for issue in made.joined("check_reading", reading=None)] == ["A1", "Z1"]


def test_a_hook_may_take_fewer_arguments_than_it_is_given():
    made = host(mine=plugin(resolve_country=lambda text: "HT" if text == "Ayiti" else None))
    assert (made.resolve_country("Ayiti"), made.resolve_country("Jamaica")) == ("HT", None)


def test_methods_are_registered_by_name():
    method = RegisteredMethod(name="middle", title="Middle of the range", function=lambda v, w: 1.0)
    made = host(mine=plugin(register_methods=lambda: [method]))
    assert list(made.methods) == ["middle"]


def test_the_default_host_is_made_once():
    assert default_host() is default_host()


def test_asking_for_readers_loads_no_library_of_a_format():
    heavy = ("openpyxl", "pyreadstat", "polars", "pandas", "typst", "docx", "lxml")
    asked = "from capbuild.plugins import Host; Host().readers, Host().writers; import sys"
    code = f"{asked}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_frameworks_questionnaires_and_catalogues_are_registered_by_id_and_edition():
    framework = Framework(id="f", edition="2", title="F", scales=[Scale(id="s")], roots=[Capacity(id="c", title="C")])
    made = host(
        mine=plugin(
            register_frameworks=lambda: [framework],
            register_questionnaires=lambda: [Questionnaire(id="q", version="7", title="Q")],
            register_catalogues=lambda: [Catalogue(id="k", edition="3", title="K")],
        )
    )
    assert {"f 2", "police-cyber 1.0"} <= set(made.frameworks)
    assert ("q 7" in made.questionnaires, "k 3" in made.catalogues) == (True, True)


def test_a_plugin_may_doubt_a_reading_and_an_assessment(tmp_path):
    doubt = Issue(code="D1", severity="warning", message="too good to be true")
    made = host(mine=plugin(check_reading=lambda reading: [doubt], check_assessment=lambda assessment: [doubt]))
    new_programme(tmp_path / "p", made.frameworks["police-cyber 1.0"])
    workspace = open_workspace(tmp_path / "p", host=made)
    assert workspace.collect("baseline").readings[0].issues.items[-1] == doubt
    assert doubt in workspace.validate()


def test_a_plugin_may_add_a_section_to_a_report(tmp_path):
    asked = []

    def report_sections(report, audience):
        asked.append((type(report).__name__, audience))
        return []

    made = host(mine=plugin(report_sections=report_sections))
    new_programme(tmp_path / "p", made.frameworks["police-cyber 1.0"])
    workspace = open_workspace(tmp_path / "p", host=made)
    render(workspace.assess("baseline"), "md", programme=workspace.programme, host=made)
    assert ("Report", "team") in asked


def test_functions_that_plugins_name_exist():
    plugins = [entry.load() for entry in entry_points(group="capbuild")]
    registered = [
        one
        for plugin in plugins
        for hook in ("register_readers", "register_writers")
        for one in getattr(plugin, hook, list)()
    ]
    parts = [part for one in registered for part in (one, *getattr(one, "companions", ()))]
    values = [getattr(value, "func", value) for part in parts for value in attrs.asdict(part, recurse=False).values()]
    homes = {value.home for value in values if isinstance(value, LazyFunction)}
    assert len(homes) > 40
    assert all(callable(import_object(home)) for home in homes)


def test_a_value_that_the_model_refuses_is_a_fault_of_the_file():
    def read(source, options):
        yield Response(id="1", answers=[Answer("q", 1.0, origin=Origin(source.name, row=7))])
        yield Response(id=" ")

    made = Reader(name="mine", title="Mine", sniff=lambda source: Claim(Confidence.SIGNATURE, "mine"), read=read)
    using = host(mine=plugin(register_readers=lambda: [made]))
    with pytest.raises(ReadError, match="no survey has") as caught:
        capbuild.read(b"1", name="a.mine", host=using)
    assert caught.value.code == "CB135"
    assert using.plugin_infos[0].status is PluginStatus.ACTIVE
