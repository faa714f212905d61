"""Where each family of templates has its pages: the paths of listings, vendors and pictures."""

from urllib.parse import quote

from replica.world.model import Account, Listing


def listing_path(family: str, listing: Listing, category: int) -> str:
    """Path and query of a listing's page; ``category`` is its category's number in that market."""
    if family == "harbour":
        return f"/product/{listing.number}/{category}/{listing.account}"
    if family == "lantern":
        return f"/product/{listing.number}"
    return f"/welcome?action=show&listing={listing.number}"


def vendor_path(family: str, account: Account) -> str:
    """Path and query of a vendor's page."""
    handle = quote(account.handle)
    return {"harbour": f"/u/{handle}", "lantern": f"/user/{handle}"}.get(family, f"/userinfo?user={handle}")


def picture_path(family: str, number: int) -> str:
    """Path of a picture in full size; pages may show a smaller one and link to this."""
    if family == "harbour":
        return f"/public/uploads/{number}.jpg"
    return f"/image/{number}" if family == "lantern" else f"/img/{number}.jpg"
