"""The languages and the parts of a monthly report."""

LANGUAGES = ("fi", "sv", "en")
SECTIONS = (
    "opening",
    "key_figures",
    "headline",
    "unemployment_share",
    "municipalities",
    "extended_unemployment",
    "groups",
    "vacancies",
    "not_computed",
    "series_breaks",
    "revisions",
    "method",
    "sources",
)
# The second part, present only where a register is.
REGISTER_SECTIONS = tuple(
    f"register_{name}"
    for name in (
        "opening",
        "populations",
        "flows",
        "durations",
        "structural",
        "starts",
        "exits",
        "plans",
        "offers",
        "caseload",
        "resources",
        "kela",
        "surveys",
    )
)
