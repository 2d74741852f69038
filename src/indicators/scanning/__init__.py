"""Scanner of artefacts of any type for personal data; what it finds it never repeats."""
