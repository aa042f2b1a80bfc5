"""`capbuild plugins show`, and options of readers on the command line."""

import json

import attrs
import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.plugins import Host, Reader, Writer, default_host, hookimpl
from capbuild.plugins.options import describe_options
from capbuild.scoring.methods import RegisteredMethod

HOST = default_host()


def call(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize("descriptor", [*HOST.readers.values(), *HOST.writers.values()], ids=lambda one: one.name)
def test_each_option_of_each_format_is_shown_with_its_meaning(descriptor):
    shown = call("plugins", "show", descriptor.name)
    assert shown.exit_code == 0
    described = describe_options(descriptor.options)
    assert [one.name for one in described] == [one.alias for one in attrs.fields(descriptor.options) if one.init]
    words = " ".join(shown.output.split())
    for one in described:
        assert one.help, one.name
        assert one.name in words
        assert one.help.split()[0] in words


def test_a_plugin_is_shown_with_all_that_it_registers():
    brief = call("plugins", "show", "capbuild-limesurvey").output
    assert "limesurvey-vv" in brief
    assert "Meaning" not in brief
    assert len(brief.splitlines()) < 25
    shown = call("plugins", "show", "capbuild-limesurvey", "--options").output
    assert "Reader limesurvey" in shown
    assert "Writer limesurvey-vv" in shown
    assert "found beside the data as NAME.lss" in shown


@pytest.mark.parametrize("info", HOST.plugin_infos, ids=lambda one: one.name)
def test_each_plugin_is_shown_with_all_its_objects_of_any_kind(info, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    described = {item for _, _, item in HOST.list_registered(info.name)}
    for name in (info.name, info.source.partition(" ")[0]):
        if name not in {*HOST.readers, *HOST.writers, "built"}:
            shown = call("plugins", "show", name)
            assert shown.exit_code == 0
            words = shown.output.split()
            alone = len(described) == 1 and any(isinstance(one, Reader | Writer) for one in described)
            assert alone or set(info.hooks) <= {word.strip(",") for word in words}
            for _, key, _ in HOST.list_registered(info.name):
                assert set(key.split()) <= {word.strip(":") for word in words}


def test_a_method_a_check_and_a_language_are_shown(monkeypatch):
    class Plugin:
        @hookimpl
        def register_methods(self):
            return [RegisteredMethod(name="weakest", title="Weakest child", function=lambda values, _: min(values))]

        @hookimpl
        def check_reading(self, reading):
            return ()

    host = Host(plugins={"office": Plugin(), "silent": object()}, discover=False)
    monkeypatch.setattr("capbuild.cli.commands.plugins.default_host", lambda: host)
    shown = call("plugins", "show", "office").output
    assert all(word in shown for word in ("check_reading", "register_methods", "weakest", "Weakest child", "method"))
    assert "Hooks: none" in call("plugins", "show", "silent").output


def test_a_name_that_nothing_has_is_refused():
    shown = call("plugins", "show", "shets")
    assert shown.exit_code == 2
    assert "did you mean 'sheets'" in shown.output


def test_options_of_a_reader_are_taken(tmp_path):
    place = tmp_path / "a.csv"
    place.write_text("unit,TEC-2.2a\nNorth,yes\n", encoding="utf-8")
    shown = call("inspect", place, "--read-option", "country=Jamaica")
    assert shown.exit_code == 0
    given = 'missing={"no idea"="dont_know"}'
    place.write_text("unit,TEC-2.2a\nNorth,yes\nSouth,no idea\n", encoding="utf-8")
    (counted,) = json.loads(call("inspect", place, "--json", "--read-option", given).output)
    assert (counted["sheets"][0]["answers"], counted["sheets"][0]["absent"]) == (3, 1)
    wrong = call("inspect", place, "--read-option", "contry=Jamaica")
    assert wrong.exit_code == 2
    assert "did you mean 'country'" in " ".join(wrong.output.split())
    done = call("convert", place, tmp_path / "b.json", "--read-option", "country=Jamaica")
    assert done.exit_code == 0
    assert '"JM"' in (tmp_path / "b.json").read_text(encoding="utf-8")


def test_commands_of_plugins_are_listed_and_run(tmp_path):
    assert "gdb-unfounded" in call("--help").output
    assert call("no-such-command").exit_code == 2
    wrong = call("gdb-unfounded", tmp_path / "absent.json")
    assert wrong.exit_code == 2
    assert "CB108" in wrong.output


@pytest.mark.parametrize(
    "kinds", [("--reader", "--writer"), ("--method", "--language=de"), ("--writer", "--framework")]
)
def test_a_new_plugin_is_of_one_kind(kinds, tmp_path):
    done = call("new", "plugin", "x", *kinds, "--folder", tmp_path / "x")
    assert (done.exit_code, (tmp_path / "x").exists()) == (2, False)
    assert all(kind.partition("=")[0] in done.output for kind in kinds)
    assert call("new", "plugin", "x", kinds[0], "--folder", tmp_path / "x").exit_code == 0
