"""`capbuild framework`: frameworks with rule, meaning of zero and licence."""

from collections import Counter

import click

from capbuild.cli.arguments import AS_JSON, find_framework
from capbuild.cli.command_group import CommandGroup
from capbuild.cli.json_output import print_document, print_json
from capbuild.cli.screen import Screen
from capbuild.errors import OptionError
from capbuild.frameworks import StructurePack, list_packs, load_pack
from capbuild.model import Framework
from capbuild.plugins import default_host


@click.group("framework", cls=CommandGroup)
def command() -> None:
    """List frameworks, or show one."""


@command.command("list")
@AS_JSON
def show_list(as_json: bool) -> None:
    """List the frameworks of plugins, and the structure packs."""
    host, screen = default_host(), Screen()
    packs = {pack.key: pack for pack in map(load_pack, list_packs())}
    rows = [
        {
            "name": packs[key].name if key in packs else key,
            "title": str(framework.title),
            "rule": packs[key].family if key in packs else "",
            "nodes": "yes",
        }
        for key, framework in host.frameworks.items()
    ]
    rows += [
        {"name": pack.name, "title": pack.title, "rule": pack.family, "nodes": "from your own spreadsheet"}
        for pack in packs.values()
        if not pack.has_tree
    ]
    if as_json:
        print_json(rows)
    else:
        screen.table(rows)


@command.command()
@click.argument("name")
@AS_JSON
def show(name: str, as_json: bool) -> None:
    """Show the framework NAME: an id, pack or path.

    Show its structure, rule, meaning of zero and licence.
    """
    screen = Screen()
    pack = _find_pack(name)
    framework = pack.framework if pack is not None and pack.has_tree else None
    if pack is None:
        framework = find_framework(name, default_host())
    if as_json and framework is not None:
        print_document(framework)
        return
    facts = [] if pack is None else _describe_pack(pack)
    if framework is not None:
        facts = [*_describe_framework(framework), *facts]
        structure_pack = next((load_pack(pack) for pack in list_packs() if load_pack(pack).key == framework.key), None)
        facts += _describe_pack(structure_pack) if pack is None and structure_pack is not None else []
    if as_json:
        print_json({label: text for label, text in facts if text})
        return
    for label, text in facts:
        if text:
            screen.line((f"{label}: ", "bold"), text)


def _find_pack(name: str) -> StructurePack | None:
    try:
        return load_pack(name)
    except OptionError:
        return None


def _describe_framework(framework: Framework) -> list[tuple[str, str]]:
    counts = Counter(node.kind for node in framework.walk())
    levels = [f"{level.code} {level.label}" for level in framework.scales[0].levels]
    return [
        ("Framework", f"{framework.title}, {framework.key}"),
        ("Provider", framework.provider),
        ("Licence", framework.licence or "not recorded"),
        ("Nodes", ", ".join(f"{count} {kind}" for kind, count in counts.items())),
        ("Criteria", str(len(framework.criteria) or "")),
        ("Levels", ", ".join(levels)),
    ]


def _describe_pack(pack: StructurePack) -> list[tuple[str, str]]:
    own = [] if pack.has_tree else [("Framework", f"{pack.title}, {pack.key}"), ("Licence", pack.licence)]
    fill = f"capbuild new framework FILE.xlsx --like {pack.name}"
    return [
        *own,
        ("Family of rule", pack.family),
        ("Rule", pack.rule),
        ("Zero", " ".join(filter(None, (f"{pack.zero}.", pack.zero_note)))),
        ("Rated by", pack.rater),
        ("Evidence", pack.evidence),
        ("Licence of names", pack.names_licence),
        ("Licence of texts", pack.texts_licence),
        ("Source", pack.source),
        ("Not confirmed", "; ".join(pack.unconfirmed)),
        ("Nodes", "" if pack.has_tree else f"none: nothing is scored by it before you fill them in: {fill}"),
    ]
