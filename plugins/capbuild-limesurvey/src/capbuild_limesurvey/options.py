"""Options of the reader and of the writers."""

from attrs import field, frozen
from attrs.validators import in_

from capbuild.plugins import InputFile

__all__ = ["LimeSurveyOptions", "LimeSurveyWriteOptions"]


@frozen(kw_only=True)
class LimeSurveyOptions:
    """Options for reading LimeSurvey files that override detection.

    Attributes:
        definition: The survey that responses belong to (`.lss`, `.lsa` or tab-separated), where they come alone.
        country: Country of all responses, where no question asks for it.
        drop_personal: Leave out columns that look personal.
    """

    definition: InputFile | None = None
    country: str | None = None
    drop_personal: bool = False


@frozen(kw_only=True)
class LimeSurveyWriteOptions:
    """How a survey is written for LimeSurvey.

    Attributes:
        layout: `lss` (XML) or `tab` (tab-separated); by the writer's name when empty.
        untranslated: What happens to a skip rule that has no form in LimeSurvey: `refuse` or `drop`.
    """

    layout: str = field(default="", validator=in_(("", "lss", "tab")))
    untranslated: str = field(default="refuse", validator=in_(("refuse", "drop")))
