"""Each source in, validated tables out: all problems of an input are reported at once."""
