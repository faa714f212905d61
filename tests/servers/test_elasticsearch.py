"""The test server itself: it can be stopped and started, and leaves nothing behind."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

from elasticsearch import Elasticsearch

from tests.servers.elasticsearch import require_elasticsearch
from tests.servers.ports import wait_until

# Starts a server, and says where; then stops and starts it whenever a line comes in.
_OWNER = """
import sys
from tests.servers.elasticsearch import SHORT_LIVED, running_elasticsearch
with running_elasticsearch(java_options=SHORT_LIVED) as server:
    print(server.url, server.folder, flush=True)
    for line in sys.stdin:
        getattr(server, line.strip())()
        print(line.strip(), flush=True)
"""


def test_it_keeps_its_data_when_it_is_restarted_and_is_gone_with_its_owner() -> None:
    require_elasticsearch()
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert owner.stdin is not None
    assert owner.stdout is not None
    with owner.stdin, owner.stdout:
        url, folder = owner.stdout.readline().split()
        port = int(url.rpartition(":")[2])
        with Elasticsearch(url) as client:
            client.index(index="kept", id="1", document={"a": 1}, refresh=True)
        owner.stdin.write("stop\n")
        owner.stdin.flush()
        assert owner.stdout.readline() == "stop\n"
        assert not _listens(port)
        owner.stdin.write("start\n")
        owner.stdin.flush()
        assert owner.stdout.readline() == "start\n"
        with Elasticsearch(url) as client:
            assert client.get(index="kept", id="1")["_source"] == {"a": 1}
        owner.send_signal(signal.SIGKILL)
        owner.wait()
    wait_until(lambda: not _listens(port) and not Path(folder).exists(), 60, "the end of Elasticsearch")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
