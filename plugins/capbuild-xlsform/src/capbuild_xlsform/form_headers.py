"""Headers of definition sheets: column and language, in every dialect."""

import re

from attrs import frozen

_NAMES = {
    "type": "type | command",
    "name": "name | tag | value",
    "label": "label | caption",
    "hint": "hint",
    "guidance_hint": "guidance_hint",
    "relevant": "relevant | relevance | bind:relevant",
    "constraint": "constraint | bind:constraint",
    "constraint_message": (
        "constraint_message | constraining_message | constraint-msg | constraintmsg | "
        "bind:jr:constraintmsg | jr:constraintmsg"
    ),
    "required": "required | bind:required",
    "required_message": "required_message | requiredmsg | bind:jr:requiredmsg",
    "readonly": "readonly | read_only | bind:readonly",
    "calculation": "calculation | calculate | bind:calculate",
    "default": "default",
    "appearance": "appearance | control:appearance",
    "choice_filter": "choice_filter",
    "repeat_count": "repeat_count | count | jr:count | control:jr:count",
    "list_name": "list_name | listname",
    "image": "image | media:image",
    "audio": "audio | media:audio",
    "video": "video | media:video",
    "save_to": "save_to | entities:saveto | bind:entities:saveto",
    "form_title": "form_title | title | set_form_title",
    "form_id": "form_id | id_string | set_form_id",
}
_CANON = {spelling: name for name, spellings in _NAMES.items() for spelling in spellings.split(" | ")}
_TRANSLATED = frozenset(
    ["label", "hint", "guidance_hint", "constraint_message", "required_message", "image", "audio", "video", "big-image"]
)
_LEADS = ("bind", "control", "body", "media", "instance")
_COLONS = re.compile(r"\s*:+\s*")
#: `label[en]`, `hint (French)`: language in brackets instead of after colons.
_BRACKETS = re.compile(r"(?P<name>[^\[\](){}]+?)\s*(?:\[(?P<square>[^\[\]]+)\]|\((?P<round>[^()]+)\))")


@frozen
class Header:
    """Parsed header of a definition sheet.

    Attributes:
        name: Canonical column name; an unknown header is kept as written, folded.
        language: Language as written in the form; empty for none.
    """

    name: str
    language: str = ""


def is_translated(name: str) -> bool:
    """Return True if a column can have translations."""
    return name in _TRANSLATED


def parse_header(written: str) -> Header:
    """Parse a header of a definition sheet.

    Example:
        >>> parse_header("hint [fr]")
        Header(name='hint', language='fr')
        >>> parse_header("Label::English (en)"), parse_header("media:image:French"), parse_header("list name"), parse_header("bind:relevant")
        (Header(name='label', language='English (en)'), Header(name='image', language='French'), Header(name='list_name', language=''), Header(name='relevant', language=''))
    """  # noqa: E501 - the shown value is what a reader of the page needs
    parts = [part for part in _COLONS.split(written.strip()) if part]
    if not parts:
        return Header("")
    folded = ["_".join(part.casefold().split()) for part in parts]
    whole = ":".join(folded)
    if whole in _CANON:
        return Header(_CANON[whole])
    for size in (3, 2, 1):
        name = _CANON.get(":".join(folded[:size])) if len(folded) > size else None
        if (
            name is None
            and len(folded) > size
            and folded[size - 1] in _TRANSLATED
            and folded[0] in ("media", folded[0])
        ):
            name = folded[size - 1] if size == 1 or folded[0] in _LEADS else None
        if name in _TRANSLATED:
            return Header(name, ":".join(parts[size:]).strip())
    bracketed = _BRACKETS.fullmatch(written.strip())
    if (
        bracketed is not None
        and (before := parse_header(bracketed["name"])).name in _TRANSLATED
        and not before.language
    ):
        return Header(before.name, (bracketed["square"] or bracketed["round"]).strip())
    if folded[0] in _LEADS and len(folded) > 1:
        rest = ":".join(folded[1:])
        return Header(_CANON.get(rest, rest))
    return Header(whole)
