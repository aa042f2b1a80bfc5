"""Cooperation networks: contacts, cooperation and gaps.

`network_gaps` lists obstacles to reaching countries; `cooperation_pairs` lists requests and agreements of each pair;
`network_needs` makes needs from gaps.
"""

from capbuild.networks.needs import cooperation_pairs, network_gaps, network_needs

__all__ = [
    "cooperation_pairs",
    "network_gaps",
    "network_needs",
]
