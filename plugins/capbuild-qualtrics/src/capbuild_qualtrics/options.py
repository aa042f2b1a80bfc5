"""Options of the reader."""

from attrs import frozen

from capbuild.formats import DefinitionOptions


@frozen(kw_only=True)
class QualtricsOptions(DefinitionOptions):
    """Options for reading Qualtrics files.

    Attributes:
        definition: The survey (`.qsf`) of the responses.
        country: Country of all responses, if no question asks for it.
        country_question: Id of the question or embedded field for the country, if not recognised by its text.
        missing: Missing codes with their kind, besides that of unanswered questions.
        drop_personal: Leave out answers that look personal.
        unanswered: Code of questions that were seen but not answered.
    """

    unanswered: str = "-99"
