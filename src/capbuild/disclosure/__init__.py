"""What an audience is shown and what is withheld from it: one step, before any writer begins.

    subject, context = disclose(baseline, RenderContext(audience="regional", programme=programme, dossier=dossier))
    context.disclosure.counted      # how many countries are counted without their names

What comes out are the same classes with less in them, so that a writer cannot show what it was not given. Primary
suppression leaves out countries without consent, labels that are too strict, personal detail; secondary suppression
leaves out the totals, counts, places and costs from which somebody could work out what was left out first, over all
rounds together.
"""

from capbuild.lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.disclosure.outcome import Disclosure, Redaction, StandingCounts
    from capbuild.disclosure.standings import Standing, standing_of
    from capbuild.disclosure.step import disclose, disclosed

__all__ = [
    "Disclosure",
    "Redaction",
    "Standing",
    "StandingCounts",
    "disclose",
    "disclosed",
    "standing_of",
]

_NAMES = {
    "outcome": "Disclosure Redaction StandingCounts",
    "standings": "Standing standing_of",
    "step": "disclose disclosed",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
