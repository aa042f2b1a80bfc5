"""Fixtures: a host with this plugin only, forms written as small tables, and workbooks made of them."""

import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import capbuild_xlsform
import pytest
import xlsxwriter

import capbuild as cb
from capbuild.model import Survey
from capbuild.plugins import Host

Sheets = dict[str, str]


def _rows(table: str) -> list[list[str]]:
    lines = [line.strip() for line in table.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines]


def _book(tables: Mapping[str, Iterable[Iterable[str | int | None]]]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in tables.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
    book.close()
    return stream.getvalue()


def _workbook(sheets: Sheets) -> bytes:
    def typed(cell: str) -> str | int | None:
        return int(cell) if cell.isdigit() else cell or None

    return _book({name: [[typed(cell) for cell in row] for row in _rows(table)] for name, table in sheets.items()})


@pytest.fixture(scope="session")
def host() -> Host:
    return Host(plugins={"capbuild-xlsform": capbuild_xlsform}, discover=False)


@pytest.fixture
def workbook() -> Callable[[Sheets], bytes]:
    return _workbook


@pytest.fixture(scope="session")
def books() -> Callable[..., bytes]:
    """Workbooks of tables, as rows of cells."""
    return _book


@pytest.fixture(scope="session")
def read(host: Host) -> Callable[..., Survey]:
    def reading(data: bytes | str, name: str, **options: object) -> Survey:
        content = data.encode() if isinstance(data, str) else data
        found = cb.read(content, name=name, options=options, host=host)
        assert found.reconciliation.adds_up
        return found

    return reading


@pytest.fixture
def form() -> Callable[..., bytes]:
    """A form as a CSV of sections, from tables of sheets."""

    def made(**sheets: str) -> bytes:
        lines: list[str] = []
        for name, table in sheets.items():
            lines.append(name)
            lines += [",".join(["", *(f'"{cell}"' for cell in row)]) for row in _rows(table)]
        return "\n".join(lines).encode()

    return made


@pytest.fixture(scope="session")
def corpus(corpus: Path) -> Path:
    """Folder of the real survey files."""
    return corpus / "formats"


#: A form with a group, a repeat, conditions and two languages.
NEEDS = {
    "survey": """
        type                 | name     | label::English (en)  | label::Español (es)       | relevant
        start                | start    |                      |                           |
        text                 | country  | Country              | País                      |
        select_multiple unit | units    | Which units exist?   | ¿Qué unidades existen?    |
        text                 | units_o  | Which other?         | ¿Cuál otra?               | selected(${units}, 'other')
        begin group          | lab      | Laboratory           | Laboratorio               |
        integer              | staff    | How many staff?      | ¿Cuánto personal?         | selected(${units}, 'lab')
        select_one yn        | accred   | Accredited?          | ¿Acreditado?              | ${staff} > 0
        end group            |          |                      |                           |
        begin repeat         | training | Training             | Formación                 |
        text                 | title    | Title                | Título                    |
        integer              | year     | Year                 | Año                       | ${title} != ''
        end repeat           |          |                      |                           |
        geopoint             | place    | Where?               | ¿Dónde?                   |
    """,
    "choices": """
        list_name | name  | label::English (en) | label::Español (es)
        unit      | cyber | Cybercrime unit     | Unidad de ciberdelincuencia
        unit      | lab   | Laboratory          | Laboratorio
        unit      | other | Other               | Otra
        yn        | yes   | Yes                 | Sí
        yn        | no    | No                  | No
        yn        | dk    | Don't know          | No sabe
    """,
    "settings": "form_id|version\nneeds|v1",
}


@pytest.fixture
def definition(workbook: Callable[[Sheets], bytes]) -> bytes:
    return workbook(NEEDS)
