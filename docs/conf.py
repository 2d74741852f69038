"""The documentation site; ``make docs`` builds it, offline (docs/decisions/0040)."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Read in the copy of docs/ that build.py makes.
sys.path.insert(0, str(HERE / "_ext"))

from indicators.version import __version__  # noqa: E402

project = "indicators"
author = "The authors of the monitoring package of the municipal employment trials"
project_copyright = "the authors; licence EUPL-1.2"
version = release = __version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "api_names",
]
exclude_patterns = ["_ext", "_static", "**.ipynb_checkpoints"]
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
templates_path = ["_templates"]

# Every name that a page refers to must be there; of other packages no inventory is asked for.
nitpicky = True
nitpick_ignore_regex = [
    (
        r"py:.*",
        r"(pandas|pd|numpy|np|pathlib|pyarrow|pa|matplotlib|great_tables|datetime|date|collections"
        r"|concurrent|typing|Path|Any|Axes|Figure|GT|Callable|Mapping|Sequence|Iterable|Iterator"
        r"|Executor|Literal|NDArray|optional)\b.*",
    ),
]

# Named by docstrings for whoever reads the code; they are no part of what is promised.
nitpick_ignore = [
    ("py:func", "arrow_schema"),
    ("py:data", "EVERY"),
    ("py:data", "indicators.sources.register.progress.Progress"),
    ("py:class", "indicators.sources.statfin.reader.Snapshot"),
    ("py:class", "indicators.reporting.context.Context"),
    ("py:class", "indicators.reporting.readings.SeriesKey"),
    ("py:class", "indicators.reporting.section.Content"),
    ("py:class", "indicators.reporting.section.SectionSource"),
    ("py:exc", "UnknownSectionError"),
    ("py:class", "FigurePart"),
    ("py:class", "Areas"),
    ("py:class", "indicators.areas.areas.Areas"),
    ("py:class", "TablePart"),
    ("py:class", "indicators.sources.statfin.provenance.Provenance"),
]

myst_enable_extensions = ["colon_fence", "attrs_inline"]
myst_heading_anchors = 4

nb_execution_mode = "force"
nb_execution_timeout = 300
# A failure is a warning that shows the cell, and so ends the build like any other.
nb_execution_show_tb = True
nb_kernel_rgx_aliases = {"indicators": "python3"}
nb_merge_streams = True
# Else a page with a widget would fetch scripts from elsewhere.
nb_ipywidgets_js = {}

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

copybutton_exclude = ".linenos, .gp, .go"

html_theme = "pydata_sphinx_theme"
html_title = f"indicators {version}"
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "indicators"},
    "navbar_end": ["theme-switcher"],
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": [], "tutorial": []}
