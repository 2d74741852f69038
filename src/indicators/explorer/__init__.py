"""The explorer: a page and a tree of files on which every protected figure can be looked up."""
