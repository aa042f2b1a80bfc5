"""Options of the reader."""

from attrs import frozen

from capbuild.formats import DefinitionOptions

__all__ = ["FhirOptions"]


@frozen(kw_only=True)
class FhirOptions(DefinitionOptions):
    """Options for reading FHIR files.

    Attributes:
        definition: The Questionnaire that responses belong to; else the one in the same file.
        questionnaire: Canonical address of the Questionnaire to read, in a Bundle with several.
        country: Country of all responses, where no question asks for it.
        country_question: Id of the question for the country, where neither its text nor its answers show it.
        missing: Codes with the kind of missing each stands for, such as `{"-9": "refused"}`.
    """

    questionnaire: str | None = None
