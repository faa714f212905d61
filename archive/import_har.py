"""HAR files (HTTP Archive 1.2), as browsers' developer tools write them.

A HAR file has no bytes of the wire: bodies are decoded, headers are the browser's account of them. So an entry
becomes a saved document, with the rest of the entry as its metadata.
"""

import base64
import binascii
import json
from pathlib import Path
from typing import Any

from archive.capture_records import Document
from archive.errors import UnfitExchangeError
from archive.import_source import Imported, ImportProblem, ImportTerms, Source, clean_url, is_web_url, read_time

MAX_HAR_BYTES = 512 * 1024**2
"""JSON is read in one piece; a session of a thousand pages has some 100 MiB."""


def read_har(file: Path, name: str, terms: ImportTerms) -> Source:
    """The entries of a HAR file, in its order.

    Args:
        file: the file.
        name: its path within the import.
        terms: of the import.

    Raises:
        OSError: it cannot be read.
    """
    if file.stat().st_size > MAX_HAR_BYTES:
        yield ImportProblem("har_too_large", name, f"the file is larger than {MAX_HAR_BYTES} bytes; split it")
        return
    try:
        data = json.loads(file.read_bytes())
        entries = data["log"]["entries"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        yield ImportProblem("unreadable_har", name, f"the file is not a HAR file: {error}")
        return
    if not isinstance(entries, list):
        yield ImportProblem("unreadable_har", name, "the file is not a HAR file: log.entries is no list")
        return
    for number, entry in enumerate(entries, start=1):
        where = f"{name}, entry {number}"
        try:
            yield _read_entry(entry, where, terms)
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            yield ImportProblem("bad_har_entry", where, f"the entry is not as HAR has it: {error!r}")
        except UnfitExchangeError as error:
            yield ImportProblem("bad_har_entry", where, str(error))


def _read_entry(entry: dict[str, Any], where: str, terms: ImportTerms) -> Imported:
    url, response = str(entry["request"]["url"]), entry["response"]
    content = response.get("content") or {}
    content_type = str(content.get("mimeType") or "application/octet-stream")
    text = content.get("text")
    if not is_web_url(url):
        return ImportProblem("not_a_web_page", where, f"{url[:80]!r} is not an http URL")
    if not response.get("status"):
        return ImportProblem("no_response", where, f"{url[:200]} was not answered")
    if terms.leaves_out(content_type):
        return ImportProblem("media_left_out", where, f"{content_type} is not kept")
    if text is None:
        return ImportProblem("no_body", where, "the file was saved without bodies; save it with contents")
    is_encoded = content.get("encoding") == "base64"
    body = base64.b64decode(text, validate=True) if is_encoded else str(text).encode("utf-8", "surrogatepass")
    if not is_encoded:
        # The browser decoded the text: its bytes are UTF-8 now, whatever the server had declared.
        content_type = content_type.partition(";")[0].strip() + "; charset=utf-8"
    return Document(
        run_id=terms.run_id,
        url=clean_url(url),
        fetched_at=read_time(str(entry["startedDateTime"])),
        body=body,
        content_type=" ".join(content_type.split()),
        status=int(response["status"]),
        metadata=_metadata(entry),
    )


def _metadata(entry: dict[str, Any]) -> bytes:
    """The entry without its body, keys sorted, so that the same entry gives the same bytes."""
    response = entry["response"]
    content = {key: value for key, value in response["content"].items() if key != "text"}
    rest = {**entry, "response": {**response, "content": content}}
    return json.dumps(rest, sort_keys=True, ensure_ascii=True).encode()
