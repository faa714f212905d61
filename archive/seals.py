"""Which seal covers a capture: the last step of the way back from a fact to its evidence."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from archive.capture import Capture
from archive.manifest import MANIFEST_FILE, check_seal, line_digest, read_manifest


class Seals:
    """The seals of every site, each site's manifest read once."""

    def __init__(self, folder: Path, public_key: Ed25519PublicKey) -> None:
        self._folder = folder
        self._public_key = public_key
        self._sites: dict[str, dict[str, str]] = {}

    def of(self, capture: Capture) -> str | None:
        """Digest (64 hexadecimal digits) of the line of the manifest that seals the capture's WARC file.

        None while the file is not sealed. The line's signature is checked; what it says of the file is not: that is
        what ``archive verify`` is for.

        Raises:
            DamagedArchiveError: a line of the manifest is not what was signed.
            ArchiveError: the manifest cannot be read.
        """
        if capture.site not in self._sites:
            lines = read_manifest(self._folder / capture.site / MANIFEST_FILE)
            # A last line without its end is one that a crawl is writing now.
            self._sites[capture.site] = {
                check_seal(line, self._public_key).warc_file: line_digest(line)
                for line in lines
                if line.endswith(b"\n")
            }
        return self._sites[capture.site].get(capture.warc_file)
