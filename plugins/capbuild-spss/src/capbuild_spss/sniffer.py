"""Detection of SPSS, Stata and SAS files by their bytes, not their names."""

from enum import StrEnum

from capbuild.plugins import Claim, Confidence, InputFile


class Container(StrEnum):
    """File formats, each with its own parser."""

    SYSTEM = "sav"
    PORTABLE = "por"
    STATA = "dta"
    SAS = "sas7bdat"
    TRANSPORT = "xport"


#: First bytes of the binary Stata versions that parsers know; later versions begin with a tag.
_STATA_VERSIONS = frozenset((*range(102, 106), 108, *range(110, 116)))
#: First bytes of a SAS data set.
_SAS = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
#: First bytes of the two versions of SAS transport files.
_TRANSPORT = (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!")
#: The second splash line of a portable file; the first may be in EBCDIC.
_PORTABLE_SPLASH = b"SPSS PORT FILE"


def find_container(source: InputFile) -> Container | None:
    r"""Return the file format by its first bytes; None if unknown.

    Example:
        >>> find_container(InputFile("x", data=b"$FL2@(#) SPSS DATA FILE")).value
        'sav'
        >>> find_container(InputFile("x.sav", data=b"country,age\n")) is None
        True
    """
    head = source.head(512)
    if head.startswith((b"$FL2", b"$FL3")):
        return Container.SYSTEM
    if _PORTABLE_SPLASH in head.replace(b"\r", b"").replace(b"\n", b"")[:240]:
        return Container.PORTABLE
    if head.startswith(_SAS):
        return Container.SAS
    if head.startswith(_TRANSPORT):
        return Container.TRANSPORT
    if head.startswith(b"<stata_dta>"):
        return Container.STATA
    if len(head) > 4 and head[0] in _STATA_VERSIONS and head[1] in (1, 2) and head[2:4] == b"\x01\x00":
        return Container.STATA
    return None


def sniff_spss(source: InputFile) -> Claim | None:
    """Claim SPSS system files and portable files."""
    container = find_container(source)
    if container is Container.SYSTEM:
        packed = "zsav" if source.head(4) == b"$FL3" else "sav"
        return Claim(Confidence.SIGNATURE, f"the mark of an SPSS system file ({packed})")
    if container is Container.PORTABLE:
        return Claim(Confidence.SIGNATURE, "the mark of an SPSS portable file")
    return None


def sniff_stata(source: InputFile) -> Claim | None:
    """Claim Stata data files."""
    if find_container(source) is Container.STATA:
        return Claim(Confidence.SIGNATURE, "the mark of a Stata data file")
    return None


def sniff_sas(source: InputFile) -> Claim | None:
    """Claim SAS data sets and transport files."""
    container = find_container(source)
    if container is Container.SAS:
        return Claim(Confidence.SIGNATURE, "the mark of a SAS data set")
    if container is Container.TRANSPORT:
        return Claim(Confidence.SIGNATURE, "the mark of a SAS transport file")
    return None
