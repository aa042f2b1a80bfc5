"""Options of the reader and of the writers."""

from attrs import field, frozen
from attrs.validators import in_

from capbuild.formats import missing_kinds
from capbuild.frozen import FrozenMap
from capbuild.model import Missing
from capbuild.plugins import InputFile


@frozen(kw_only=True)
class LimeSurveyOptions:
    """Options for reading LimeSurvey files that override detection.

    Attributes:
        definition: The survey definition (`.lss`, `.lsa` or tab-separated), for responses in a file of their own.
        country: Country of all responses, if no question asks for it.
        missing: Missing codes and words with their kind, such as `{"-99": "refused", "No idea": "dont_know"}`; a word
            is also the label of a choice.
        drop_personal: Leave out columns that look personal.
    """

    definition: InputFile | None = None
    country: str | None = None
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=missing_kinds)
    drop_personal: bool = False


@frozen(kw_only=True)
class LimeSurveyWriteOptions:
    """Options of the LimeSurvey writers.

    Attributes:
        layout: `lss` (XML) or `tab` (tab-separated); from the writer's name when empty.
        untranslated: Treatment of a skip rule without an equivalent in LimeSurvey: `refuse` or `drop`.
    """

    layout: str = field(default="", validator=in_(("", "lss", "tab")))
    untranslated: str = field(default="refuse", validator=in_(("refuse", "drop")))
