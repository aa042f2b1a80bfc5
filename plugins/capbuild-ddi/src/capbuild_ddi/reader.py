"""Reader of DDI Codebook and Lifecycle."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from capbuild.formats import KnownValues, check_definition, load_xml, local_name
from capbuild.model import Issue, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, NoOptions, ReadItem
from capbuild_ddi.codebook import read_codebook
from capbuild_ddi.elements import children, damaged, plain
from capbuild_ddi.lifecycle import read_lifecycle

_ROOT = re.compile(rb"<(?:[\w.-]+:)?(codeBook|dataDscr|DDIInstance|FragmentInstance)\b([^>]*)")
_KINDS = {"codeBook": "codebook", "dataDscr": "data description of a codebook", "DDIInstance": "Lifecycle file"}

#: Known values by element or attribute.
_KNOWN: dict[str, KnownValues] = {
    "NumericTypeCode": ("BigInteger", "Integer", "Long", "Short", "Decimal", "Float", "Double", "Count", "Incremental"),
    "DateTypeCode": re.compile(r"(?i)g?(?:Date|Time|Year|Month|Day|Duration)+").fullmatch,
    "qstn.@responseDomainType": ("category", "multiple", "mixed", "numeric", "datetime", "text", "other"),
    "varFormat.@type": ("character", "numeric"),
    "varFormat.@category": ("date", "time", "datetime", "currency", "other"),
    **dict.fromkeys(("@dcml", "@rangeMinimum", "@rangeMaximum"), int),
    **dict.fromkeys(("range.@min", "range.@max", "Low", "High"), float),
}


def sniff(source: InputFile) -> Claim | None:
    """Claim DDI files by their root element."""
    start = source.start.lstrip(b"\xef\xbb\xbf \t\r\n")
    match = _ROOT.search(start) if start.startswith(b"<") else None
    if match is None or b"<" in re.sub(rb"<[?!].*?>", b"", start[: match.start()], flags=re.DOTALL):
        return None
    kind = match[1].decode()
    if kind in ("DDIInstance", "FragmentInstance") and b"ddi:" not in match[2]:
        return None
    return Claim(Confidence.SIGNATURE, f"a DDI {_KINDS.get(kind, 'Lifecycle file')}")


def read_file(source: InputFile, _options: NoOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire of a file, with its issues.

    Raises:
        ReadError: It is not a DDI file, or damaged.
        LimitError: It exceeds the size or depth limits.
    """
    root = load_xml(source)
    kind = local_name(root)
    if kind in ("codeBook", "dataDscr"):
        form = read_codebook(root, source.name)
    elif kind in ("DDIInstance", "FragmentInstance"):
        form = read_lifecycle(root, source)
    else:
        raise damaged(source.name, f"its root is {kind}")
    yield form
    yield from check_definition(source.name, root, form, _KNOWN | _find_references(root))
    if not form.questions:
        yield Issue.warning(
            "DDI2",
            "the file describes a study, and no variables or questions",
            Origin(source.name),
            "ask the archive for the codebook with its variables",
        )
    yield SheetReconciliation(skipped="it has definitions without responses")


def _find_references(root: Element) -> dict[str, KnownValues]:
    """Return the ids that references may name.

    Keys are the elements and attributes that refer to them.
    """
    nodes = list(root.iter())
    names = {local_name(element) for element in nodes}
    owners = [element for element in nodes if not local_name(element).endswith("Reference")]
    ids = {owner.get("ID", "") for owner in owners} | {
        plain(node) for owner in owners for node in children(owner, "ID")
    }
    return {
        **{f"{name}.ID": ids for name in names if name.endswith("Reference")},
        **dict.fromkeys(("varGrp.@var", "varGrp.@varGrp"), lambda text: ids.issuperset(text.split())),
    }
