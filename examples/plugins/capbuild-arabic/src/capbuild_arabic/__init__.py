"""Plugin that adds Arabic: the country brief and the review form, as a draft."""

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
