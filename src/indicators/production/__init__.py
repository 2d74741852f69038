"""Making a month: protected tables, executed notebooks, rendered reports."""
