"""A practice market as an ASGI application."""

import secrets
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from nightpost.clock import Clock, FixedClock
from replica.markets.harbour import Harbour
from replica.markets.lantern import Lantern
from replica.markets.orchard import Orchard
from replica.markets.storefront import Ask, Storefront
from replica.world import World, WorldError

STOREFRONTS: dict[str, type[Storefront]] = {shop.family: shop for shop in (Harbour, Lantern, Orchard)}
"""The families of templates by their names."""

USERNAME = "visitor"
PASSWORD = "practice"  # noqa: S105 - the known account of every practice market
"""What a practice market's login form takes."""

SESSION_COOKIE = "session"

# A transparent GIF of one pixel: pictures are there to be asked for, and counted, not to be looked at.
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b")
_CHUNK = 4096


def market_app(
    world: World,
    market: str,
    *,
    family: str | None = None,
    clock: Clock | None = None,
    require_login: bool = False,
) -> Starlette:
    """The web site of one market of a world.

    The application's ``state`` counts what no investigator's crawler may do: ``forbidden_hits`` (orders, carts,
    messages, wallets, reports, logout, and every form but the login's), with what was asked in ``forbidden_targets``,
    and ``media_hits`` (pictures). ``page_hits`` counts pages.

    Args:
        world: the world; it is read only.
        market: which of its markets.
        family: the templates; by default the market's own.
        clock: the market's time; by default it stands still at the world's start.
        require_login: whether every page but the login form needs a session.

    Raises:
        WorldError: the world has no such market, or there is no such family.
    """
    known = world.market(market)
    storefront = STOREFRONTS.get(family or known.family)
    if storefront is None:
        raise WorldError(f"there is no family of templates {family!r}; take one of {', '.join(STOREFRONTS)}")
    shop = storefront(world, known, clock or FixedClock(world.start))
    site = _Site(shop, require_login=require_login)
    # One family compresses, one sends chunks, one does neither: a crawler has to take all of them.
    middleware = [Middleware(GZipMiddleware, minimum_size=500)] if shop.family == "harbour" else []
    app = Starlette(routes=[Route("/{path:path}", site.answer, methods=["GET", "HEAD", "POST"])], middleware=middleware)
    site.app = app
    app.state.forbidden_hits = 0
    app.state.forbidden_targets = []
    app.state.media_hits = 0
    app.state.page_hits = 0
    return app


class _Site:
    """Answers requests from a storefront."""

    app: Starlette

    def __init__(self, shop: Storefront, *, require_login: bool) -> None:
        self._shop = shop
        self._require_login = require_login
        self._token = secrets.token_hex(16)
        self._sessions: set[str] = set()

    async def answer(self, request: Request) -> Response:
        """The page that was asked for, or what stands in its place."""
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        ask = Ask(request.url.path, request.query_params, f"http://{request.headers.get('host', 'localhost')}")
        if request.method == "POST":
            return await self._form(request, ask, target)
        if self._shop.is_forbidden(target):
            return self._forbid(request, target)
        if self._shop.media.search(ask.path):
            self.app.state.media_hits += 1
            return Response(_PIXEL, media_type="image/gif")
        if ask.path == self._shop.login_path:
            return self._html(self._shop.login_page(ask, self._token, failed=False))
        if self._require_login and request.cookies.get(SESSION_COOKIE) not in self._sessions:
            return RedirectResponse(self._shop.login_path, status_code=302)
        self.app.state.page_hits += 1
        html = self._shop.page(ask)
        return self._html(self._shop.missing_page(ask), status=404) if html is None else self._html(html)

    async def _form(self, request: Request, ask: Ask, target: str) -> Response:
        if ask.path != self._shop.login_path:
            return self._forbid(request, target)
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        sent = tuple(fields.get(name, [""])[0] for name in ("username", "password", "token"))
        if sent != (USERNAME, PASSWORD, self._token):
            return self._html(self._shop.login_page(ask, self._token, failed=True))
        session = secrets.token_hex(16)
        self._sessions.add(session)
        response = RedirectResponse("/", status_code=302)
        response.set_cookie(SESSION_COOKIE, session, httponly=True)
        return response

    def _forbid(self, request: Request, target: str) -> Response:
        self.app.state.forbidden_hits += 1
        self.app.state.forbidden_targets.append(f"{request.method} {target}")
        if "logout" in target:
            self._sessions.discard(request.cookies.get(SESSION_COOKIE, ""))
        return self._html("<html><body><p>Done.</p></body></html>")

    def _html(self, html: str, status: int = 200) -> Response:
        # What the charset cannot write is written as a character reference, as browsers and markets do.
        body = html.encode(self._shop.charset, "xmlcharrefreplace")
        if self._shop.family == "lantern":
            return _ChunkedResponse(body, status_code=status, headers={"content-type": "text/html"})
        content_type = "text/html; charset=utf-8" if self._shop.family == "harbour" else "text/html"
        return Response(body, status_code=status, headers={"content-type": content_type})


class _ChunkedResponse(Response):
    """Sends its body in pieces without saying how long it is: over HTTP/1.1, the chunked transfer coding."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the ASGI signature
        headers = [header for header in self.raw_headers if header[0] != b"content-length"]
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        body = bytes(self.body)
        for start in range(0, len(body), _CHUNK):
            await send({"type": "http.response.body", "body": body[start : start + _CHUNK], "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
