"""From captures to documents that can be searched: ingest, two stores, one query language."""
