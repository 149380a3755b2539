"""Catalogue files from elsewhere, read row by row: `look_over` says what a file is, `read` gives its listings and its problems.

Nothing here touches the database but `run.py`. The formats are described for people in docs/guides/import-a-catalogue.md.
"""
