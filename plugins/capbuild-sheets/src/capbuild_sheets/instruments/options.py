"""Options of the writer of instruments."""

from collections.abc import Sequence

from attrs import field, frozen

from capbuild.model import Questionnaire

__all__ = ["InstrumentOptions"]


def _tags(value: Sequence[str] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@frozen(kw_only=True)
class InstrumentOptions:
    """Options of the writer.

    Attributes:
        visit: The visit checklist instead of the survey, for a framework.
        languages: Languages to write, a tab each, the first one first; all of the form's when empty.
        country: Country that is filled in.
        respondent: Source or respondent that is filled in.
        form: Survey to write in place of the framework's own, such as one with the last answers.
    """

    visit: bool = False
    languages: tuple[str, ...] = field(default=(), converter=_tags)
    country: str = ""
    respondent: str = ""
    form: Questionnaire | None = None
