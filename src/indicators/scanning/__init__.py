"""Looks through artefacts of any type for what tells of a person, and never repeats it."""
