"""Reader of FHIR Questionnaires and responses."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath

from attrs import define, field

from capbuild.formats import IssueLog, KnownValues, RecordReader, check_definition
from capbuild.model import ColumnUse, ColumnUsed, Issue, Questionnaire, QuestionType, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, ReadItem
from capbuild_fhir.options import FhirOptions
from capbuild_fhir.questionnaire import TYPES, Form
from capbuild_fhir.resources import Resource, Resources, damaged, is_fhir, load_resources, plain
from capbuild_fhir.responses import ResponseWalk

#: Known values by key.
_KNOWN: Mapping[str, KnownValues] = {
    "item.type": (*TYPES, "group", "string", "text", "url", "reference"),
    **dict.fromkeys(("required", "repeats", "readOnly"), bool),
    "valueInteger": int,
    "extension.valueDecimal": float,
    "extension.url": re.compile(r"(?:https?|urn):.+").fullmatch,
    "extension.extension.url": len,
    # https://hl7.org/fhir/valueset-questionnaire-item-control.html
    "extension.valueCodeableConcept.coding.code": (
        "list", "table", "htable", "gtable", "atable", "header", "footer", "page", "tab-container", "inline", "prompt",
        "unit", "lower", "upper", "flyover", "help", "help-link", "legal", "autocomplete", "drop-down", "check-box",
        "lookup", "radio-button", "slider", "spinner", "text-box", "date-picker", "media",
    ),
}  # fmt: skip


def sniff(source: InputFile) -> Claim | None:
    """Claim FHIR files by the type of their resources."""
    if is_fhir(source):
        return Claim(Confidence.SIGNATURE, "a FHIR Questionnaire or QuestionnaireResponse")
    return None


def read_file(source: InputFile, options: FhirOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a file.

    Raises:
        ReadError: It is not a FHIR file, or damaged.
        LimitError: It exceeds the size or depth limits.
    """
    yield from _Reading.open(source, options).read()


def _find_address(resource: Resource) -> str:
    """Return the canonical address of a Questionnaire, without its version."""
    return (plain(resource.data.get("url")) or plain(resource.data.get("id"))).partition("|")[0]


def _find_asked(resource: Resource) -> str:
    """Return the address of a response's Questionnaire."""
    return plain(resource.data.get("questionnaire")).partition("|")[0].removeprefix("#")


@define(eq=False)
class _Reading:
    """Reading of one file.

    Attributes:
        source: The file.
        options: Options in force.
        resources: Its resources.
        given: Resources of the file of the definition, which may be the same.
    """

    source: InputFile
    options: FhirOptions
    resources: Resources
    given: Resources
    issues: list[Issue] = field(factory=list[Issue])

    @classmethod
    def open(cls, source: InputFile, options: FhirOptions) -> "_Reading":
        """Open a file, and the definition in the options."""
        resources = load_resources(source)
        other = resources
        if options.definition is not None:
            other = load_resources(options.definition)
        reading = cls(source, options, resources, other)
        reading.issues += [*resources.issues, *(other.issues if other is not resources else ())]
        return reading

    def note(self, code: str, message: str, remedy: str) -> None:
        """Note a warning about the file."""
        origin = Origin(self.source.name)
        self.issues.append(Issue.warning(code, message, origin, remedy))

    def read(self) -> Iterator[ReadItem]:
        """Yield the questionnaire, responses, issues and reconciliation."""
        resources = self.resources.of("QuestionnaireResponse")
        own_responses = [resource for resource in resources if not resource.contained]
        if len(own_responses) < len(resources):
            message = (
                f"{len(resources) - len(own_responses):,} responses are contained in another resource, and are not read"
            )
            self.note("FHIR3", message, "put them into the file by themselves")
        wanted, definition = self.choose(own_responses)
        responses = [resource for resource in own_responses if _find_asked(resource) == wanted]
        form = Form(IssueLog(self.source.name))
        if definition is not None:
            form.add_definition(definition, self.given.all)
        walk = ResponseWalk(self.resources, form)
        for response in responses:
            walk.learn(response)
        questionnaire = self.build(form, definition, wanted)
        yield from self.issues
        yield from form.log.close()
        if definition is not None:
            yield from self.check(definition, questionnaire)
        if not own_responses:
            yield questionnaire
            yield SheetReconciliation(skipped="it is a Questionnaire without responses")
            return
        reader = RecordReader.with_options(questionnaire, self.source, self.options)
        if len(responses) < len(own_responses):
            reader.account.rows_left_out["they answer another Questionnaire"] = len(own_responses) - len(responses)
        records = (walk.record(resource, number) for number, resource in enumerate(responses, start=1))
        asked = [question for question in questionnaire.questions if question.type is not QuestionType.NOTE]
        columns = [
            ColumnUsed(name=question.id, column=number, use=ColumnUse.QUESTION, personal=question.personal)
            for number, question in enumerate(asked, start=1)
        ]
        yield from reader.read(records, columns)

    def check(self, definition: Resource, questionnaire: Questionnaire) -> Iterator[Issue]:
        """Yield issues of the parts that are not read."""
        yield from check_definition(
            self.given.file,
            definition.data,
            questionnaire,
            _KNOWN,
            origin=lambda *steps: self.given.origin(*definition.steps, *steps),
        )

    def choose(self, responses: Sequence[Resource]) -> tuple[str, Resource | None]:
        """Return the Questionnaire to read, with its address."""
        named = self.options.questionnaire
        counts = Counter(_find_asked(response) for response in responses)
        by_address = {_find_address(resource): resource for resource in reversed(self.given.of("Questionnaire"))}
        if named is not None and named not in counts and named not in by_address:
            raise damaged(self.source.name, f"it has neither a Questionnaire {named} nor a response to it")
        wanted = named or (counts.most_common(1)[0][0] if counts else _find_address(self.given.of("Questionnaire")[0]))
        resource = by_address.get(wanted)
        if resource is None:
            ids = {plain(resource.data.get("id")): resource for resource in self.given.of("Questionnaire")}
            resource = ids.get(wanted.rpartition("/")[2])
        if resource is None and self.options.definition is not None and len(self.given.of("Questionnaire")) == 1:
            resource = self.given.of("Questionnaire")[0]
            if wanted:
                message = f"the definition is {_find_address(resource) or 'unnamed'}; the responses answer {wanted}"
                self.note("FHIR4", message, "check that it is the right definition")
        again = sum(_find_address(resource) == wanted for resource in self.given.of("Questionnaire")) - 1
        if again > 0:
            message = f"the file has {again:,} more with the address {wanted!r}; the first Questionnaire is read"
            self.note("FHIR3", message, "keep one of them")
        more = sorted({*counts, *(by_address if not responses else ())} - {wanted})
        if more:
            shown = ", ".join(address or "an unnamed one" for address in more[:3])
            self.note("FHIR3", f"the file also has {len(more):,} other Questionnaires, such as {shown}",
                      "read each with questionnaire= and its address")  # fmt: skip
        return wanted, resource

    def build(self, form: Form, definition: Resource | None, wanted: str) -> Questionnaire:
        """Return the questionnaire, or a draft without a definition."""
        stem = PurePath(self.source.name).stem or self.source.name
        if definition is None:
            name = wanted.rpartition("/")[2] or stem
            return form.build(name, "", name, inferred=True)
        data = definition.data
        name = plain(data.get("id")) or _find_address(definition).rpartition("/")[2] or plain(data.get("name")) or stem
        title = plain(data.get("title")) or plain(data.get("name")) or name
        return form.build(name, plain(data.get("version")), title, inferred=False)
