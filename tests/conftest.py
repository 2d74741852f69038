"""Makes ``tests/`` importable: ``from fixtures.snapshots import …`` works in every test."""
