"""How Sphinx builds the site; nothing is fetched from the network."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from computerace import __version__
from docs.site.docstrings import setup as setup_docstrings

project = "computerace"
author = "The computerace developers"
version = release = __version__
html_title = f"computerace {__version__}"
root_doc = "docs/README"

extensions = ["myst_nb", "sphinx.ext.autodoc"]
html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 9,
    "show_prev_next": False,
    "collapse_navigation": True,  # a page of the API reference would carry the names of all the others
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_copy_source = html_show_sourcelink = False
copyright = "The computerace developers, MIT licence"  # noqa: A001

nb_execution_mode = "off"  # the notebooks come executed: docs/site/notebooks.py
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
suppress_warnings = [
    "config.cache",  # of a function that Sphinx cannot keep between builds
    "ref.python",  # two modules may use one name: a type in a signature then links to neither for certain
]
highlight_language = "none"

autodoc_default_options = {
    "members": True,
    "member-order": "bysource",
    "ignore-module-all": True,
    "show-inheritance": True,
}
autodoc_preserve_defaults = True
autodoc_typehints_format = "short"
maximum_signature_line_length = 100
add_module_names = False
toc_object_entries_show_parents = "hide"

setup = setup_docstrings
