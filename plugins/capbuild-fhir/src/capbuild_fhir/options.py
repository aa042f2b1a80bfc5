"""Options of the reader."""

from attrs import frozen

from capbuild.formats import DefinitionOptions


@frozen(kw_only=True)
class FhirOptions(DefinitionOptions):
    """Options for reading FHIR files.

    Attributes:
        definition: The Questionnaire of the responses; by default the one in the same file.
        questionnaire: Canonical address of the Questionnaire to read, in a Bundle with several.
        country: Country of all responses, if no question asks for it.
        country_question: Id of the question for the country, if not recognised by text or answers.
        missing: Kinds of missing by code, such as `{"-9": "refused"}`.
        drop_personal: Leave out answers that look personal.
    """

    questionnaire: str | None = None
