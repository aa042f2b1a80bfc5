"""Two forms that services made themselves.

They have their question codes and texts, and the criteria that these ask about.
"""

from capbuild.model import Framework

from .tables import table

__all__ = ["ACADEMY", "OWN_WORDS", "academy_mapping", "own_codes", "own_mapping"]

#: Words of the form with codes, as its legend explains them.
OWN_WORDS = {
    "yes": "Y", "partly": "P", "no": "N", "elsewhere": "X", "not_applicable": "NA", "dont_know": "DK",
    "refused": "R", "confidential": "C",
}  # fmt: skip
_LEGEND = "Y=yes; P=partly; N=no; X=elsewhere; NA=not_applicable; DK=dont_know; R=refused; C=confidential"
_COLUMNS = ("file", "question", "target", "choice", "answers", "factor")

#: The academies' own questions, in the words of their form.
ACADEMY = {
    "TRA-4.2a": "¿Alguien del cuerpo dio una clase sobre ciberdelincuencia o prueba digital en los últimos 24 meses?",
    "TRA-4.2b": "¿Se puede reservar un aula con diez computadoras que funcionan?",
    "TRA-4.3a": "¿Hay al menos un curso de ciberdelincuencia en el calendario anual?",
    "TRA-4.3b": "¿Están en el país los materiales, en el idioma de trabajo de la policía?",
    "TRA-4.3c": "¿Aprobaron dos o más personas un curso de formación de formadores?",
    "TRA-4.4a": "¿Se dictaron tres de cada cuatro cursos previstos en los últimos 12 meses?",
    "TRA-4.4b": "¿Se hizo una prueba antes y después, y se guardan los resultados?",
    "TRA-4.4c": "¿Se cuenta a los participantes por sexo, grado y unidad?",
    "TRA-4.5a": "¿Revisaron el plan de estudios la unidad, el laboratorio y la fiscalía en los últimos 24 meses?",
    "TRA-4.5b": "¿Reconoce el curso una entidad académica o regional, o asistió personal de otro país?",
}


def own_codes(framework: Framework) -> dict[str, str]:
    """Return the short form's question codes by criterion.

    Only steps 2 and 3 have questions, numbered through.
    """
    asked = [c.id for c in framework.criteria.values() if c.step <= 3]
    return {name: f"P{number:03}" for number, name in enumerate(asked, start=1)}


def own_mapping(framework: Framework) -> bytes:
    """Return the mapping of the form with codes."""
    note = ("# Which criterion each question of the short form speaks of. The answers it maps are invented.",)
    rows = [("*guyana.csv", code, name, "", _LEGEND, "") for name, code in own_codes(framework).items()]
    return table([note, _COLUMNS, *rows])


def academy_mapping() -> bytes:
    """Return the mapping of the academies' form, by question text."""
    note = ("# Which criterion each question of the academies speaks of. The answers it maps are invented.",)
    rows = [("academias.csv", text, name, "", "Sí=yes; En parte=partly; No=no; NS=dont_know", "")
            for name, text in ACADEMY.items()]  # fmt: skip
    return table([note, _COLUMNS, *rows])
