"""Disclosure control: what an audience may see, applied before writing.

    subject, context = disclose(baseline, RenderContext(audience="regional", programme=programme, dossier=dossier))
    context.disclosure.counted      # how many countries are counted without their names

What comes out are the same classes with less in them, so that a writer cannot show what it was not given. Primary
suppression leaves out countries without consent, labels that are too strict, personal detail; secondary suppression
leaves out the totals, counts, places and costs from which somebody could work out what was left out first, over all
rounds together.
"""

from capbuild._lazy import lazy_exports

# Type checkers take a name so called as true; importing it from typing would be paid by every user.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.disclosure.control import disclose, list_disclosed
    from capbuild.disclosure.outcome import BinCounts, Disclosure, Redaction
    from capbuild.disclosure.score_bins import ScoreBin, find_bin

__all__ = [
    "BinCounts",
    "Disclosure",
    "Redaction",
    "ScoreBin",
    "disclose",
    "find_bin",
    "list_disclosed",
]

_NAMES = {
    "outcome": "Disclosure Redaction BinCounts",
    "score_bins": "ScoreBin find_bin",
    "control": "disclose list_disclosed",
}

__getattr__, __dir__ = lazy_exports(__name__, {n: f".{home}" for home, names in _NAMES.items() for n in names.split()})
