"""Items that a reader yields for a sample."""

from pathlib import Path
from typing import Any

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.io.companions import prepare_options
from capbuild.model import AnswerValue, Issue, Questionnaire, Response, SheetReconciliation
from capbuild.plugins import InputFile, Reader, ReadLimits


@frozen
class ReadItems:
    """Items of one reading by kind.

    Attributes:
        form: The questionnaire.
        responses: The responses in order; places are texts, not countries.
        issues: The issues in order, those of companion files first.
        accounts: The reconciliation of each sheet.
    """

    form: Questionnaire
    responses: tuple[Response, ...] = field(converter=to_tuple)
    issues: tuple[Issue, ...] = field(converter=to_tuple)
    accounts: tuple[SheetReconciliation, ...] = field(converter=to_tuple)

    @property
    def account(self) -> SheetReconciliation:
        """Reconciliation of the first sheet."""
        return self.accounts[0]

    @property
    def codes(self) -> list[str]:
        """Codes of the issues, in order."""
        return [issue.code for issue in self.issues]

    def answers(self, index: int = 0) -> dict[Any, AnswerValue]:
        """Return the values of one response by question.

        In a repeated block, the key is question and number of the repeat.
        """
        return {(a.question, a.repeat) if a.repeat else a.question: a.value for a in self.responses[index]}

    def column(self, question: str) -> list[tuple[AnswerValue, str | None]]:
        """Return value and raw text of each answer."""
        return [(response[question].value, response[question].raw) for response in self.responses]


def read_items(
    reader: Reader,
    data: bytes | str | Path,
    name: str,
    *,
    limits: ReadLimits | None = None,
    **options: Any,
) -> ReadItems:
    r"""Read a sample with one reader, without a host.

    Args:
        reader: The reader, as the plugin registers it.
        data: Bytes, text (encoded as UTF-8), or a path, with companion files next to it.
        name: Name of the file.
        limits: Limits in force.
        options: Options of the reader.

    Raises:
        AssertionError: It does not yield exactly one questionnaire, or yields no reconciliation or one that does not
            add up.

    Example:
        >>> from capbuild.plugins import Host
        >>> found = read_items(Host(discover=False).readers["csv"], "country,staff\nPeru,12\n", "a.csv")
        >>> found.answers(), found.codes, found.responses[0].place
        ({'staff': 12}, [], 'Peru')
    """
    bounds = limits or ReadLimits()
    if isinstance(data, Path):
        source = InputFile(name, path=data, limits=bounds)
    else:
        source = InputFile(name, data=data.encode() if isinstance(data, str) else data, limits=bounds)
    prepared = prepare_options(reader, options, source)
    items = [*prepared.issues, *reader.read(source, prepared.options)]
    forms = [item for item in items if isinstance(item, Questionnaire)]
    accounts = [item for item in items if isinstance(item, SheetReconciliation)]
    if len(forms) != 1 or not accounts or not all(account.adds_up for account in accounts):
        raise AssertionError(f"{name}: {len(forms)} questionnaires, accounts {accounts}")
    return ReadItems(
        form=forms[0],
        responses=[item for item in items if isinstance(item, Response)],
        issues=[item for item in items if isinstance(item, Issue)],
        accounts=accounts,
    )
