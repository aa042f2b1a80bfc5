"""Read one file and return what the page shows, as JSON."""

import json
import sys
from html import escape

sys.path.insert(0, "/library")

import capbuild as cb
from capbuild.errors import CapbuildError


def show(name, data):
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
