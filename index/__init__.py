"""Search: ingest from the archive, the two stores, the query language."""
