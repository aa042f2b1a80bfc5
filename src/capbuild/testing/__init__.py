"""Strategies, conformance classes and sample files for plugin tests.

Needs `pip install "capbuild[testing]"`.

Parts are imported on first use:

    from capbuild.testing import ReaderConformance, Sample, strategies
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from capbuild.testing import contract, strategies, tables
    from capbuild.testing.conformance.catalogue import CatalogueConformance, QuestionnaireConformance
    from capbuild.testing.conformance.chart import ChartConformance
    from capbuild.testing.conformance.edits import Edit
    from capbuild.testing.conformance.framework import FrameworkConformance
    from capbuild.testing.conformance.method import MethodConformance
    from capbuild.testing.conformance.reader import ReaderConformance
    from capbuild.testing.conformance.sample import Sample, summarize_answers, summarize_form
    from capbuild.testing.conformance.writer import WriterConformance
    from capbuild.testing.golden import check_golden
    from capbuild.testing.sample_items import ReadItems, read_items
    from capbuild.testing.sample_programme import InventedProgramme, invented_programme
    from capbuild.testing.sample_survey import invented_survey

__all__ = [
    "CatalogueConformance",
    "ChartConformance",
    "Edit",
    "FrameworkConformance",
    "InventedProgramme",
    "MethodConformance",
    "QuestionnaireConformance",
    "ReadItems",
    "ReaderConformance",
    "Sample",
    "WriterConformance",
    "check_golden",
    "contract",
    "invented_programme",
    "invented_survey",
    "read_items",
    "strategies",
    "summarize_answers",
    "summarize_form",
    "tables",
]

#: Modules of names that differ from their module's name.
_HOME = {
    "CatalogueConformance": "conformance.catalogue",
    "ChartConformance": "conformance.chart",
    "Edit": "conformance.edits",
    "FrameworkConformance": "conformance.framework",
    "InventedProgramme": "sample_programme",
    "MethodConformance": "conformance.method",
    "QuestionnaireConformance": "conformance.catalogue",
    "ReadItems": "sample_items",
    "ReaderConformance": "conformance.reader",
    "Sample": "conformance.sample",
    "summarize_answers": "conformance.sample",
    "summarize_form": "conformance.sample",
    "WriterConformance": "conformance.writer",
    "check_golden": "golden",
    "invented_programme": "sample_programme",
    "invented_survey": "sample_survey",
    "read_items": "sample_items",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOME.get(name, name)}")
    return getattr(module, name) if name in _HOME else module


def __dir__() -> list[str]:
    return sorted(__all__)
