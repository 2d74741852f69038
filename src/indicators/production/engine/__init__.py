"""A notebook engine for Papermill: a process forked from a warm one, instead of a kernel."""
