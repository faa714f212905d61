"""The queue of the job workers: SQLite for one machine, Redis for any number."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import redis
from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from nightpost.errors import ConfigurationError, UnavailableError

_NAME = "nightpost"


class _JsonSerializer(Serializer):  # type: ignore[misc]  # huey has no types
    """Tasks as JSON. Huey's own way is pickle, which would run whatever somebody put into a Redis within reach."""

    def _serialize(self, data: object) -> bytes:
        return json.dumps(data, default=_refuse).encode()

    def _deserialize(self, data: bytes) -> object:
        read = json.loads(data)
        # A message is a named tuple, which JSON knows as a list; nothing else that we store is one.
        return Message(*read) if isinstance(read, list) else read


def _refuse(value: object) -> None:
    raise TypeError(f"a task's argument must be a JSON value, not {type(value).__name__}")


def open_queue(url: str) -> Huey:
    """The queue at ``sqlite:///FILE`` or ``redis://HOST:PORT/DB`` (``rediss://`` with TLS).

    Raises:
        ConfigurationError: the URL is neither.
        UnavailableError: the file or the server cannot be used.
    """
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        return _sqlite(Path(url.removeprefix("sqlite:///")))
    if scheme in {"redis", "rediss"}:
        return _redis(url)
    raise ConfigurationError(f"setting 'jobs' is {url!r}; give sqlite:///FILE or redis://HOST:PORT/DB")


def _sqlite(file: Path) -> Huey:
    if not file.parent.is_dir():
        raise UnavailableError(f"the job queue cannot be in {file}: there is no folder {file.parent}; make it")
    return SqliteHuey(_NAME, filename=str(file), results=False, fsync=True, serializer=_JsonSerializer())


def _redis(url: str) -> Huey:
    try:
        queue = RedisHuey(_NAME, url=url, results=False, serializer=_JsonSerializer())
        queue.storage.conn.ping()
    except ValueError as error:
        raise ConfigurationError(f"setting 'jobs' cannot be used: {error}; give redis://HOST:PORT/DB") from error
    except redis.exceptions.RedisError as error:
        host = urlsplit(url).hostname
        raise UnavailableError(
            f"Redis at {host} cannot be used: {error}; see that it runs and may be reached"
        ) from error
    return queue
