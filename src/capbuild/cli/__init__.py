"""Command line: `capbuild run`, `inspect`, `validate`, `new`, `plugins` and others."""

import io
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line.

    If click or rich is missing, a message explains how to install them.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe in an older encoding, as on Windows, gets escapes for characters that it lacks.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        from capbuild.cli.app import app

        app.main()
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        raise SystemExit('The command line needs click and rich: pip install "capbuild[cli]"') from None
