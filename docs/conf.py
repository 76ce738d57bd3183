"""How the documentation is built: from these pages and the code, without a network, read without one."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Strandline"
author = "Strandline contributors"
release = metadata.version("strandline")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "mathml",
    "generated",
    "architecture",
]
exclude_patterns = ["_build", "_ext"]

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "separated"
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_use_rtype = False
add_module_names = False
python_use_unqualified_type_names = True
maximum_signature_line_length = 88

html_theme = "furo"
html_title = f"Strandline {release}"
html_show_sphinx = False
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
# Summaries of what a search finds are read by requests, which a page from a disk may not make.
html_show_search_summary = False
html_static_path = ["_static"]
html_css_files = ["strandline.css"]
html_math_renderer = "mathml"
html_theme_options = {
    "light_css_variables": {
        "font-stack": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
        "color-brand-primary": "#1f5a96",
        "color-brand-content": "#1f5a96",
    },
    "dark_css_variables": {"color-brand-primary": "#8ab8e6", "color-brand-content": "#8ab8e6"},
    "top_of_page_buttons": [],
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"
