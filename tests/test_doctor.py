"""The doctor: what works, what does not, and what to do about it."""

import io
import json
import re
from pathlib import Path
from types import SimpleNamespace

from attrs import evolve
from click.testing import CliRunner
from rich.console import Console

from capbuild import _doctor
from capbuild._doctor import Part, bill_of_materials, diagnose
from capbuild.cli.commands.doctor import command, show_doctor
from capbuild.cli.screen import Screen
from capbuild.plugins import Host, PluginStatus, ReadLimits, hookimpl

STEPS = ["read", "country", "score", "report", "document"]


def test_a_sound_installation_is_healthy():
    found = diagnose(host=Host(discover=False))
    assert [check.name for check in found.checks] == STEPS
    assert all(check.passed for check in found.checks)
    assert found.healthy
    assert {"capbuild", "python", "attrs", "numpy"} <= set(found.versions)
    assert found.limits["members"] == 10_000


def test_every_extra_of_the_package_is_a_part_except_extras_of_extras():
    found = diagnose(host=Host(discover=False))
    names = {part.name for part in found.parts}
    assert {"cli", "countries", "docx", "sheets", "tables", "testing"} <= names
    assert "all" not in names
    sheets = next(part for part in found.parts if part.name == "sheets")
    assert (list(sheets.brings), ".xlsx" in sheets.suffixes) == (["capbuild-sheets", "capbuild-workbooks"], True)
    assert sheets.remedy == 'pip install "capbuild[sheets]"'


def test_a_part_without_its_distribution_is_missing():
    assert not Part(name="x", brings={"there": "1.0", "not-there": ""}).installed


def test_every_missing_part_is_named_with_the_extra_that_brings_it():
    parts = diagnose(host=Host(discover=False)).parts
    missing = [evolve(part, brings=dict.fromkeys(part.brings, "")) for part in parts]
    shown = io.StringIO()
    screen = Screen(Console(file=shown, width=200))
    show_doctor(screen, evolve(diagnose(host=Host(discover=False)), parts=missing))
    for part in missing:
        assert f'pip install "capbuild[{part.name}]"' in shown.getvalue()


def test_a_step_that_fails_is_the_last_and_says_why():
    found = diagnose(host=Host(discover=False), limits=ReadLimits(file_size=10))
    assert [(check.name, check.passed) for check in found.checks] == [("read", False)]
    assert "LimitError: CB105 sample.csv" in found.checks[0].found
    assert not found.healthy


def test_a_plugin_that_takes_a_name_for_another_country_is_in_conflict():
    wrong = SimpleNamespace(resolve_country=hookimpl(lambda text: "BB" if text == "Jamaica" else None))
    found = diagnose(host=Host(plugins={"wrong": wrong}, discover=False))
    assert [check.name for check in found.checks if check.passed] == STEPS
    plugin = next(one for one in found.plugins if one.name == "wrong")
    assert (plugin.status, "which is JM for capbuild" in plugin.reason) == (PluginStatus.CONFLICT, True)
    assert not found.healthy


def test_each_status_has_its_remedy():
    newer = SimpleNamespace(CAPBUILD_API=99)
    typo = SimpleNamespace(register_raeders=hookimpl(lambda: ()))
    plugins = {"newer": newer, "typo": typo, "fine": SimpleNamespace(), "left-out": SimpleNamespace()}
    found = diagnose(host=Host(plugins=plugins, block=frozenset({"left-out"}), discover=False))
    told = {one.name: (one.status, one.remedy) for one in found.plugins}
    assert told["fine"] == (PluginStatus.ACTIVE, "")
    assert told["newer"] == (PluginStatus.TOO_NEW, "pip install --upgrade capbuild")
    assert "CAPBUILD_BLOCK=typo" in told["typo"][1]
    assert "CAPBUILD_BLOCK" in told["left-out"][1]
    assert not found.healthy


def test_the_command_shows_it_and_its_status_says_it(monkeypatch, broken_plugin):
    monkeypatch.setenv("CAPBUILD_PLUGINS", "")
    monkeypatch.setattr(_doctor, "default_host", Host.from_environment)
    done = CliRunner().invoke(command, [])
    assert (done.exit_code, "All is well." in done.output, "CAPBUILD_PLUGINS=" in done.output) == (0, True, True)
    monkeypatch.setenv("CAPBUILD_PLUGINS", broken_plugin)
    done = CliRunner().invoke(command, ["--json"])
    data = json.loads(done.stdout)
    assert (done.exit_code, data["healthy"], [check["name"] for check in data["checks"]]) == (1, False, STEPS)
    broken = next(one for one in data["plugins"] if one["name"] == broken_plugin)
    assert "this plugin is broken on purpose" in broken["reason"]
    assert f"CAPBUILD_BLOCK={broken_plugin}" in broken["remedy"]


def test_the_bill_of_materials_lists_what_is_installed_and_nothing_else():
    from importlib.metadata import version

    bill = bill_of_materials()
    parts = {one["name"]: one["version"] for one in bill["components"]}
    assert {"attrs", "click", "rich", "capbuild-sheets"} <= set(parts)
    assert all(version(name) == found for name, found in parts.items())
    known = {bill["metadata"]["component"]["bom-ref"], *(one["bom-ref"] for one in bill["components"])}
    assert {one["ref"] for one in bill["dependencies"]} == known
    assert all(set(one["dependsOn"]) <= known for one in bill["dependencies"])
    assert bill == bill_of_materials()


def test_the_page_on_threats_names_tests_that_are_there():
    root = Path(__file__).resolve().parents[1]
    text = (root / "docs" / "explanation" / "security.md").read_text("utf-8")
    named = re.findall(r"`((?:tests|plugins)/[^`]+)`", text)
    assert len(named) > 15
    assert [name for name in named if not (root / name).exists()] == []
