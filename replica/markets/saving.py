"""A market's pages as files, for work on layouts without a server."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html

from nightpost.clock import FixedClock
from replica.markets.app import STOREFRONTS
from replica.markets.storefront import Ask, Storefront
from replica.world import World

_NAME_LENGTH = 120


def pages(world: World, market: str, base_url: str) -> Iterator[tuple[str, bytes]]:
    """Every page of a market that links from its front page lead to, in the order found: URL and body.

    Links to where something is bought, sent or changed, to other hosts and to pictures are not followed.
    """
    known = world.market(market)
    shop = STOREFRONTS[known.family](world, known, FixedClock(world.start))
    queue = [f"{base_url}/"]
    seen = set(queue)
    for url in queue:
        html = shop.page(_ask(url, base_url))
        if html is None:
            continue
        body = html.encode(shop.charset, "xmlcharrefreplace")
        yield url, body
        for link in _links(html, url, base_url, shop):
            if link not in seen:
                seen.add(link)
                queue.append(link)


def save(world: World, folder: Path) -> int:
    """Write every market's pages to ``folder/MARKET/*.html`` and return how many.

    Beside them stand ``urls.json`` (file name -> URL) and ``truth.json`` (see `World.truth`); ``folder/world.json``
    says who is who.
    """
    count = 0
    for market in world.markets:
        base_url = f"http://{market.name}.onion"
        own = folder / market.name
        own.mkdir(parents=True, exist_ok=True)
        urls = {}
        for url, body in pages(world, market.name, base_url):
            name = _file_name(url, base_url)
            (own / name).write_bytes(body)
            urls[name] = url
        truth = world.truth(market.name, base_url=base_url)
        _write_json(own / "urls.json", urls)
        _write_json(own / "truth.json", truth)
        count += len(urls)
    _write_json(folder / "world.json", world.identities())
    return count


def _ask(url: str, base_url: str) -> Ask:
    parts = urlsplit(url)
    return Ask(parts.path, dict(parse_qsl(parts.query)), base_url)


def _links(html: str, url: str, base_url: str, shop: Storefront) -> Iterator[str]:
    for href in lxml.html.fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8")).xpath("//a/@href"):
        link = urljoin(url, href).partition("#")[0]
        target = link.removeprefix(base_url)
        if target.startswith("/") and not shop.is_forbidden(target) and not shop.media.search(target.partition("?")[0]):
            yield link


def _file_name(url: str, base_url: str) -> str:
    target = url.removeprefix(base_url).strip("/") or "front"
    return "".join(letter if letter.isalnum() or letter in "-_." else "_" for letter in target)[:_NAME_LENGTH] + ".html"


def _write_json(file: Path, data: object) -> None:
    file.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
