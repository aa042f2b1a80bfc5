"""Writes scores and answers as SDMX-CSV 2.0 and SDMX-ML 2.1.

With their structure definition.
"""

from capbuild.model import Assessment, AssessmentSet
from capbuild.plugins import LazyFunction, Writer, hookimpl
from capbuild_sdmx.codelists import find_observation_status
from capbuild_sdmx.options import SdmxOptions

__all__ = ["CAPBUILD_API", "SdmxOptions", "find_observation_status", "register_writers"]

#: Version of the hook interface that this plugin was written for.
CAPBUILD_API = 1

_ACCEPTS = (AssessmentSet, Assessment)


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writers `sdmx-csv` and `sdmx-ml`."""
    return [
        Writer(
            name="sdmx-csv",
            title="SDMX-CSV 2.0 with its structure",
            accepts=_ACCEPTS,
            write=LazyFunction("capbuild_sdmx.writer:write_csv_files"),
            options=SdmxOptions,
            discloses=True,
        ),
        Writer(
            name="sdmx-ml",
            title="SDMX-ML 2.1 with its structure",
            accepts=_ACCEPTS,
            write=LazyFunction("capbuild_sdmx.writer:write_xml_files"),
            options=SdmxOptions,
            discloses=True,
        ),
    ]
