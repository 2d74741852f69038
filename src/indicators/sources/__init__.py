"""Each source in, validated tables out: every problem of an input is told at once."""
