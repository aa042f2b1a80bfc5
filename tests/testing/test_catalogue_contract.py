"""The built-in catalogue keeps the contract."""

from capbuild.testing import CatalogueConformance


class TestPoliceCyber(CatalogueConformance):
    catalogue = "police-cyber-activities 1.0"
