"""The parts of the monthly report, one module each: a context in, Markdown out."""
