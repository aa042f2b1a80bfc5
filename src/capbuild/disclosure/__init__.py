"""Disclosure control: what an audience may see, applied before writing.

    subject, context = disclose(baseline, RenderContext(audience="regional", programme=programme, dossier=dossier))
    context.disclosure.counted      # how many countries are counted without their names

What comes out are the same classes with less in them, so that a writer cannot show what it was not given. Primary
suppression leaves out countries without consent, labels that are too strict, personal detail; secondary suppression
leaves out the totals, counts, places and costs from which somebody could work out what was left out first, over all
rounds together, and beside all that was given before (`Publications`).
"""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.disclosure.control import disclose
    from capbuild.disclosure.outcome import Disclosure
    from capbuild.disclosure.publications import Publication, Publications

__all__ = [
    "Disclosure",
    "Publication",
    "Publications",
    "disclose",
]

_NAMES = {
    "outcome": "Disclosure",
    "control": "disclose",
    "publications": "Publication Publications",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
