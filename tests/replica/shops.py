"""A practice market behind a client, and the walks through it that tests take."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import lxml.html
from starlette.applications import Starlette
from starlette.testclient import TestClient

from replica.markets import STOREFRONTS, market_app
from replica.world import World

Json = dict[str, Any]
HOST = "http://market.onion"


@dataclass(frozen=True)
class Shop:
    """A practice market behind a client, and its truth."""

    family: str
    app: Starlette
    client: TestClient
    truth: Json

    def page(self, url: str) -> Any:
        response = self.client.get(url)
        assert response.status_code == 200, url
        charset = STOREFRONTS[self.family].charset
        return lxml.html.fromstring(response.content, parser=lxml.html.HTMLParser(encoding=charset))


def open_shop(world: World, family: str, **options: Any) -> Shop:
    app = market_app(world, family, **options)
    return Shop(family, app, TestClient(app, base_url=HOST, follow_redirects=False), world.truth(family, base_url=HOST))


def links(page: Any, url: str) -> Iterator[str]:
    for href in page.xpath("//a/@href"):
        link = urljoin(url, href).partition("#")[0]
        if link.startswith(f"{HOST}/"):
            yield link


def walk(shop: Shop, starts: Sequence[str] = (f"{HOST}/",), within: str = "") -> dict[str, Any]:
    """Every page that can be reached from the front page (or others) without a forbidden link, by URL.

    Only links that match the pattern ``within`` are followed.
    """
    storefront = STOREFRONTS[shop.family]
    found: dict[str, Any] = {}
    queue = deque(starts)
    while queue:
        url = queue.popleft()
        target = url.removeprefix(HOST)
        path = target.partition("?")[0]
        if url in found or storefront.forbidden.search(target) or storefront.media.search(path):
            continue
        found[url] = shop.page(url)
        queue.extend(link for link in links(found[url], url) if re.search(within, link))
    return found
