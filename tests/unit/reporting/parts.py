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
    "method",
    "sources",
)
