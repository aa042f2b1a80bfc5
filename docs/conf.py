"""Settings of the documentation."""

import re
import shutil
import sys
from importlib.metadata import version as installed_version
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(Path(__file__).parent), str(_ROOT)]

from tools.api_pages import foreign_bases, write_api_pages  # noqa: E402 - found by the line above
from tools.changes import write_page  # noqa: E402

write_api_pages()
write_page(Path(__file__).parent / "reference" / "changelog.md")

#: Notebooks are shown as they are kept: run, with outputs.
shutil.copytree(_ROOT / "examples" / "notebooks", Path(__file__).parent / "notebooks", dirs_exist_ok=True)

project = "capbuild"
author = "The capbuild authors"
copyright = "2026, the capbuild authors"
version = release = installed_version("capbuild")
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "accessible"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb"}
exclude_patterns = ["_build", "reference/schema/*"]
html_theme = "furo"
html_title = "capbuild"
html_theme_options = {"top_of_page_buttons": []}
templates_path = ["templates"]
html_sidebars = {
    "**": [f"sidebar/{name}.html" for name in ("brand", "search", "scroll-start", "navigation", "scroll-end")]
    + ["versions.html"]
}
#: Releases of the changelog; the pages of each are served in a folder of its name, beside those of the others.
html_context = {"releases": re.findall(r"(?m)^## (\d+\.\d+\.\d+)$", (_ROOT / "CHANGELOG.md").read_text("utf-8"))}
#: The page that reads files in the browser, where tools/try_page has made it.
html_extra_path = [str(_ROOT / "build" / "extra")] if (_ROOT / "build" / "extra").is_dir() else []
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_default_options = {"members": True, "inherited-members": foreign_bases()}
autodoc_member_order = "bysource"
napoleon_use_ivar = True
# Types in docstrings are words for people, not names to look up.
nitpick_ignore_regex = [("py:.*", ".*")]
