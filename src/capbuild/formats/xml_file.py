"""Parse XML files within limits; plugins that use it depend on defusedxml."""

from xml.etree.ElementTree import Element

from capbuild.errors import LimitError, ReadError
from capbuild.origin import Origin
from capbuild.plugins import InputFile

__all__ = ["load_xml", "local_name"]


def load_xml(source: InputFile) -> Element:
    """Parse an XML file and return its root.

    Args:
        source: The file.

    Raises:
        ReadError: CB128, it is not well-formed, or declares a document type or entities.
        LimitError: CB118, it is nested too deeply; CB105, it has more elements than a table may have cells.

    Example:
        >>> load_xml(InputFile("a.xml", data=b"<codeBook/>")).tag
        'codeBook'
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    depth = count = 0
    root: Element | None = None
    try:
        with source.open() as stream:
            for event, node in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                root = node if root is None else root
                depth += 1 if event == "start" else -1
                count += event == "start"
                source.limits.check_cells(source.name, count)
                if depth > source.limits.nesting:
                    raise LimitError(
                        f"{source.name} nests deeper than {source.limits.nesting} levels",
                        code="CB118",
                        origin=Origin(source.name),
                        remedy="check that it is a survey file, or raise limits.nesting",
                    )
    except DefusedXmlException as error:
        raise _error(source, "declares a document type or entities") from error
    except (ParseError, ValueError, LookupError) as error:
        raise _error(source, f"is not well-formed XML: {error}") from error
    if root is None:
        raise _error(source, "has no element")
    return root


def _error(source: InputFile, problem: str) -> ReadError:
    origin = Origin(source.name)
    return ReadError(f"{source.name} {problem}", code="CB128", origin=origin, remedy="ask for the file again")


def local_name(node: Element) -> str:
    """Return the name of an element without its namespace.

    Example:
        >>> local_name(Element("{ddi:codebook:2_5}var"))
        'var'
    """
    return str(node.tag).rpartition("}")[2]
