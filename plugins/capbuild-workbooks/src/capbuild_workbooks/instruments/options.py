"""Options of the instrument writer."""

from collections.abc import Sequence

from attrs import field, frozen

from capbuild.model import Questionnaire


def _tags(value: Sequence[str] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@frozen(kw_only=True)
class InstrumentOptions:
    """Options of the instrument writer.

    Attributes:
        visit: Whether to write the visit checklist instead of the survey, for a framework.
        languages: Languages to write, one tab each, in order; all of the form's if empty.
        country: Pre-filled country.
        respondent: Pre-filled source or respondent.
        form: Survey to write instead of the framework's own, such as one with the last answers.
    """

    visit: bool = False
    languages: tuple[str, ...] = field(default=(), converter=_tags)
    country: str = ""
    respondent: str = ""
    form: Questionnaire | None = None
