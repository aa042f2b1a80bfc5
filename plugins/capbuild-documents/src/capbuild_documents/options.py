"""Options of the document readers and writer. Cheap to import."""

from attrs import field, frozen

from capbuild.formats import missing_kinds
from capbuild.frozen import FrozenMap
from capbuild.model import Missing
from capbuild.plugins import InputFile


@frozen(kw_only=True)
class DocumentOptions:
    """Options of the readers `word-form` and `pdf-form`.

    Attributes:
        country: Country of the response, if the document names none.
        missing: Missing codes and words with their kind, such as `{"-99": "refused", "No idea": "dont_know"}`; a word
            is also the label of a choice.
        definition: The questionnaire as sent (`.docx`) or as a capbuild document (`.json`), for documents without the
            embedded form.
    """

    country: str | None = None
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=missing_kinds)
    definition: InputFile | None = None


@frozen(kw_only=True)
class WordFormOptions:
    """Options of the writer `docx-form`.

    Attributes:
        language: Language to print; the form's first language when empty.
        country: Prefilled country.
        respondent: Prefilled responding office.
        template: A `.docx` file that gives styles, page, header and footer; its text is left out.
    """

    language: str = ""
    country: str = ""
    respondent: str = ""
    template: str = field(default="", metadata={"path": True})
