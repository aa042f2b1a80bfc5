"""Built-in frameworks, questionnaires and catalogues.

They are registered through the same hooks as those of plugins, and loaded on first use.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from capbuild.frameworks.messages import Messages, add_tables, load_texts, read_part
from capbuild.model import Activity, Catalogue, Competence, Cost, Framework, Money, Questionnaire, Role, Safeguard
from capbuild.plugins import hookimpl
from capbuild.text import Text, as_text


@hookimpl
def register_frameworks() -> list[Framework]:
    """Return both editions of `police-cyber`, and structure packs with nodes."""
    from capbuild.frameworks.bundled import load_bundled
    from capbuild.frameworks.structure_packs import list_packs, load_pack

    packs = map(load_pack, list_packs())
    return [
        load_bundled("police_cyber"),
        load_bundled("police_cyber", "2.0"),
        *(pack.framework for pack in packs if pack.has_tree),
    ]


@hookimpl
def register_questionnaires() -> list[Questionnaire]:
    """Return the survey of `police-cyber`, one question per criterion."""
    from capbuild.frameworks.bundled import load_bundled
    from capbuild.frameworks.instruments import survey_questionnaire

    return [survey_questionnaire(load_bundled("police_cyber"))]


@hookimpl
def register_catalogues() -> list[Catalogue]:
    """Return the activities for both editions of `police-cyber`."""
    return [load_catalogue("police_cyber/catalogue"), load_catalogue("police_cyber/catalogue", "2.0")]


#: Fields of an activity with a text each among the messages.
_TEXTS = ("objective", "syllabus", "assessment")

#: Fields of an activity with the same form in the structure and the model.
_PLAIN = (
    "id", "kind", "addresses", "days", "lead_months", "seats", "languages", "roles", "competences", "seats_min",
    "countries_min", "trainer_days", "prerequisites", "one_of", "requires", "intrusive", "mode", "days_away",
    "providers",
)  # fmt: skip


def _make_title(data: Mapping[str, Any], kind: str, messages: Messages) -> Text:
    """Return the title of an object in the data.

    Later editions have titles in their data, first editions in the messages.
    """
    return as_text(data["title"]) if "title" in data else messages.text(f"{kind}.{data['id']}")


def _make_activity(data: Mapping[str, Any], structure: Mapping[str, Any], messages: Messages) -> Activity:
    def thousands(key: str) -> Money | None:
        return Money(data[key] * 1000, structure["currency"]) if data[key] else None

    share = structure["effects"][data["kind"]]
    texts: dict[str, Any] = {
        part: messages.text(key) for part in _TEXTS if (key := f"{part}.{data['id']}") in messages.source
    }
    return Activity(
        title=_make_title(data, "activity", messages),
        cost=Cost(per_session=thousands("per_session"), recurring=thousands("recurring")),
        effects=dict.fromkeys(data["addresses"], share),
        invented=True,
        **{key: data[key] for key in _PLAIN if key in data},
        **texts,
    )


@lru_cache(maxsize=8)
def load_catalogue(folder: str, edition: str = "") -> Catalogue:
    """Return a bundled catalogue; its prices and effects are invented.

    Args:
        folder: Its folder, such as `police_cyber/catalogue`.
        edition: A later edition, such as `2.0`; the first one by default.

    Example:
        >>> catalogue = load_catalogue("police_cyber/catalogue")
        >>> len(catalogue.activities), len(catalogue.roles), len(catalogue.competences)
        (35, 13, 15)
        >>> catalogue.activities[8].title.get("fr"), str(catalogue.activities[8].cost.per_session)
        ('Examen d’appareils mobiles', 'USD 55,000')
    """
    structure, messages = load_texts(folder)
    notes: dict[str, Any] = {key.removeprefix("note."): text for key, text in messages.under("note.").items()}
    if edition:
        add_tables(structure, read_part(folder.partition("/")[0], edition, "catalogue"))
    return Catalogue(
        id=structure["id"],
        edition=structure["edition"],
        title=messages.text("catalogue.title"),
        framework=structure["framework"],
        activities=[_make_activity(data, structure, messages) for data in structure["activities"]],
        roles=[
            Role(id=data["id"], title=_make_title(data, "role", messages), required=data["required"])
            for data in structure["roles"]
        ],
        competences=[
            Competence(id=name, title=messages.text(f"competence.{name}"), critical=name in structure["critical"])
            for name in structure["competences"]
        ],
        notes=notes | structure.get("notes", {}),
        safeguard=Safeguard(**structure["safeguard"]),
        kinds=structure["kinds"],
        headcount=structure["headcount"],
    )
