"""Command line: `capbuild run`, `inspect`, `validate`, `new`, `plugins` and others."""

__all__ = ["main"]


def main() -> None:
    """Run the command line; without click and rich, explain their installation."""
    try:
        from capbuild.cli.app import app

        app.main()
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        raise SystemExit('The command line needs click and rich: pip install "capbuild[cli]"') from None
