"""What the practice markets' pages state, each family read in the plainest way: records to hold against the truth."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
CODES = {
    "Worldwide": "WW", "World Wide": "WW", "European Union": "EU", "United States": "US", "United Kingdom": "GB",
    "Germany": "DE", "Netherlands": "NL", "Belgium": "BE", "France": "FR", "Spain": "ES", "Poland": "PL",
    "Canada": "CA", "Australia": "AU", "Sweden": "SE", "Switzerland": "CH", "China": "CN", "India": "IN",
    "New Zealand": "NZ", "Ireland": "IE",
}  # fmt: skip


def text(page: Any, path: str) -> str:
    found = page.xpath(path)
    assert found, path
    return str(found[0] if isinstance(found[0], str) else found[0].text_content()).strip()


def groups(pattern: str, words: str) -> tuple[str, ...]:
    match = re.search(pattern, words)
    assert match, words
    return match.groups()


def codes(names: str) -> list[str]:
    return [CODES[name.strip()] for name in names.split(",")] if names.strip() else []


def amount(words: str, currency: str) -> Json:
    return {"amount": float(words.replace(",", "")), "currency": currency}


def day(words: str, pattern: str) -> str:
    return datetime.strptime(words, pattern).replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")


def harbour_listing(page: Any) -> Json:
    sold, _, since = text(page, "//div[@class='listDes']/p/span[1]").partition(" sold since ")
    currency, price = text(page, "//b[.='Purchase price:']/following-sibling::span").split()
    left = text(page, "//td[.='Quantity Left']/following-sibling::td")
    options = [re.split(r"\s+-\s+", option.text) for option in page.xpath("//select[@name='shippingOption']/option")]
    return {
        "title": text(page, "//div[@class='listDes']/h2"),
        "description": text(page, "//div[@class='tabcontent']/p"),
        "vendor": text(page, "//a[contains(@href, '/u/')]"),
        "category": [heading.text_content() for heading in page.xpath("//div[@class='sub_head_inner_header']/h3")],
        "price": amount(price, currency),
        "ships_from": codes(text(page, "//td[.='Origin Country']/following-sibling::td")),
        "ships_to": codes(text(page, "//td[.='Ships to']/following-sibling::td")),
        "stock": None if left == "Unlimited" else int(left),
        "sold": int(sold),
        "posted_at": day(since, "%B %d, %Y"),
        "payment": re.findall(r"[\d.]+ (\w{3})", text(page, "//form[@method='post']/p[2]").lower()),
        "shipping_options": [
            {
                "name": name,
                "price": amount(re.findall(r"[\d.]+", price)[0], "USD"),
                "days_min": int(days.split()[0]),
                "days_max": int(days.split()[0]),
            }
            for name, days, price in options
        ],
    }


def harbour_vendor(page: Any) -> Json:
    name = page.xpath("//h3[@class='user_info_mid_head']")[0]
    counts = [int(text(row, "./td[4]")) for row in page.xpath("//div[@class='seller_rating']//tr[td]")]
    return {
        "handle": name.text.strip(),
        "sales": int(text(name, "./span[1]").strip("()")),
        "level": text(name, "./span[2]").split()[-1],
        "trust_level": text(name, "./span[3]").split()[-1],
        "registered_at": day(text(page, "//span[@class='bold1']"), "%B %d, %Y"),
        "last_seen_at": day(text(page, "//td[.='Last online']/following-sibling::td"), "%b %d, %Y"),
        "description": text(page, "//div[@class='tabcontent_user_feedback']/p"),
        "rating": dict(zip(("positive", "neutral", "negative"), counts, strict=True)),
        "external_ratings": [int(span.text_content().split()[0]) for span in page.xpath("//span[@title]")],
    }


def lantern_field(page: Any, label: str) -> str:
    found = page.xpath(f"//label[starts-with(normalize-space(), '{label}')]/following-sibling::*[1]")
    return str(found[0].text_content()).strip() if found else ""


def paragraphs(page: Any, path: str) -> str:
    return "\n\n".join(paragraph.text_content() for paragraph in page.xpath(f"{path}//p"))


def lantern_price(words: str) -> tuple[Json, str]:
    price, currency, unit = groups(r"([\d.]+) (\w+)/(.+)", words)
    return amount(price, currency), unit


def lantern_listing(page: Any) -> Json:
    price, unit = lantern_price(lantern_field(page, "Price:"))
    origin, _, targets = lantern_field(page, "Ships from:").partition("\u2192")
    stock = lantern_field(page, "In stock:")
    steps = []
    for label in page.xpath("//label[contains(., 'or more:')]"):
        step, _ = lantern_price(label.getnext().text_content())
        quantity = int(label.text_content().split()[0])
        steps.append({**step, "min_quantity": quantity, "max_quantity": None, "unit": unit})
    options = []
    for option in page.xpath("//select[@name='shipping_method']/option[@value != '0']"):
        name, _, cost = option.text.rstrip(")").rpartition("\xa0(")
        options.append({"name": name, "price": amount(*cost.split()), "days_min": None, "days_max": None})
    return {
        "title": text(page, "//h2"),
        "description": paragraphs(page, "//div[@id='general_div']"),
        "vendor": lantern_field(page, "Sold by:"),
        "category": [lantern_field(page, "Category:")],
        "price": price,
        "unit": unit,
        "prices": steps,
        "ships_from": codes(origin),
        "ships_to": codes(targets),
        "stock": None if stock == "Unlimited" else int(stock.split()[0]),
        "payment": [alt.rpartition("(")[2].strip(")").lower() for alt in page.xpath("//label//..//img/@alt")],
        "posted_at": day(lantern_field(page, "Listed:"), "%Y-%m-%d %H:%M:%S"),
        "shipping_options": options,
    }


def lantern_vendor(page: Any) -> Json:
    handle, sales = groups(r"(\S+)\s*\((\d+)\)", text(page, "//h2"))
    won, lost = groups(r"(\d+)/(\d+)", text(page, "//label[contains(., 'Disputes')]/.."))
    seen = lantern_field(page, "Last online:")
    return {
        "handle": handle,
        "sales": int(sales),
        "description": paragraphs(page, "//div[@id='general_div']"),
        "terms": paragraphs(page, "//div[@id='terms_div']") or None,
        "pgp_keys": [text(page, "//div[@id='pgp_div']/pre")] if page.xpath("//div[@id='pgp_div']/pre") else [],
        "ships_from": codes(lantern_field(page, "Ships From:")),
        "ships_to": codes(lantern_field(page, "Ships To:")),
        "finalize_early": lantern_field(page, "FE Enabled:") == "Yes",
        "registered_at": day(lantern_field(page, "Member since:"), "%Y-%m-%d %H:%M:%S"),
        "last_seen_at": None if seen.startswith("Within") else day(seen, "%Y-%m-%d %H:%M"),
        "disputes": {"won": int(won), "lost": int(lost)},
        "level": text(page, "//h2/span[@class='verified']").split()[-1],
        "external_ratings": [
            int(span.text_content().split()[-3]) for span in page.xpath("//div[@class='lbllist']/span")
        ],
    }


def orchard_cell(page: Any, label: str) -> str:
    found = page.xpath(f"//td[normalize-space(text()[1])='{label}']/following-sibling::td")
    return str(found[0].text_content()).strip() if found else ""


def orchard_count(words: str) -> int:
    return round(float(words.removesuffix("K+")) * 1000) if words.endswith("K+") else int(words)


def lines(element: Any) -> str:
    return "".join(element.itertext()).strip()


def orchard_money(words: str) -> Json:
    currency, price = words.removeprefix("+ ").split()
    return amount(price, currency)


def orchard_listing(page: Any) -> Json:
    shipping = page.xpath("//p[starts-with(., 'Ships from:')]/b")
    targets, _, excluded = shipping[1].text_content().partition(" except ")
    digital = targets == "Digital / Service"
    steps = []
    for row in page.xpath("//table[contains(@class, 'bulk')]//tr[td]"):
        first, _, last = text(row, "./td[1]").partition(" ")
        ends = int(last.strip("- ")) if last.startswith("-") else None
        step = orchard_money(text(row, "./td[2]"))
        steps.append({**step, "min_quantity": int(first), "max_quantity": ends, "unit": orchard_cell(page, "Unit:")})
    options = []
    for row in page.xpath("//table[contains(@class, 'shipping')]//tr[td]"):
        days = [int(number) for number in re.findall(r"\d+", text(row, "./td[2]"))]
        price = orchard_money(text(row, "./td[3]"))
        options.append({"name": text(row, "./td[1]"), "price": price, "days_min": days[0], "days_max": days[-1]})
    return {
        "title": text(page, "//font[@size='4']"),
        "description": lines(page.xpath("//div[@class='well']")[0]),
        "vendor": text(page, "//td[.='Vendor']/following-sibling::td/a"),
        "category": [node.text for node in page.xpath("//td[.='Category']/following-sibling::td/a")],
        "price": orchard_money(text(page, "//p[starts-with(., 'Price:')]/strong")),
        "prices": steps,
        "unit": orchard_cell(page, "Unit:"),
        "ships_from": [] if digital else codes(shipping[0].text_content()),
        "ships_to": [] if digital else codes(targets),
        "ships_excluded": codes(excluded),
        "payment": text(page, "//p[starts-with(., 'Accepted:')]").removeprefix("Accepted: ").lower().split(", "),
        "sold": orchard_count(orchard_cell(page, "Sold").removesuffix(" times")),
        "views": orchard_count(orchard_cell(page, "Views")),
        "min_order": int(orchard_cell(page, "Min. order")),
        "posted_at": day(orchard_cell(page, "Listed"), "%d %b %Y"),
        "shipping_options": options,
    }


def orchard_vendor(page: Any) -> Json:
    won, lost = re.findall(r"\d+", orchard_cell(page, "Disputes:"))
    rating = re.findall(r"[\d.]+", orchard_cell(page, "Rating:"))
    names = {"E-Mail": "email"}
    return {
        "handle": text(page, "//font[@size='5']"),
        "sales": orchard_count(re.findall(r"\((\S+) sales\)", page.text_content())[0]),
        "description": lines(page.xpath("//div[@class='well about']")[0]),
        "terms": lines(page.xpath("//div[@class='well terms']")[0]) if page.xpath("//h4[.='Terms']") else None,
        "pgp_keys": [key.text_content() for key in page.xpath("//textarea")],
        "contacts": [
            {"type": names.get(kind, kind.lower()), "value": value}
            for kind, value in (item.text_content().split() for item in page.xpath("//ul[@class='contacts']/li"))
        ],
        "ships_from": codes(orchard_cell(page, "Ships from:")),
        "ships_to": codes(orchard_cell(page, "Ships to:")),
        "finalize_early": orchard_cell(page, "FE allowed:") == "yes",
        "registered_at": day(orchard_cell(page, "Member since:"), "%d %b %Y"),
        "last_seen_at": day(orchard_cell(page, "Last seen:"), "%d %b %Y"),
        "disputes": {"won": int(won), "lost": int(lost)},
        "rating": {"negative": int(rating[-1])},
        "external_ratings": [int(re.findall(r": (\d+) sales", title)[0]) for title in page.xpath("//span/@title")],
    }


READERS: dict[str, tuple[Callable[[Any], Json], Callable[[Any], Json]]] = {
    "harbour": (harbour_listing, harbour_vendor),
    "lantern": (lantern_listing, lantern_vendor),
    "orchard": (orchard_listing, orchard_vendor),
}


def plain(value: Any) -> Any:
    """Text as one can read it from HTML: a parser drops control characters and the ends of lines."""
    if isinstance(value, str):
        return re.sub(r"\s+", " ", re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", value)).strip()
    return value
