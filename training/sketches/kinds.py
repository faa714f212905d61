"""Which pages a sketched market has, and how often."""

from collections.abc import Callable, Iterator
from html import escape

from training.examples import Example
from training.sketches.accounts import buyer, key_page, reviews_page, vendor
from training.sketches.goods import category_index, listing, listing_index
from training.sketches.market import Sketch, Sketched
from training.sketches.others import other
from training.sketches.plain import captcha, login, notice, queue

# What draws a page, and the share of markets that have it.
_MAKERS: tuple[tuple[Callable[[Sketch], Sketched], float], ...] = (
    (listing, 1.0), (listing, 1.0), (listing_index, 1.0), (listing_index, 0.6), (category_index, 0.9), (vendor, 1.0),
    (vendor, 0.6), (buyer, 0.6), (reviews_page, 0.7), (key_page, 0.6), (login, 1.0), (captcha, 0.8), (queue, 0.8),
    (notice("banned", 0.5), 0.7), (notice("maintenance", 0.8), 0.7), (notice("not_found", 0.5), 0.8),
    (notice("error", 0.75), 0.8), (other, 1.0), (other, 1.0),
)  # fmt: skip


def sketch_market(seed: int) -> Iterator[Example]:
    """The pages of one sketched market; the same seed gives the same bytes."""
    sketch = Sketch(seed)
    for make, share in _MAKERS:
        if sketch.chance(share):
            page = make(sketch)
            top = f"<!DOCTYPE html><html><head><title>{escape(page.title)}</title>{page.head}</head>"
            html = f"{top}<body>{page.body}</body></html>"
            yield Example(f"sketch-{seed}", page.kind, html.encode(), sketch.base + page.path)
