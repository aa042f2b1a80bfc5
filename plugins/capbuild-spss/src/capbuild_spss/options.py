"""Options of readers and writers of statistics files.

The files are those of SPSS, Stata and SAS.
"""

from attrs import field, frozen
from attrs.validators import ge, instance_of

from capbuild.formats import missing_kinds
from capbuild.frozen import FrozenMap
from capbuild.model import Missing
from capbuild.plugins import InputFile


@frozen(kw_only=True)
class StatisticsFileOptions:
    """Options for reading SPSS and Stata files that override detection.

    Attributes:
        encoding: Encoding of its texts, such as `windows-1252`; as the file declares when None.
        country: Country of all rows, or the variable that names it, if none is found.
        language: Language of its labels, as a BCP 47 tag.
        missing: Missing codes and words with their kind, such as `{"-99": "refused", "No idea": "dont_know"}`; a word
            is also the label of a choice.
        drop_personal: Leave out variables that look personal.
        seconds: Processor time that parsing may take.

    Example:
        >>> StatisticsFileOptions(country="Belize").drop_personal
        False
    """

    encoding: str | None = None
    country: str | None = None
    language: str | None = None
    missing: FrozenMap[str, Missing] = field(factory=FrozenMap, converter=missing_kinds)
    drop_personal: bool = False
    seconds: int = field(default=300, validator=[instance_of(int), ge(1)])


@frozen(kw_only=True)
class SasOptions(StatisticsFileOptions):
    """Options for reading SAS files.

    Attributes:
        catalog: The catalogue of formats (`.sas7bcat`) with the value labels.
        encoding: Encoding of its texts, such as `windows-1252`; as the file declares when None.
        country: Country of all rows, or the variable that names it, if none is found.
        language: Language of its labels, as a BCP 47 tag.
        missing: Missing codes and words with their kind, such as `{"-99": "refused", "No idea": "dont_know"}`; a word
            is also the label of a choice.
        drop_personal: Leave out variables that look personal.
        seconds: Processor time that parsing may take.
    """

    catalog: InputFile | None = None


@frozen(kw_only=True)
class StatisticsWriteOptions:
    """Options of the SPSS and Stata writers.

    Attributes:
        language: Language of its labels; the language of the texts when empty.
    """

    language: str = ""
