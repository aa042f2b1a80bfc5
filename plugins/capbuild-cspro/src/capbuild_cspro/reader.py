"""Reader of CSPro dictionaries and data."""

from collections.abc import Iterator

from capbuild.model import SheetReconciliation
from capbuild.plugins import Claim, Companion, Confidence, InputFile, ReadItem, find_companion
from capbuild_cspro.database import is_database, read_database
from capbuild_cspro.dictionary import is_dictionary, read_dictionary
from capbuild_cspro.fixed_width import read_text
from capbuild_cspro.options import DICTIONARY_NAMES, CsproOptions

_DATA = frozenset((".dat", ".txt", ".csdat"))


def explains(data: InputFile, other: InputFile) -> bool:
    """True if a file is the dictionary of the data.

    Data with an embedded dictionary need none.
    """
    return not is_database(data) and not is_dictionary(data) and is_dictionary(other)


_DICTIONARY = Companion(option="definition", patterns=DICTIONARY_NAMES, explains=explains)


def sniff(source: InputFile) -> Claim | None:
    """Claim CSPro files by their structure.

    Fixed-width data are claimed if a dictionary is next to them.
    """
    if is_dictionary(source):
        return Claim(Confidence.SIGNATURE, "a CSPro dictionary")
    if is_database(source):
        return Claim(Confidence.SIGNATURE, "a CSPro database: its table meta names the version")
    dictionary = find_companion(_DICTIONARY, source) if source.suffix in _DATA else None
    if dictionary is not None:
        return Claim(Confidence.SIGNATURE, f"fixed-width data beside the CSPro dictionary {dictionary.name}")
    return None


def read_file(source: InputFile, options: CsproOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a file.

    Raises:
        ReadError: It is not a CSPro file, or damaged.
        LimitError: It exceeds the size or depth limits.
    """
    if source.start.startswith(b"SQLite format 3\0"):
        yield from read_database(source, options)
    elif is_dictionary(source) or source.suffix == ".dcf":
        dictionary = read_dictionary(source, options.encoding)
        yield dictionary.form
        yield from dictionary.issues
        yield SheetReconciliation(skipped="it is a dictionary without responses")
    else:
        yield from read_text(source, options)
