"""Arguments shared by commands."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from capbuild.errors import CapbuildError
from capbuild.text import fold_text

if TYPE_CHECKING:
    from capbuild.model import Framework, Questionnaire
    from capbuild.plugins import Host
    from capbuild.workspace import Workspace

_Command = TypeVar("_Command", bound=Callable[..., Any])
_Part = TypeVar("_Part")

#: Number of issues shown without `--issues`.
FEW = 6
#: Key of `Context.meta`: whether the command prints JSON, errors included.
JSON_WANTED = "capbuild.json"


def _note_json(context: click.Context, parameter: click.Parameter, value: bool) -> bool:
    context.meta[JSON_WANTED] = value
    return value


def json_option(help_: str) -> Callable[[_Command], _Command]:
    """Return the option `--json`, which covers errors too."""
    return click.option("--json", "as_json", is_flag=True, is_eager=True, callback=_note_json, help=help_)


AS_JSON = json_option("Print JSON, for programs.")
FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
ISSUES = click.option("--issues", "all_issues", is_flag=True, help="Show every issue.")
OPTIONS = click.option(
    "--option", "options", metavar="NAME=VALUE", multiple=True, help="Option of the writer: paper=us-letter."
)
READ_OPTIONS = click.option(
    "--read-option", "read_options", metavar="NAME=VALUE", multiple=True,
    help='Option of the reader, as text or TOML: country=Jamaica, missing={"999"="dont_know"}. '
    "See capbuild plugins show NAME.",
)  # fmt: skip

PROGRAMME = click.option(
    "--programme", type=click.Path(file_okay=False, path_type=Path),
    help="A programme's folder, whose framework, mappings and rules are used; by default the one that contains FILE.",
)  # fmt: skip


def find_folder(near: Path) -> Path | None:
    """Return the programme's folder that contains a path, or None."""
    place = near.resolve()
    return next((path for path in (place, *place.parents) if (path / "programme.toml").is_file()), None)


def complete_country(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a country by code or name."""
    return [
        CompletionItem(country.alpha_2, help=country.name)
        for country in _read_folder(context, lambda workspace: workspace.programme.countries)
        if country.alpha_2.startswith(incomplete.upper()) or fold_text(country.name).startswith(fold_text(incomplete))
    ]


def complete_capacity(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the id of a capacity."""
    return [
        CompletionItem(capacity.id, help=str(capacity.title))
        for capacity in _read_folder(context, lambda workspace: tuple(workspace.framework.walk()))
        if capacity.id.casefold().startswith(incomplete.casefold())
    ]


def _read_folder(context: click.Context, get: Callable[["Workspace"], tuple[_Part, ...]]) -> tuple[_Part, ...]:
    """Return a part of the typed programme folder, for completion.

    The result is empty if the folder cannot be read.
    """
    folder = context.params.get("folder")
    try:
        with context.scope(cleanup=False):
            return () if folder is None else get(open_programme(Path(folder)))
    except (CapbuildError, click.ClickException):
        return ()


def open_programme(folder: Path, *, host: "Host | None" = None) -> "Workspace":
    """Open a programme's folder, with its languages for reports.

    Args:
        folder: The folder.
        host: Plugin host.
    """
    from capbuild.reports import use_languages
    from capbuild.workspace import open_workspace

    workspace = open_workspace(folder, host=host)
    click.get_current_context().with_resource(use_languages(workspace.languages))
    return workspace


def find_workspace(programme: Path | None, file: Path) -> "Workspace | None":
    """Return the programme of a file, or None.

    Args:
        programme: Folder that the user named; by default the folder that encloses the file, if it is usable.
        file: The file.
    """
    if programme is not None:
        return open_programme(programme)
    folder = find_folder(file)
    workspace = None if folder is None else open_programme(folder)
    return workspace if workspace is not None and workspace.usable else None


def find_framework(name: str, host: "Host", near: Path = Path()) -> "Framework":
    """Return a framework by key, id, file or programme's folder.

    Args:
        name: Key, id or path.
        host: Host with the plugins.
        near: Path in a programme's folder (with programme.toml), which is searched too.

    Raises:
        click.BadParameter: There is no framework of this name.
        DocumentError: The file has errors.
    """
    from capbuild.frameworks.structure_packs import find_pack
    from capbuild.workspace import read_framework
    from capbuild.workspace.framework_files import folder_frameworks

    path = Path(name)
    if path.is_file():
        return read_framework(path, host=host).require()
    if (path / "programme.toml").is_file():
        return open_programme(path, host=host).framework
    frameworks = {**host.frameworks, **folder_frameworks(find_folder(near) or near, host)[0]}
    for key, framework in frameworks.items():
        if name in (key, framework.id):
            return framework
    if (pack := find_pack(name)) is not None:
        if pack.key in frameworks:
            return frameworks[pack.key]
        raise click.BadParameter(
            f"{name!r} has no nodes: fill them in with capbuild new framework FILE.xlsx --like {pack.name}"
        )
    raise click.BadParameter(
        f"there is no framework {name!r}; frameworks are: {', '.join(frameworks)}, or the path of a file"
    )


def find_questionnaire(name: str, host: "Host") -> "Questionnaire | None":
    """Return a questionnaire by key, id or framework file.

    Returns:
        None if the name is a framework's, its file has no own questions, or nothing has the name.
    """
    from capbuild.workspace import read_framework

    if Path(name).is_file():
        return read_framework(name, host=host).questionnaire
    if any(name in (key, framework.id) for key, framework in host.frameworks.items()):
        return None
    return next((form for key, form in host.questionnaires.items() if name in (key, form.id)), None)


def make_read_arguments(
    workspace: "Workspace | None", file: Path, format_: str | None, options: Iterable[str]
) -> dict[str, Any]:
    """Return the arguments of `read`.

    The command line overrides the programme's rules for the file.
    """
    rules = {} if workspace is None else workspace.settings.read_arguments(workspace.return_name(file))
    given = {**(rules.get("options") or {}), **dict(map(parse_option, options))}
    return {**rules, "format": format_ or rules.get("format"), "options": given or None}


def parse_option(text: str) -> tuple[str, object]:
    """Parse `name=value`; the value is TOML, else text.

    Raises:
        click.UsageError: There is no value.
    """
    from capbuild.documents.toml import decode_toml

    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"--option {text}: write NAME=VALUE, such as paper=us-letter")
    try:
        return name.strip(), decode_toml(f"value = {value}")["value"]
    except ValueError:
        return name.strip(), value
