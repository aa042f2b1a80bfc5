"""Cooperation networks: contacts, cooperation and gaps.

`network_gaps` lists obstacles to reaching countries; `cooperation_pairs` lists requests and agreements of each pair;
`network_needs` turns gaps into needs.
"""

from capbuild.networks.gaps import network_gaps
from capbuild.networks.needs import add_network_needs, network_needs
from capbuild.networks.pairs import CountryPair, cooperation_pairs

__all__ = ["CountryPair", "add_network_needs", "cooperation_pairs", "network_gaps", "network_needs"]
