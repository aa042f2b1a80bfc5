"""Networks: who can be reached, who works with whom, and what is lacking.

`network_gaps` lists what keeps countries from being reached; `cooperation` says of each pair who asked whom and what
binds them; `network_needs` turns gaps into needs.
"""

from capbuild.networks.gaps import network_gaps
from capbuild.networks.needs import network_needs, with_network_needs
from capbuild.networks.pairs import Pair, cooperation

__all__ = ["Pair", "cooperation", "network_gaps", "network_needs", "with_network_needs"]
