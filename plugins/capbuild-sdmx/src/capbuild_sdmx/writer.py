"""Writes a structure message, and a data file per dataflow."""

import csv
import io
from collections.abc import Callable, Iterator

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import OutputFile, RenderContext
from capbuild_sdmx.dataflows import FLOWS, Flow
from capbuild_sdmx.messages import make_data_message, make_structure_message
from capbuild_sdmx.observations import Observations, make_observations
from capbuild_sdmx.options import SdmxOptions

_INFORMATION = "I"


def write_csv_files(
    subject: AssessmentSet | Assessment, context: RenderContext, options: SdmxOptions
) -> Iterator[OutputFile]:
    """Yield `structure.xml`, `scores.csv` and `criteria.csv` (SDMX-CSV 2.0).

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    yield from _write_files(make_observations(subject, context), "csv", _write_table, options)


def write_xml_files(
    subject: AssessmentSet | Assessment, context: RenderContext, options: SdmxOptions
) -> Iterator[OutputFile]:
    """Yield `structure.xml`, `scores.xml` and `criteria.xml` (SDMX-ML 2.1, structure-specific).

    Raises:
        WriteError: The disclosure policy does not name the audience. Code CB703.
    """
    yield from _write_files(make_observations(subject, context), "xml", make_data_message, options)


def _write_files(
    observations: Observations,
    suffix: str,
    write: Callable[[Flow, Observations, SdmxOptions], bytes],
    options: SdmxOptions,
) -> Iterator[OutputFile]:
    """Yield the structure message, and a file per dataflow."""
    yield OutputFile("structure.xml", [make_structure_message(observations, options)])
    for flow in FLOWS:
        yield OutputFile(f"{flow.id.lower()}.{suffix}", [write(flow, observations, options)])


def _write_table(flow: Flow, observations: Observations, options: SdmxOptions) -> bytes:
    """Return a table of observations as CSV.

    Cells are codes and figures, never formulas.
    """
    names = [component.id for component in flow.components]
    head = ["dataflow", f"{options.agency}:{flow.id}({options.version})", _INFORMATION]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["STRUCTURE", "STRUCTURE_ID", "ACTION", *names])
    writer.writerows(
        [*head, *(observation.get(name, "") for name in names)] for observation in observations.by_flow[flow.id]
    )
    return buffer.getvalue().encode()
