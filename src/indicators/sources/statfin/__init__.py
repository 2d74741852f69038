"""StatFin's table 12r5 (Työnvälitystilasto): published counts by area and month.

``read_snapshots`` turns a folder of downloaded vintages into :class:`Snapshots`, which answers
with the newest vintage that holds the asked columns.
"""

from indicators.sources.statfin.snapshots import PublishedSum, Snapshots, read_snapshots

__all__ = ["PublishedSum", "Snapshots", "read_snapshots"]
