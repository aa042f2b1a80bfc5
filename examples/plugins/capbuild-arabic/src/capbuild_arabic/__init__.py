"""Plugin that adds Arabic, as a draft.

The country brief and the review form are translated.
"""

import json
from importlib.resources import files

from capbuild.plugins import hookimpl
from capbuild.reports import LanguageTexts

CAPBUILD_API = 1


@hookimpl
def register_languages() -> list[LanguageTexts]:
    """Return the Arabic texts."""
    texts = json.loads((files("capbuild_arabic") / "ar.json").read_text("utf-8"))
    return [LanguageTexts(tag="ar", texts=texts)]
