"""Words for probabilities, as used by the IPCC."""

from enum import StrEnum

from attrs import frozen

from capbuild.model import PlausibleLevels


class Likelihood(StrEnum):
    """Word for a probability (Mastrandrea and others, 2010)."""

    VERY_LIKELY = "very likely"
    LIKELY = "likely"
    UNSURE = "unsure"


#: Minimum probability for a word.
LEAST = {Likelihood.VERY_LIKELY: 0.9, Likelihood.LIKELY: 0.66}


def likelihood(probability: float) -> Likelihood:
    """Return the word for a probability; none below 66 %.

    Example:
        >>> [likelihood(share).value for share in (0.93, 0.9, 0.72, 0.5)]
        ['very likely', 'very likely', 'likely', 'unsure']
    """
    return next((word for word, least in LEAST.items() if probability >= least - 1e-9), Likelihood.UNSURE)


@frozen(kw_only=True)
class LikelyLevel:
    """Most likely level.

    Attributes:
        order: Its order.
        probability: Its probability, 0 to 1.
        word: The word for it.
    """

    order: int
    probability: float
    word: Likelihood


def likely_level(levels: PlausibleLevels | None) -> LikelyLevel | None:
    """Return the most likely level of a doubtful range.

    A level is in doubt if the confirmed findings leave it open, or settle it without making it very likely. Of two
    equally likely levels, the lower is returned. The result is None if no level is in doubt, or if no probability is
    known.

    Example:
        >>> found = likely_level(PlausibleLevels(lowest=2, highest=3, probabilities={2: 0.72, 3: 0.28}))
        >>> found.order, found.word.value
        (2, 'likely')
        >>> likely_level(PlausibleLevels(lowest=2, highest=2, probabilities={2: 0.97, 3: 0.03}))
    """
    if levels is None or not levels.probabilities:
        return None
    order = max(sorted(levels.probabilities), key=lambda one: levels.probabilities[one])
    share = levels.probabilities[order]
    level = LikelyLevel(order=order, probability=share, word=likelihood(share))
    sure = levels.settled and order == levels.lowest and level.word is Likelihood.VERY_LIKELY
    return None if sure else level
