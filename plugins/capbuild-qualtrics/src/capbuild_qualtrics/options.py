"""Options of the reader."""

from attrs import frozen

from capbuild.plugins import InputFile

__all__ = ["QualtricsOptions"]


@frozen(kw_only=True)
class QualtricsOptions:
    """Options for reading Qualtrics files.

    Attributes:
        definition: The survey (`.qsf`) of the responses.
        country: Country of all responses, if no question asks for it.
        country_question: Id of the question or embedded field for the country, if not recognised by its text.
        unanswered: Code of questions that were seen but not answered.
        drop_personal: Leave out columns that look personal.
    """

    definition: InputFile | None = None
    country: str | None = None
    country_question: str | None = None
    unanswered: str = "-99"
    drop_personal: bool = False
