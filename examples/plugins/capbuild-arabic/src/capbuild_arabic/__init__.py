"""Plugin that adds Arabic, as a draft.

The country brief, the letter, the visit checklist and the review form are translated, with the texts of the framework
that they print.
"""

import json
from importlib.resources import files

from capbuild.plugins import hookimpl
from capbuild.reports import LanguageTexts

CAPBUILD_API = 1


@hookimpl
def register_languages() -> list[LanguageTexts]:
    """Return the Arabic texts."""
    folder = files("capbuild_arabic")
    texts, phrases = (json.loads((folder / f"{name}.json").read_text("utf-8")) for name in ("ar", "framework"))
    return [LanguageTexts(tag="ar", texts=texts, phrases=phrases)]
