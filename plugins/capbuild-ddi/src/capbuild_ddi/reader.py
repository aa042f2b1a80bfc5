"""Reader of DDI Codebook and Lifecycle."""

import re
from collections.abc import Iterator

from capbuild.formats import load_xml, local_name
from capbuild.model import Issue, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, NoOptions, ReadItem
from capbuild_ddi.codebook import read_codebook
from capbuild_ddi.elements import damaged
from capbuild_ddi.lifecycle import read_lifecycle

_ROOT = re.compile(rb"<(?:[\w.-]+:)?(codeBook|dataDscr|DDIInstance|FragmentInstance)\b([^>]*)")
_KINDS = {"codeBook": "codebook", "dataDscr": "data description of a codebook", "DDIInstance": "Lifecycle file"}


def sniff(source: InputFile) -> Claim | None:
    """Claim DDI files by their root element."""
    start = source.start.lstrip(b"\xef\xbb\xbf \t\r\n")
    found = _ROOT.search(start) if start.startswith(b"<") else None
    if found is None or b"<" in re.sub(rb"<[?!].*?>", b"", start[: found.start()], flags=re.DOTALL):
        return None
    kind = found[1].decode()
    if kind in ("DDIInstance", "FragmentInstance") and b"ddi:" not in found[2]:
        return None
    return Claim(Confidence.SIGNATURE, f"a DDI {_KINDS.get(kind, 'Lifecycle file')}")


def read_file(source: InputFile, options: NoOptions) -> Iterator[ReadItem]:
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
    if not form.questions:
        yield Issue.warning(
            "DDI2",
            "the file describes a study, and no variables or questions",
            Origin(source.name),
            "ask the archive for the codebook with its variables",
        )
    yield SheetReconciliation(skipped="it has definitions without responses")
