"""A real Elasticsearch 9 for the tests.

In this order: the server that ``NIGHTPOST_TEST_ELASTICSEARCH`` names by URL; the distribution unpacked in
``NIGHTPOST_ES_HOME``; the server core that Maven Central holds, from Maven's cache or fetched into it. The last two
need a JDK of 21 or newer in ``ES_JAVA_HOME``, ``JAVA_HOME`` or the system's folder of JVMs. A server started here runs
from a temporary copy on free loopback ports and is gone after the session, however the session ends.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import uuid
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest
from elasticsearch import Elasticsearch

from nightpost.errors import UnavailableError
from nightpost.settings import ElasticsearchSettings, Settings
from tests.requirements import missing
from tests.servers.gate import Gate
from tests.servers.keeper import STOPPED

VERSION = "9.5.0"
_ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_CACHED = f"org/elasticsearch/distribution/integ-test-zip/elasticsearch/{VERSION}/elasticsearch-{VERSION}.zip"
_LEAST_JAVA = 21
_SYSTEM_JVMS = Path("/usr/lib/jvm")
_SECONDS_TO_START = 180
# Elasticsearch refuses to run as root; this user owns nothing, and is on every system.
_USER = "nobody"
SHORT_LIVED = "-XX:TieredStopAtLevel=1"
"""Java options of a server of tests: half of its start would be spent on compiling well what runs for seconds."""


class ElasticsearchServer:
    """One server of our own, in a temporary copy of a distribution; it may be stopped, killed and started again.

    Args:
        distribution: the folder or zip file to copy.
        java: the home of a JDK.
        heap: its memory, as Java writes it.
        configuration: more settings of its elasticsearch.yml, by their dotted names.
        files: more files of its folder of configuration, by name.
        password: the password of the user ``elastic``; security is off without one.
        java_options: more options of its JVM.
    """

    def __init__(
        self,
        distribution: Path,
        java: Path,
        heap: str = "512m",
        *,
        configuration: Mapping[str, str] | None = None,
        files: Mapping[str, bytes] | None = None,
        password: str | None = None,
        java_options: str = "",
    ) -> None:
        self._distribution = distribution
        self._java = java
        self._heap = heap
        self._extra = configuration or {}
        self._files = files or {}
        self._password = password
        self._java_options = java_options
        self._port, self._transport_port = _free_ports(2)
        self._keeper: subprocess.Popen[str] | None = None
        self._output = _Output()
        self.folder: Path | None = None
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, or start it again with the data it had; returns when it answers.

        Raises:
            UnavailableError: it ended, or did not come up in three minutes.
        """
        if self._keeper is None:
            self._keeper = self._launch()
            self._output.follow(self._keeper)
        else:
            self._keeper.send_signal(signal.SIGUSR1)
        if not self._output.wait_for(" started {", _SECONDS_TO_START):
            last = self._output.last_lines()
            self.close()
            raise UnavailableError(f"Elasticsearch did not start; its last words: {last}")
        if self._password is None:
            with Elasticsearch(self.url, request_timeout=60) as client:
                client.cluster.health(wait_for_status="yellow", timeout="60s")

    def stop(self) -> None:
        """Stop it; what it stored stays for the next start."""
        self._end(signal.SIGUSR1)

    def kill(self) -> None:
        """End it as a power failure would, in the middle of whatever it does; its files stay for the next start."""
        self._end(signal.SIGUSR2)

    def _end(self, way: signal.Signals) -> None:
        assert self._keeper is not None
        self._keeper.send_signal(way)
        if not self._output.wait_for(STOPPED, _SECONDS_TO_START):
            raise UnavailableError("Elasticsearch did not stop")

    def freeze(self) -> None:
        """Let it do nothing at all until `thaw`; its port still takes connections, as that of a stuck server does."""
        for process in self._processes():
            process.suspend()

    def thaw(self) -> None:
        """Let it go on."""
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):  # one that was just ending
                process.resume()

    def _processes(self) -> list[psutil.Process]:
        assert self._keeper is not None
        return psutil.Process(self._keeper.pid).children(recursive=True)

    def close(self) -> None:
        """Stop it, and remove all that it stored."""
        if self._keeper is not None:
            self.thaw()  # else it would not hear that it is to end
            self._keeper.terminate()
            self._keeper.wait()
            self._output.close()
            self._keeper = None

    def _launch(self) -> "subprocess.Popen[str]":
        self.folder = folder = Path(tempfile.mkdtemp(prefix="nightpost-es-"))
        _copy(self._distribution, folder)
        home = _home(folder)
        (home / "config" / "elasticsearch.yml").write_text(self._configuration(), encoding="utf-8")
        for name, content in self._files.items():
            (home / "config" / name).write_bytes(content)
        environment = self._environment(folder)
        if self._password is not None:
            _set_password(home, self._password, environment)
        user = "-"
        if os.geteuid() == 0:
            user = _USER
            owner = pwd.getpwnam(_USER)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.servers.keeper", str(os.getpid()), user, str(folder)),
                *("bash", str(home / "bin" / "elasticsearch")),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=Path(__file__).parents[2],
            env=environment,
        )

    def _environment(self, folder: Path) -> dict[str, str]:
        # A folder apart: a server whose own files lie below its temporary folder does not start.
        temporary = folder / "tmp"
        temporary.mkdir()
        return {
            "PATH": os.environ["PATH"],
            "ES_JAVA_HOME": str(self._java),
            "ES_JAVA_OPTS": f"-Xms{self._heap} -Xmx{self._heap} {self._java_options}",
            "ES_TMPDIR": str(temporary),
            "CLI_JAVA_OPTS": f"-Djava.io.tmpdir={temporary}",
            "HOME": str(folder),
        }

    def _configuration(self) -> str:
        settings = {
            "network.host": "127.0.0.1",
            "http.port": str(self._port),
            "transport.port": str(self._transport_port),
            "discovery.type": "single-node",
            "xpack.security.enabled": "false" if self._password is None else "true",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "action.destructive_requires_name": "false",  # a test removes its indices by their prefix
            **self._extra,
        }
        return "".join(f"{name}: {value}\n" for name, value in settings.items())


class _Output:
    """What a server says, read as it comes, so that it never waits for its reader."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque(maxlen=15)
        self._news = threading.Condition()
        self._ended = False
        self._seen: set[str] = set()
        self._reader: threading.Thread | None = None

    def follow(self, process: "subprocess.Popen[str]") -> None:
        """Read until the process ends."""
        assert process.stdout is not None
        output = process.stdout

        def read() -> None:
            with output:
                for line in output:
                    with self._news:
                        self._lines.append(line)
                        self._seen |= {mark for mark in (" started {", STOPPED) if mark in line}
                        self._news.notify_all()
            with self._news:
                self._ended = True
                self._news.notify_all()

        self._reader = threading.Thread(target=read, name="elasticsearch-output", daemon=True)
        self._reader.start()

    def wait_for(self, mark: str, seconds: float) -> bool:
        """Whether it said that, once for each call, before it ended and in that time."""
        with self._news:
            self._news.wait_for(lambda: mark in self._seen or self._ended, seconds)
            said = mark in self._seen
            self._seen.discard(mark)
            return said

    def last_lines(self) -> str:
        """What it said last."""
        with self._news:
            return "".join(self._lines)

    def close(self) -> None:
        """Wait for the end of a process that has ended."""
        if self._reader is not None:
            self._reader.join()


@contextmanager
def running_elasticsearch(
    heap: str = "512m",
    *,
    configuration: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
    password: str | None = None,
    java_options: str = "",
) -> Iterator[ElasticsearchServer]:
    """A server of the caller's own that runs until the block ends; for the arguments see `ElasticsearchServer`.

    Without what it takes to start one, the test is skipped, or fails where servers are required.
    """
    server = ElasticsearchServer(
        *require_elasticsearch(),
        heap,
        configuration=configuration,
        files=files,
        password=password,
        java_options=java_options,
    )
    try:
        server.start()
        yield server
    finally:
        server.close()


def find_distribution() -> Path:
    """The unpacked folder that ``NIGHTPOST_ES_HOME`` names, else the zip file in Maven's cache, fetched when absent.

    Raises:
        UnavailableError: there is none and it cannot be fetched.
    """
    if named := os.environ.get("NIGHTPOST_ES_HOME"):
        if not (Path(named) / "bin" / "elasticsearch").is_file():
            raise UnavailableError(f"NIGHTPOST_ES_HOME={named} holds no bin/elasticsearch; point it to a distribution")
        return Path(named)
    cached = Path.home() / ".m2" / "repository" / _CACHED
    if cached.is_file():
        return cached
    maven = shutil.which("mvn")
    if maven is None:
        raise UnavailableError("install maven (apt-get install maven), or set NIGHTPOST_ES_HOME to a distribution")
    fetch = subprocess.run(
        [maven, "--batch-mode", "--quiet", "dependency:get", f"-Dartifact={_ARTIFACT}", "-Dtransitive=false"],
        capture_output=True,
        text=True,
        check=False,
    )
    if fetch.returncode != 0 or not cached.is_file():
        said = (fetch.stdout + fetch.stderr).strip().splitlines()[:1]
        raise UnavailableError(f"Maven could not fetch {_ARTIFACT} ({' '.join(said)}); set NIGHTPOST_ES_HOME instead")
    return cached


def find_java() -> Path:
    """The home of a JDK that Elasticsearch 9 runs on.

    Raises:
        UnavailableError: there is none.
    """
    named = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    installed = sorted(_SYSTEM_JVMS.iterdir()) if _SYSTEM_JVMS.is_dir() else []
    for home in (*named, *installed):
        release = home / "release"
        if not release.is_file() or not (home / "bin" / "java").is_file():
            continue
        version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8"), re.MULTILINE)
        if version and int(version[1]) >= _LEAST_JAVA:
            return home
    raise UnavailableError(f"install a JDK of {_LEAST_JAVA} or newer, and set ES_JAVA_HOME to it")


def _copy(distribution: Path, folder: Path) -> None:
    if distribution.is_dir():
        shutil.copytree(distribution, folder / distribution.name, symlinks=True)
    else:
        with zipfile.ZipFile(distribution) as archive:
            archive.extractall(folder)


def _set_password(home: Path, password: str, environment: dict[str, str]) -> None:
    subprocess.run(
        ["bash", str(home / "bin" / "elasticsearch-keystore"), "add", "--stdin", "--force", "bootstrap.password"],
        input=password,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )


def _home(folder: Path) -> Path:
    return next(path.parent.parent for path in folder.glob("*/bin/elasticsearch"))


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def require_elasticsearch() -> tuple[Path, Path]:
    """A distribution and a JDK; without them the test is skipped, or fails where they are required."""
    try:
        return find_distribution(), find_java()
    except UnavailableError as error:
        missing("elasticsearch", str(error))


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The URL of an Elasticsearch that runs for the whole session."""
    if url := os.environ.get("NIGHTPOST_TEST_ELASTICSEARCH"):
        yield url
        return
    server = ElasticsearchServer(*require_elasticsearch(), java_options=SHORT_LIVED)
    try:
        server.start()
        yield server.url
    finally:
        server.close()


@pytest.fixture
def elasticsearch_settings(elasticsearch_url: str) -> Iterator[Settings]:
    """Settings that name the session's Elasticsearch, with a prefix of indices that this test alone uses."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield Settings(index=elasticsearch_url, elasticsearch=ElasticsearchSettings(prefix=prefix))
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        client.indices.delete(index=f"{prefix}-*", ignore_unavailable=True)


@pytest.fixture
def elasticsearch_gate(elasticsearch_url: str) -> Iterator[Gate]:
    """A way to the session's Elasticsearch that a test can close, open again, and cut."""
    host, port = elasticsearch_url.removeprefix("http://").split(":")
    with Gate(host, int(port)) as gate:
        yield gate
