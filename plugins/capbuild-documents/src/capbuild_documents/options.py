"""Options of the readers and of the writer, cheap to import."""

from attrs import field, frozen

from capbuild.plugins import InputFile

__all__ = ["DocumentOptions", "WordFormOptions"]


@frozen(kw_only=True)
class DocumentOptions:
    """Options of the readers `word-form` and `pdf-form`.

    Attributes:
        country: Country of the response, where the document names none.
        definition: The questionnaire as it was sent (`.docx`) or as a capbuild document (`.json`), for documents
            that lost the form they were printed from.
    """

    country: str | None = None
    definition: InputFile | None = None


@frozen(kw_only=True)
class WordFormOptions:
    """Options of the writer `docx-form`.

    Attributes:
        language: Language to print; the form's first when empty.
        country: Country that is filled in.
        respondent: Responding office that is filled in.
        template: A `.docx` file whose styles, page, header and footer are used; its text is left out.
    """

    language: str = ""
    country: str = ""
    respondent: str = ""
    template: str = field(default="", metadata={"path": True})
