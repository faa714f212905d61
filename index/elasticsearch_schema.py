"""The indices of Elasticsearch: their settings and mappings, and their names.

Documents live in a numbered index behind an alias, and so do the cursors of ingest; a rebuild fills the next number,
and one request moves both aliases.
"""

from dataclasses import dataclass
from typing import Any

from index.fields import FIELDS

# Raised whenever the mappings, the fields or the analysis change: what an older one wrote is not comparable then.
SCHEMA_VERSION = 2

SETTINGS: dict[str, Any] = {
    # One shard counts facets exactly, and holds some ten million documents with ease.
    "number_of_shards": 1,
    # A cluster of one node cannot hold a copy; one of several makes one.
    "auto_expand_replicas": "0-1",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The names that begin with one prefix."""

    prefix: str

    @property
    def documents(self) -> str:
        """The alias of the documents that are searched."""
        return f"{self.prefix}-documents"

    @property
    def cursors(self) -> str:
        """The alias of the cursors that belong to them."""
        return f"{self.prefix}-cursors"

    def generation(self, number: int) -> tuple[str, str]:
        """The indices of documents and of cursors with a number."""
        return f"{self.documents}-{number:06d}", f"{self.cursors}-{number:06d}"


def document_mappings() -> dict[str, Any]:
    """What Elasticsearch is told about the documents' fields; nothing is guessed from what comes."""
    properties: dict[str, Any] = {
        "id": {"type": "keyword"},
        "body": {"type": "object", "enabled": False},
        "state": {"type": "object", "enabled": False},
    }
    for field in FIELDS.values():
        match field.type:
            case "keyword":
                properties[field.name] = {"type": "keyword"}
            case "number":
                properties[field.name] = {"type": "double"}
            case "date":
                properties[field.name] = {"type": "date", "format": "epoch_millis"}
            case "text":
                # Prepared by index.analysis: there is nothing left to do but to split at the spaces.
                properties[field.name] = {"type": "text", "analyzer": "whitespace"}
            case "period":
                continue
    texts = [field.name for field in FIELDS.values() if field.type == "text"]
    return {
        "dynamic": "strict",
        "_meta": {"schema": SCHEMA_VERSION},
        # Prepared text is made from the body; keeping it twice would double the index.
        "_source": {"excludes": texts},
        "properties": properties,
    }


def cursor_mappings() -> dict[str, Any]:
    """A cursor: a site and a position in its journal."""
    return {
        "dynamic": "strict",
        "properties": {"site": {"type": "keyword"}, "position": {"type": "long"}},
    }
