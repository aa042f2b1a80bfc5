"""Words that are steps of one scale and so exclude one another, in the five languages."""

import re
from collections.abc import Collection

from capbuild.formats.folding import fold_head

__all__ = ["are_levels", "are_steps"]

#: Steps that exclude one another, each line one kind of scale.
_STEPS = (
    "very high | high | medium | moderate | low | very low | none | muy alta | muy alto | alta | alto | media | "
    "medio | mediana | mediano | baja | bajo | muy baja | muy bajo | nula | nulo | ninguna | ninguno | "
    "tres eleve | eleve | elevee | haut | haute | moyen | moyenne | faible | bas | basse | nul | nulle | baixa | "
    "baixo | nenhuma | nenhum | zeer hoog | hoog | gemiddeld | midden | laag | zeer laag | geen",
    "yes | no | partly | partially | partial | in part | don t know | unknown | n a | not applicable | si | "
    "parcial | parcialmente | en parte | no sabe | no aplica | oui | non | partiellement | en partie | "
    "ne sait pas | sans objet | sim | nao | em parte | nao sabe | ja | nee | deels | gedeeltelijk | weet niet | "
    "n v t",
    "start up | startup | formative | established | strategic | dynamic | inicial | formativa | formativo | "
    "establecida | establecido | consolidada | consolidado | estrategica | estrategico | dinamica | dinamico | "
    "initial | formatif | etabli | strategique | dynamique | estabelecido | none | nonexistent | non existent | "
    "inexistente | inexistant",
    "initial | repeatable | managed | developing | defined | quantitatively managed | optimized | optimised | "
    "optimizing | optimising | ad hoc | incomplete | performed | inicial | repetible | gestionado | definido | "
    "optimizado | gerenciado | otimizado | initie | gere | defini | optimise | basic | intermediate | advanced | "
    "basico | intermedio | avanzado | none | not in place | not implemented | partially implemented | "
    "largely implemented | fully implemented",
    "complies | does not comply | complies partly | compliant | partly compliant | non compliant | not compliant | "
    "met | partly met | partially met | not met | implemented | in place | in progress | partly implemented | "
    "planned | not applicable | n a | cumple | no cumple | cumple parcialmente | parcial | en proceso | "
    "no aplica | conforme | non conforme | partiellement conforme | sans objet | atende | nao atende | "
    "atende parcialmente | nao se aplica | voldoet | voldoet niet | voldoet deels | n v t",
    "present | absent | available | not available | partly available | presente | ausente | existe | no existe | "
    "disponible | no disponible | disponivel | nao disponivel | aanwezig | afwezig | n a | no aplica | "
    "not applicable",
    "strongly agree | agree | neutral | neither agree nor disagree | disagree | strongly disagree | "
    "muy de acuerdo | totalmente de acuerdo | de acuerdo | en desacuerdo | muy en desacuerdo | "
    "totalmente en desacuerdo | tout a fait d accord | d accord | neutre | pas d accord | pas du tout d accord | "
    "concordo totalmente | concordo | neutro | discordo | discordo totalmente | helemaal mee eens | mee eens | "
    "neutraal | mee oneens | helemaal mee oneens | ni de acuerdo ni en desacuerdo",
    "excellent | very good | good | fair | average | poor | very poor | excelente | muy bueno | muy buena | "
    "bueno | buena | regular | malo | mala | deficiente | muy malo | tres bien | tres bon | bon | bien | moyen | "
    "mauvais | insuffisant | otimo | muito bom | bom | ruim | uitstekend | zeer goed | goed | matig | slecht",
    "always | often | usually | sometimes | rarely | never | siempre | casi siempre | a menudo | a veces | "
    "casi nunca | nunca | toujours | souvent | parfois | rarement | jamais | sempre | as vezes | raramente | "
    "altijd | vaak | soms | zelden | nooit",
)
_SCALES = tuple(frozenset(words.split(" | ")) for words in _STEPS)
_LEVEL = re.compile(r"(?:(?:level|nivel|niveau|stage|etapa|grado|score|l|n)\s?)?(\d)")


def are_steps(words: Collection[str]) -> bool:
    """Tell whether words, in plain form, are steps of one scale.

    Example:
        >>> are_steps({"high", "low"}), are_steps({"start up", "formative"}), are_steps({"high", "yes"})
        (True, True, False)
    """
    return any(scale.issuperset(words) for scale in _SCALES)


def are_levels(heads: Collection[str]) -> bool:
    """Tell whether heads are steps of one scale, also by their numbers.

    Example:
        >>> are_levels(["Start-up", "Formative"]), are_levels(["Level 1", "Level 2"]), are_levels(["2013", "2014"])
        (True, True, False)
    """
    words = [fold_head(head) for head in heads]
    numbers = [int(found[1]) for word in words if (found := _LEVEL.fullmatch(word))]
    if len(words) < 2:
        return False
    counted = len(numbers) == len(words) and numbers == list(range(numbers[0], numbers[0] + len(words)))
    return counted or are_steps(words)
