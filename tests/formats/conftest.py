"""Tables in tests are written as Markdown, so that a test reads like its specification."""

import csv
import io
from collections import Counter

import pytest
from attrs import frozen

from capbuild.formats import CsvOptions
from capbuild.formats.csv_files.table import register_readers
from capbuild.model import Issue, Questionnaire, Response, SheetReconciliation
from capbuild.plugins import InputFile, ReadLimits

READER = register_readers()[0]


@frozen
class Read:
    """What came out of a file, by kind."""

    responses: list
    issues: list
    account: SheetReconciliation
    form: Questionnaire

    @property
    def codes(self):
        """Codes of the issues with how often each stands."""
        return dict(Counter(issue.code for issue in self.issues))

    def answers(self, index=0):
        """Questions and values of one response."""
        return {answer.question: answer.value for answer in self.responses[index].answers}

    def issue(self, code):
        """The only issue of a code."""
        (found,) = [issue for issue in self.issues if issue.code == code]
        return found

    def use(self, name):
        """What became of a column."""
        (found,) = [column for column in self.account.columns if column.name == name]
        return found.use.value


def _sorted(items):
    accounts = [item for item in items if isinstance(item, SheetReconciliation)]
    forms = [item for item in items if isinstance(item, Questionnaire)]
    assert len(accounts) == len(forms) == 1
    return Read(
        [item for item in items if isinstance(item, Response)],
        [item for item in items if isinstance(item, Issue)],
        accounts[0],
        forms[0],
    )


def to_bytes(data):
    return data.encode() if isinstance(data, str) else data


@pytest.fixture(scope="session")
def read_text():
    """Read text or bytes as a file of some name."""

    def run(data, name="a.csv", limits=None, **options):
        source = InputFile(name, data=to_bytes(data), limits=limits or ReadLimits())
        found = _sorted(list(READER.read(source, CsvOptions(**options))))
        assert found.account.adds_up
        made = sum(len(response) for response in found.responses)
        assert made == found.account.answers + sum(found.account.absent.values())
        return found

    return run


@pytest.fixture(scope="session")
def sniff():
    """Ask the reader for its claim on text or bytes."""

    def run(data, name="a.csv"):
        return READER.sniff(InputFile(name, data=to_bytes(data)))

    return run


def cells(markdown):
    """The cells of a Markdown table; \\n in a cell is a line break."""
    rows = [line.strip() for line in markdown.strip().splitlines()]
    return [
        [cell.strip().replace("\\n", "\n") for cell in row.strip("|").split("|")]
        for row in rows
        if set(row) - set("|- :")
    ]


def to_csv(rows, delimiter=","):
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


@pytest.fixture(scope="session")
def read_table_of(read_text):
    """Write a Markdown table as CSV and read it."""

    def run(markdown, delimiter=",", **options):
        return read_text(to_csv(cells(markdown), delimiter), **options)

    return run


@pytest.fixture(scope="session")
def csv_of():
    """Write rows as CSV."""
    return to_csv
