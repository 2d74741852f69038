"""StatFin's table 12r5 (Työnvälitystilasto): published counts by area and month.

``read_snapshots`` turns a folder of downloaded vintages into
:class:`~indicators.sources.statfin.snapshots.Snapshots`, which knows which vintages hold some
columns, and adds them up.
"""
