"""Maintainer and version of the structure."""

from attrs import field, frozen, validators


@frozen(kw_only=True)
class SdmxOptions:
    """Options of the writers `sdmx-csv` and `sdmx-ml`.

    Attributes:
        agency: Id of the agency that maintains the structure, and of the sender.
        version: Version of the structure, such as `1.0`.
    """

    agency: str = field(default="CAPBUILD", validator=validators.matches_re(r"[A-Za-z][A-Za-z0-9_-]*"))
    version: str = field(default="1.0", validator=validators.matches_re(r"[0-9]+(\.[0-9]+)*"))
