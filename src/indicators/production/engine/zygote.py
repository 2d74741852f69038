"""Imported by the process that all warm ones are forked from, and by nothing else."""

from indicators.production.engine import preload

preload.load()
