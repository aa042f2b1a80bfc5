"""Disclosure control: limits the data of each audience, before writing.

    subject, context = disclose(baseline, RenderContext(audience="regional", programme=programme, dossier=dossier))
    context.disclosure.counted      # number of countries counted without their names

The returned objects have the same classes with less in them, so that a writer cannot show more than it was given.
Primary suppression removes countries without consent, items with a stricter label than the report, and personal detail.
Secondary suppression removes the totals, counts, places and costs from which a reader could derive data that primary
suppression removed. It covers all rounds and everything published before (`Publications`).
"""

from capbuild._lazy import lazy_exports

__all__ = [
    "Disclosure",
    "Publication",
    "Publications",
    "disclose",
]

_NAMES = {
    "control": "disclose",
    "outcome": "Disclosure",
    "publications": "Publication Publications",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
