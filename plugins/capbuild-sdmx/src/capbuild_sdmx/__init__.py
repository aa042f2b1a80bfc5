"""Writes scores and answers as SDMX-CSV 2.0 and SDMX-ML 2.1.

With their structure definition.
"""

from collections.abc import Iterator

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import OutputFile, RenderContext, Writer, hookimpl
from capbuild_sdmx.options import SdmxOptions
from capbuild_sdmx.status import find_observation_status
from capbuild_sdmx.writer import write_csv_files, write_xml_files

__all__ = ["CAPBUILD_API", "SdmxOptions", "find_observation_status", "register_writers"]

#: Version of the hook interface that this plugin was written for.
CAPBUILD_API = 1

_ACCEPTS = (AssessmentSet, Assessment)


def _write_csv(
    subject: AssessmentSet | Assessment, context: RenderContext, options: SdmxOptions
) -> Iterator[OutputFile]:
    return write_csv_files(subject, context, options)


def _write_xml(
    subject: AssessmentSet | Assessment, context: RenderContext, options: SdmxOptions
) -> Iterator[OutputFile]:
    return write_xml_files(subject, context, options)


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writers `sdmx-csv` and `sdmx-ml`."""
    return [
        Writer(
            name="sdmx-csv",
            title="SDMX-CSV 2.0 with its structure",
            accepts=_ACCEPTS,
            write=_write_csv,
            options=SdmxOptions,
            discloses=True,
        ),
        Writer(
            name="sdmx-ml",
            title="SDMX-ML 2.1 with its structure",
            accepts=_ACCEPTS,
            write=_write_xml,
            options=SdmxOptions,
            discloses=True,
        ),
    ]
