"""Options of the reader."""

from pathlib import Path

from attrs import field, frozen

__all__ = ["QualtricsOptions"]


def _as_path(value: str | Path | bytes | None) -> Path | bytes | None:
    return Path(value) if isinstance(value, str) else value


@frozen(kw_only=True)
class QualtricsOptions:
    """Options for reading Qualtrics files.

    Attributes:
        definition: The survey (`.qsf`) that responses belong to, as a path or bytes.
        country: Country of all responses, where no question asks for it.
        country_question: Id of the question or embedded field that names the country, where its text does not show it.
        unanswered: Code of questions that were seen and not answered.
        drop_personal: Leave out columns that look personal.

    Example:
        >>> QualtricsOptions(definition="needs.qsf").definition.name
        'needs.qsf'
    """

    definition: Path | bytes | None = field(default=None, converter=_as_path, repr=False)
    country: str | None = None
    country_question: str | None = None
    unanswered: str = "-99"
    drop_personal: bool = False
