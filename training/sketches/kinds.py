"""Which pages a sketched market has, and how often."""

from training.sketches.goods import buyer, category_index, listing, listing_index, pgp_page, reviews_page, vendor
from training.sketches.market import PageMaker
from training.sketches.plain import captcha, login, notice, other, queue

# Kind, what draws it, and the share of markets that have it.
MAKERS: tuple[tuple[str, PageMaker, float], ...] = (
    ("listing", listing, 1.0), ("listing", listing, 1.0), ("listing_index", listing_index, 1.0), ("listing_index", listing_index, 0.6),
    ("category_index", category_index, 0.9), ("vendor", vendor, 1.0), ("vendor", vendor, 0.6), ("buyer", buyer, 0.6),
    ("reviews", reviews_page, 0.7), ("pgp", pgp_page, 0.6), ("login", login, 1.0), ("captcha", captcha, 0.8), ("queue", queue, 0.8),
    ("banned", notice("banned", 0.5), 0.7), ("maintenance", notice("maintenance", 0.8), 0.7), ("not_found", notice("not_found", 0.5), 0.8),
    ("error", notice("error", 0.75), 0.8), ("other", other, 1.0), ("other", other, 1.0),
)  # fmt: skip
