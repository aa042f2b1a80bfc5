"""What the pages ask of Python: read one file, or run a cell of a notebook. Both give what is shown, as JSON."""

import contextlib
import io
import json
import os
import sys
import traceback
from html import escape
from pathlib import Path

from pyodide.code import eval_code

sys.path.insert(0, "/library")

import capbuild as cb
from capbuild.errors import CapbuildError

names: dict[str, object] = {}


def show(name: str, data: bytes) -> str:
    """Return the display of a reading and its issues, or the error with its remedy."""
    try:
        reading = cb.read(bytes(data), name=name)
    except CapbuildError as error:
        return json.dumps({"state": "It could not be read.", "html": f'<p class="error">{escape(str(error))}</p>'})
    shown = reading._repr_mimebundle_()["text/html"]
    issues = "".join(f"<li>{escape(str(issue))}</li>" for issue in reading.issues.worst_first[:20])
    more = f"<h2>What to look at</h2><ul>{issues}</ul>" if issues else ""
    adds_up = "every row and cell is accounted for" if reading.reconciliation.adds_up else "the account does not add up"
    return json.dumps({"state": f"{len(reading.responses)} responses; {adds_up}.", "html": shown + more})


def new_notebook() -> None:
    """Forget the names of other notebooks, and go to the folder of the examples' notebooks."""
    names.clear()
    names["__name__"] = "__main__"
    Path("/examples/notebooks").mkdir(parents=True, exist_ok=True)
    os.chdir("/examples/notebooks")


def run_cell(source: str) -> str:
    """Run a cell, and return what it prints, the display of its last value, or its error."""
    printed, html, failed = io.StringIO(), "", False
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            html = _display(eval_code(source, names))
        except ModuleNotFoundError as error:
            text = f"{error}. It is here where this page is built from the full distribution of Pyodide."
            html, failed = f'<p class="error">{escape(text)}</p>', True
        except Exception as error:  # noqa: BLE001 - whatever a cell raises is shown, as in a notebook
            text = str(error) if isinstance(error, CapbuildError) else "".join(traceback.format_exception_only(error))
            html, failed = f'<p class="error">{escape(text)}</p>', True
    text = f"<pre>{escape(printed.getvalue())}</pre>" if printed.getvalue() else ""
    return json.dumps({"html": text + html, "failed": failed})


def _display(value: object) -> str:
    if value is None:
        return ""
    bundle = getattr(value, "_repr_mimebundle_", None)
    if bundle is not None and (html := bundle().get("text/html")):
        return html
    for name in ("_repr_html_", "_repr_svg_"):
        if (html := getattr(value, name, lambda: None)()) is not None:
            return html
    return f"<pre>{escape(repr(value))}</pre>"
