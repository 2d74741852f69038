"""Names of areas, municipalities over time, and who took part in which trial."""

from indicators.areas.areas import Areas, Kind, load
from indicators.areas.municipalities import Municipality
from indicators.areas.trials import DoubtfulControl, TrialArea

__all__ = ["Areas", "DoubtfulControl", "Kind", "Municipality", "TrialArea", "load"]
