"""Built-in frameworks, their questionnaires and catalogues, registered as any plugin would; loaded when asked for."""

from capbuild.model import Catalogue, Framework, Questionnaire
from capbuild.plugins import hookimpl


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
    from capbuild.frameworks.catalogues import load_catalogue

    return [load_catalogue("police_cyber/catalogue"), load_catalogue("police_cyber/catalogue", "2.0")]
