"""Command group: one module for each command.

Exit status: 0 done, 1 done with open errors, 2 failed.
"""

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from capbuild.cli import commands
from capbuild.cli.command_group import CommandGroup
from capbuild.frozen import FrozenMap

if TYPE_CHECKING:
    from capbuild.model import Issue

#: Commands by task, in the order of a programme's work; others come last.
_TASKS = {
    "Collect": "new questionnaire visit-pack visit-import status inspect map convert country",
    "Assess": "evidence validate check run explain compare sensitivity review",
    "Plan": "plan cost network training advise actions",
    "Report": "report verify",
    "Look after": "diff merge forget doctor plugins",
}


class _Commands(CommandGroup):
    """Command group that imports each command when it is used.

    Commands are found by module name. An error of the library is printed as its message, with exit status 2.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, including those of plugins."""
        return sorted({*_list_own(), *_commands_of_plugins()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if unknown.

        Plugins are loaded only for names that are not built in.
        """
        if cmd_name not in _list_own():
            return _commands_of_plugins().get(cmd_name)
        command = importlib.import_module(f"{commands.__name__}.{cmd_name.replace('-', '_')}").command
        assert isinstance(command, click.Command)  # noqa: S101 (a module of commands has one by this name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands by task, each with its complete summary."""
        left = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        for task, names in _TASKS.items():
            rows = [(name, command) for name in names.split() if (command := left.pop(name, None)) is not None]
            _write_commands(formatter, task, rows)
        _write_commands(
            formatter, "Of plugins", [(name, command) for name, command in left.items() if command is not None]
        )

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        # Imported here: not needed for the version, help of a mistyped command, or shell completion.
        from capbuild.errors import CapbuildError

        try:
            return super().invoke(ctx)
        except CapbuildError as error:
            from capbuild._terminal import SafeConsole
            from capbuild.cli.screen import Screen, list_error_issues

            _print_json_error(ctx, 2, list_error_issues(error))
            sys.exit(Screen(SafeConsole(stderr=True, highlight=False, markup=False)).error(error))
        except click.ClickException as error:
            from capbuild.escaping import terminal_text
            from capbuild.model import Issue

            error.message = terminal_text(error.message)  # type: ignore[misc]
            _print_json_error(ctx, error.exit_code, [Issue.error("usage", error.message)])
            raise


def _print_json_error(context: click.Context, status: int, issues: "Sequence[Issue]") -> None:
    """Print the issues of an error, if JSON was requested."""
    from capbuild.cli.arguments import JSON_WANTED

    if context.meta.get(JSON_WANTED):
        from capbuild.cli.json_output import list_issues, print_json

        print_json({"exit": status, "issues": list_issues(issues)})


def _write_commands(formatter: click.HelpFormatter, task: str, rows: list[tuple[str, click.Command]]) -> None:
    if rows:
        with formatter.section(task):
            formatter.write_dl([(name, command.get_short_help_str(limit=200)) for name, command in rows])


def _list_own() -> list[str]:
    return [module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__)]


def _commands_of_plugins() -> "FrozenMap[str, click.Command]":
    from capbuild.plugins import default_host  # not needed for built-in commands

    return default_host().commands(_list_own())


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="capbuild", prog_name="capbuild")
def app() -> None:
    """Run capacity-building programmes from survey files to reports.

    Exit status: 0 done; 1 done, but an error is open; 2 could not be done.
    """
