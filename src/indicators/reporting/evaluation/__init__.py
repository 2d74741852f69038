"""The evaluation report: figures, tables and sentences from stored results."""
