"""What an import costs: the model never loads cattrs, and the converter is made when it is first needed."""

import subprocess
import sys

import pytest

CHECKS = {
    "the model does without cattrs": """
import sys
from capbuild import model
[getattr(model, name) for name in model.__all__]
assert "cattrs" not in sys.modules
""",
    "the converter is made late": """
from capbuild import documents
from capbuild.documents.converter import shared_converter
assert shared_converter.cache_info().misses == 0
documents.dumps(__import__("capbuild.model").model.GeoPoint(1.0, 2.0))
assert shared_converter.cache_info().misses == 1
""",
    "the testing package does without hypothesis": """
import sys
import capbuild.testing
assert "hypothesis" not in sys.modules
assert "strategies" in dir(capbuild.testing)
""",
}


@pytest.mark.parametrize("name", CHECKS)
def test_imports_are_light(name):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHECKS[name]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
