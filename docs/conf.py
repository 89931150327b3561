"""How Sphinx makes the site of these pages; ``make docs`` calls it on the folder that it assembles."""

from importlib import import_module, metadata
from pathlib import Path

project = "chemomech"
author = "The chemomech authors"
release = metadata.version("chemomech")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
]

# Pages: headings down to the fourth level can be linked to, as in model.md#stress-readings.
myst_heading_anchors = 4
exclude_patterns = ["_static"]
# Attributes of a class are looked up by their bare names, which several classes share.
suppress_warnings = ["ref.python"]

# Reference: what a package exports, in the order of its list, with types where arguments are described.
autodoc_member_order = "groupwise"
autodoc_typehints = "none"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True}
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True
napoleon_attr_annotations = False
python_maximum_signature_line_length = 88
add_module_names = False

# Looks: everything lies in the site, so that it reads without a network.
html_theme = "furo"
html_title = "chemomech"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0072b2", "color-brand-content": "#0072b2"},
    "dark_css_variables": {"color-brand-primary": "#56b4e9", "color-brand-content": "#56b4e9"},
}
pygments_style = "tango"
pygments_dark_style = "monokai"
copybutton_prompt_text = "$ "


def setup(app: object) -> None:
    """Load what packages load on first use, since only what is there is shown."""
    for page in Path(__file__).parent.glob("reference/chemomech*.rst"):
        module = import_module(page.stem)
        for name in module.__all__:
            module.__dict__.setdefault(name, getattr(module, name))
