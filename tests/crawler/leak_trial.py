"""A crawl that is tempted out of Tor in every way that a page has; run in a network namespace by test_fail_closed.

``python -m tests.crawler.leak_trial up|killed FOLDER``: a private Tor network, an onion service full of ways out, one
crawl. With ``killed`` the service kills the Tor client when it is asked for its seventh page. Prints one JSON object:
``pages`` (paths fetched), ``asked`` (paths that the service saw), ``error``, and ``refused`` of the run's summary.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from crawler.run import crawl
from crawler.tor import TorEndpoint, TorError
from replica.serve import serve
from replica.tor import PrivateTorNetwork
from tests.crawler.conftest import FAST, site_of
from tests.crawler.onions import onion_host
from tests.crawler.stand_ins import LAYOUT, MemoryEvidence, read_links

PAGES = 12
V2_HOST = "expyuzz4wqqyqhjn.onion"

# By path: where the page sends its visitor. None of the names and addresses is anybody's (RFC 2606, 5737, 3849).
REDIRECTS = {
    "/to-http": "http://market.example/",
    "/to-https": "https://market.example/account",
    "/to-other-scheme": "//market.example/same-scheme",
    "/to-v2": f"http://{V2_HOST}/",
    "/to-address": "http://192.0.2.7/",
    "/to-address-6": "http://[2001:db8::7]/",
    "/to-other-onion": f"http://{onion_host(2)}/",
    "/to-localhost": "http://localhost:9/",
}
TEMPTING_LINKS = [
    "http://market.example/clearnet",
    "https://market.example/clearnet",
    "//cdn.example/protocol-relative",
    "http://198.51.100.7/by-address",
    "http://[2001:db8::8]/by-address-6",
    f"http://{V2_HOST}/retired",
    f"http://{onion_host(1)}.example/lookalike",
    "http://user:word@market.example/",
    "ftp://files.example/list",
]


def tempting_page(path: str) -> str:
    """A page whose head and body name hosts in every place where a browser or a careless crawler would look."""
    links = [*(f"/page/{n}" for n in range(PAGES)), *REDIRECTS, *TEMPTING_LINKS, "/refresh"]
    return (
        "<html><head><title>other</title>"
        '<link rel="dns-prefetch" href="//prefetch.example"><link rel="preconnect" href="https://preconnect.example">'
        '<link rel="stylesheet" href="https://style.example/site.css"><base target="_blank">'
        '<meta http-equiv="refresh" content="600; url=http://refresh.example/"></head>'
        f'<body><h1>{path}</h1><img src="http://image.example/x.png"><img src="//image.example/y.png">'
        '<iframe src="http://frame.example/"></iframe><script src="https://script.example/x.js"></script>'
        '<form action="http://form.example/"><input></form>'
        + "".join(f'<a href="{link}">link</a>' for link in links)
        + "</body></html>"
    )


class TemptingSite:
    """The onion service's app; it kills a process at the seventh request when it is told which."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.victim: int | None = None
        self._lock = threading.Lock()
        self.app = Starlette(routes=[Route("/{path:path}", self._answer)])

    def _answer(self, request: Request) -> Response:
        path = request.url.path
        with self._lock:
            self.asked.append(path)
            if len(self.asked) == 7 and self.victim is not None:
                os.kill(self.victim, signal.SIGKILL)
        if path in REDIRECTS:
            return RedirectResponse(REDIRECTS[path], 301 if "https" in path else 302)
        headers = {"Refresh": "0; url=http://refresh.example/", "Link": "<https://hint.example>; rel=preconnect"}
        return HTMLResponse(tempting_page(path), headers=headers)


def main(mode: str, folder: Path) -> None:
    """Crawl, and print what came of it."""
    site, evidence, error = TemptingSite(), MemoryEvidence(), None
    with serve(site.app) as served, PrivateTorNetwork({"market": served.port}) as network:
        if mode == "killed":
            site.victim = network.pids["client"]
        host = network.onions["market"]
        try:
            crawl(
                site_of(host, pacing=FAST.model_copy(update={"timeout_seconds": 60})),
                layout=LAYOUT,
                evidence=evidence,
                state=folder,
                tor=TorEndpoint("127.0.0.1", network.socks_port),
                read=read_links,
                tor_patience=2,
            )
        except TorError as lost:
            error = str(lost)
    summary = json.loads(next((folder / "market" / "runs").iterdir()).read_text())
    pages = [url.removeprefix(f"http://{host}") for url in evidence.urls]
    outcome = {"pages": pages, "asked": site.asked, "error": error, "refused": summary["refused"]}
    sys.stdout.write(json.dumps(outcome) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
