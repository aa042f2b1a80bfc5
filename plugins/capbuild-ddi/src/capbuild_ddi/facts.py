"""Counts of variables, questions and categories in DDI files."""

from collections import Counter
from typing import Any

from capbuild.formats import load_xml, local_name
from capbuild.plugins import InputFile
from capbuild_ddi.elements import XML_LANG

_CODEBOOK = ("var", "catgry", "qstn", "qstnLit", "varGrp", "fileDscr", "nation", "valrng")
_LIFECYCLE = (
    *("QuestionItem", "QuestionGrid", "Question", "CodeList", "Code", "Category", "Sequence", "Loop", "IfThenElse"),
    *("Variable", "StatementItem", "ComputationItem"),
)


def file_facts(source: InputFile) -> dict[str, Any]:
    """Return the number of elements of each kind.

    Raises:
        ReadError: It is not XML.
    """
    root = load_xml(source)
    nodes = list(root.iter())
    counts = Counter(map(local_name, nodes))
    names = _CODEBOOK if local_name(root) == "codeBook" else _LIFECYCLE
    missing = sum(node.get("missing") == "Y" for node in nodes if local_name(node) == "catgry")
    return {
        "root": local_name(root),
        "ns": str(root.tag)[1:].partition("}")[0] if str(root.tag).startswith("{") else None,
        "xml_lang": sorted({tag for node in nodes if (tag := node.get(XML_LANG))}),
        **{name: counts[name] for name in names},
        **({"missing": missing} if names is _CODEBOOK else {}),
    }
