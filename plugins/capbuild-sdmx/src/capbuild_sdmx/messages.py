"""SDMX-ML 2.1: the structure message and structure-specific data messages."""

import re
from xml.etree.ElementTree import Element, SubElement

from capbuild.escaping import xml_text
from capbuild.formats import print_xml
from capbuild.text import Text
from capbuild_sdmx.codelists import Codelist
from capbuild_sdmx.dataflows import FLOWS, Component, Flow
from capbuild_sdmx.observations import Observations
from capbuild_sdmx.options import SdmxOptions

_BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
_SPACES = {"mes": "message", "str": "structure", "com": "common", "ss": "data/structurespecific"}
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_CONCEPTS = "CS_CAPBUILD"
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")

_PREFIXES = {f"{_BASE}/{path}": prefix for prefix, path in _SPACES.items()} | {_INSTANCE: "xsi"}


def _qualify(name: str) -> str:
    """Return the full name of `prefix:name`."""
    prefix, _, local = name.partition(":")
    return f"{{{_BASE}/{_SPACES[prefix]}}}{local}"


def _add_name(parent: Element, text: Text, tag: str = "com:Name") -> None:
    """Add a name per language.

    A text of unknown language counts as English, the default of SDMX.
    """
    seen: set[str] = set()
    for language in text.languages:
        known = language if _TAG.fullmatch(language) and language != "und" else "en"
        if known not in seen:
            seen.add(known)
            written = text.source if language == text.language else text.get(language)
            SubElement(parent, _qualify(tag), {_LANGUAGE: known}).text = xml_text(written)


def _add_header(root: Element, observations: Observations, options: SdmxOptions, name: str) -> Element:
    header = SubElement(root, _qualify("mes:Header"))
    SubElement(header, _qualify("mes:ID")).text = name
    SubElement(header, _qualify("mes:Test")).text = "false"
    SubElement(header, _qualify("mes:Prepared")).text = f"{observations.prepared}T00:00:00"
    SubElement(header, _qualify("mes:Sender"), id=options.agency)
    return header


def make_structure_message(observations: Observations, options: SdmxOptions) -> bytes:
    """Return code lists, concepts, structures and dataflows as one message."""
    root = Element(_qualify("mes:Structure"))
    _add_header(root, observations, options, "STRUCTURE")
    structures = SubElement(root, _qualify("mes:Structures"))
    flows = SubElement(structures, _qualify("str:Dataflows"))
    for flow in FLOWS:
        _add_dataflow(flows, flow, observations, options)
    lists = SubElement(structures, _qualify("str:Codelists"))
    for codelist in observations.codelists.values():
        _add_codelist(lists, codelist, options)
    concepts = _add_artefact(SubElement(structures, _qualify("str:Concepts")), "str:ConceptScheme", _CONCEPTS, options)
    _add_name(concepts, Text("Concepts of capbuild", "en"))
    for component in {c.id: c for flow in FLOWS for c in flow.components}.values():
        _add_name(SubElement(concepts, _qualify("str:Concept"), id=component.id), Text(component.name, "en"))
    definitions = SubElement(structures, _qualify("str:DataStructures"))
    for flow in FLOWS:
        _add_definition(definitions, flow, options)
    return print_xml(root, _PREFIXES)


def _add_artefact(parent: Element, tag: str, name: str, options: SdmxOptions) -> Element:
    return SubElement(parent, _qualify(tag), id=name, agencyID=options.agency, version=options.version, isFinal="true")


def _add_reference(parent: Element, tag: str, **attributes: str) -> None:
    names = {"class_": "class"}
    SubElement(
        SubElement(parent, _qualify(tag)), "Ref", {names.get(key, key): value for key, value in attributes.items()}
    )


def _add_dataflow(parent: Element, flow: Flow, observations: Observations, options: SdmxOptions) -> None:
    element = _add_artefact(parent, "str:Dataflow", flow.id, options)
    _add_name(element, Text(flow.name, "en"))
    about = f"{observations.title}. {observations.notice}." if observations.notice else f"{observations.title}."
    _add_name(element, Text(about, "en"), "com:Description")
    _add_reference(
        element,
        "str:Structure",
        id=flow.id,
        version=options.version,
        agencyID=options.agency,
        package="datastructure",
        class_="DataStructure",
    )


def _add_codelist(parent: Element, codelist: Codelist, options: SdmxOptions) -> None:
    element = _add_artefact(parent, "str:Codelist", codelist.id, options)
    _add_name(element, Text(codelist.name, "en"))
    for code in codelist.codes.values():
        code_element = SubElement(element, _qualify("str:Code"), id=code.id)
        if code.original:
            note = SubElement(
                SubElement(code_element, _qualify("com:Annotations")), _qualify("com:Annotation"), id="ORIGINAL_ID"
            )
            SubElement(note, _qualify("com:AnnotationTitle")).text = xml_text(code.original)
        _add_name(code_element, code.name)
        if code.parent:
            _add_reference(code_element, "str:Parent", id=code.parent)


def _add_definition(parent: Element, flow: Flow, options: SdmxOptions) -> None:
    element = _add_artefact(parent, "str:DataStructure", flow.id, options)
    _add_name(element, Text(flow.name, "en"))
    components = SubElement(element, _qualify("str:DataStructureComponents"))
    dimensions = SubElement(components, _qualify("str:DimensionList"), id="DimensionDescriptor")
    for position, component in enumerate(flow.dimensions, start=1):
        tag = "str:TimeDimension" if component.id == "TIME_PERIOD" else "str:Dimension"
        _add_component(
            SubElement(dimensions, _qualify(tag), id=component.id, position=str(position)), component, options
        )
    attributes = SubElement(components, _qualify("str:AttributeList"), id="AttributeDescriptor")
    for component in flow.attributes:
        status = "Mandatory" if component.required else "Conditional"
        attribute = SubElement(attributes, _qualify("str:Attribute"), id=component.id, assignmentStatus=status)
        _add_component(attribute, component, options)
        _add_reference(
            SubElement(attribute, _qualify("str:AttributeRelationship")), "str:PrimaryMeasure", id=flow.measure.id
        )
    measures = SubElement(components, _qualify("str:MeasureList"), id="MeasureDescriptor")
    _add_component(SubElement(measures, _qualify("str:PrimaryMeasure"), id=flow.measure.id), flow.measure, options)


def _add_component(element: Element, component: Component, options: SdmxOptions) -> None:
    _add_reference(
        element,
        "str:ConceptIdentity",
        id=component.id,
        maintainableParentID=_CONCEPTS,
        maintainableParentVersion=options.version,
        agencyID=options.agency,
        package="conceptscheme",
        class_="Concept",
    )
    representation = SubElement(element, _qualify("str:LocalRepresentation"))
    if not component.codelist:
        SubElement(representation, _qualify("str:TextFormat"), textType=component.kind)
        return
    _add_reference(
        representation,
        "str:Enumeration",
        id=component.codelist,
        version=options.version,
        agencyID=options.agency,
        package="codelist",
        class_="Codelist",
    )


def make_data_message(flow: Flow, observations: Observations, options: SdmxOptions) -> bytes:
    """Return a dataflow's observations as flat data.

    Every observation has the values of all dimensions.
    """
    space = (
        f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={options.agency}:{flow.id}({options.version})"
        ":ObsLevelDim:AllDimensions"
    )
    root = Element(_qualify("mes:StructureSpecificData"), {"xmlns:flow": space})
    header = _add_header(root, observations, options, flow.id)
    attributes = {"structureID": flow.id, "namespace": space, "dimensionAtObservation": "AllDimensions"}
    structure = SubElement(header, _qualify("mes:Structure"), attributes)
    _add_reference(structure, "com:StructureUsage", agencyID=options.agency, id=flow.id, version=options.version)
    data = SubElement(
        root,
        _qualify("mes:DataSet"),
        {
            f"{{{_INSTANCE}}}type": "flow:DataSetType",
            _qualify("ss:structureRef"): flow.id,
            _qualify("ss:dataScope"): "DataStructure",
            _qualify("ss:action"): "Information",
        },
    )
    for observation in observations.by_flow[flow.id]:
        SubElement(data, "Obs", {c.id: observation[c.id] for c in flow.components if c.id in observation})
    return print_xml(root, _PREFIXES)
