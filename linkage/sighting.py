"""Where an account shows something: what every piece of evidence is walked back to."""

from pydantic import BaseModel, ConfigDict


class Sighting(BaseModel):
    """Where something was seen: a record (``vendor:MARKET/HANDLE``), its field, and the capture that states the field.

    ``capture_id`` is None when the account came from a file and not from the archive.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    record: str
    field: str
    capture_id: str | None = None

    @property
    def order(self) -> tuple[str, str, str]:
        """What sightings are sorted by."""
        return self.record, self.field, self.capture_id or ""
