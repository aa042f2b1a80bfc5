"""The files: one structure message, and one of data for each dataflow."""

import csv
import io
from collections.abc import Iterable, Iterator

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import OutputFile, RenderContext
from capbuild_sdmx.flows import FLOWS, Flow
from capbuild_sdmx.messages import data_message, structure_message
from capbuild_sdmx.observations import Observation, observe
from capbuild_sdmx.options import SdmxOptions

__all__ = ["csv_files", "xml_files"]

_INFORMATION = "I"


def csv_files(
    subject: AssessmentSet | Assessment, context: RenderContext, options: SdmxOptions
) -> Iterator[OutputFile]:
    """Yield `structure.xml`, `scores.csv` and `criteria.csv` (SDMX-CSV 2.0).

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    found = observe(subject, context)
    yield OutputFile("structure.xml", [structure_message(found, options)])
    for flow in FLOWS:
        yield OutputFile(f"{flow.id.lower()}.csv", [_table(flow, found.by_flow[flow.id], options)])


def xml_files(
    subject: AssessmentSet | Assessment, context: RenderContext, options: SdmxOptions
) -> Iterator[OutputFile]:
    """Yield `structure.xml`, `scores.xml` and `criteria.xml` (SDMX-ML 2.1, structure-specific).

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    found = observe(subject, context)
    yield OutputFile("structure.xml", [structure_message(found, options)])
    for flow in FLOWS:
        yield OutputFile(f"{flow.id.lower()}.xml", [data_message(flow, found, options)])


def _table(flow: Flow, observations: Iterable[Observation], options: SdmxOptions) -> bytes:
    """Every cell is a code, a figure or capbuild's own notice, so none can be a formula."""
    names = [component.id for component in flow.components]
    head = ["dataflow", f"{options.agency}:{flow.id}({options.version})", _INFORMATION]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *names])
    writer.writerows([*head, *(one.get(name, "") for name in names)] for one in observations)
    return buffer.getvalue().encode()
