"""Options of the writer of explained scores."""

from attrs import frozen


@frozen(kw_only=True)
class ExplainOptions:
    """Options of the score explanation writer.

    Attributes:
        language: Language of the framework's texts; that of the output when empty.
    """

    language: str = ""
