"""Plain pages of a shop of our own, one or more of each kind, for the tests of the page-kind classifier."""

from lxml import etree

from extractors.page import parse_page
from extractors.records import PageKind

_MENU = "".join(f"<li><a href='/{word}'>{word.title()}</a></li>" for word in ("home", "messages", "orders", "wallet"))
_ROWS = "".join(
    f"""<tr><td><a href='/item/{number}'><img src='/t/{number}.jpg'></a></td>
    <td><a href='/item/{number}'>Green tea, {number} bags</a></td>
    <td><a href='/seller/leaf{number}'>leaf{number}</a> ({number})</td><td>USD {number}.50</td></tr>"""
    for number in range(10, 35)
)
_PAGES = "<div class=pagination><a href='?page=1'>1</a><a href='?page=2'>2</a><a href='?page=2'>Next</a></div>"
_FEEDBACK = "".join(
    f"<tr><td>positive</td><td>Fast, fresh</td><td>l***{letter}</td><td>2021-03-{day:02}</td><td>12.00 EUR</td></tr>"
    for day, letter in enumerate("abcdefghijklmnopqrstuvwxy", start=1)
)
_DESCRIPTION = "Picked in spring and dried in the sun, then packed by hand. " * 10
_LISTING = f"""
<h1>Ten bags of green tea</h1><img src='/t/7.jpg'>
<table><tr><td>Vendor:</td><td><a href='/seller/leaf'>leaf</a> (31)</td></tr><tr><td>Price:</td><td>USD 12.50</td></tr>
<tr><td>Ships from:</td><td>Germany</td></tr><tr><td>Ships to:</td><td>Worldwide</td></tr></table>
<form method=post action='/buy/7'>Quantity <input name=quantity value=1>
<select name=shipping><option>Letter 2.00</option></select><button>Buy now</button></form>
<h3>Description</h3><p>{_DESCRIPTION}</p>"""
_VENDOR = f"""
<h1>leaf</h1><div class=profile><p>Member since: 2019-01-02</p><p>Last seen: 2021-05-06</p><p>Sales: 310</p>
<p>Positive feedback: 99.1%</p><a href='/messages/new/leaf'>Contact vendor</a>
<a href='/store/leaf'>View store</a></div>
<h3>About</h3><p>{_DESCRIPTION}</p><h3>Feedback</h3><table>{_FEEDBACK}</table>"""
_REGISTER = """<h2>Register</h2><form method=post><input name=username><input type=password name=p1>
<input type=password name=p2><img src=/captcha><input name=captcha><button>Register</button></form>"""
_CAPTCHA = """<p>{}</p><form method=post><img src='/captcha.png'><input name=captcha><button>{}</button></form>"""
_HUMAN = "Please enter the characters in the image to prove that you are human."


def pgp(kind: str) -> str:
    """A block that looks like OpenPGP."""
    return f"-----BEGIN PGP {kind}-----\n\n" + "mQINBFnOGPkBEADA8Kja7Gx0\n" * 20 + f"=Ab1c\n-----END PGP {kind}-----"


def page(body: str, *, title: str = "Tea House", head: str = "") -> etree._Element:
    """A page with nothing around what it says."""
    html = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    root = parse_page(html.encode(), declared=None).root
    assert root is not None
    return root


def shop(body: str, *, title: str = "Tea House") -> etree._Element:
    """A page with the shop's menu and foot around what it says."""
    return page(f"<div id=header><ul>{_MENU}</ul></div>{body}<div class=footer>Tea House 2021</div>", title=title)


def refresh(target: str) -> str:
    """What forwards."""
    return f"<meta http-equiv=Refresh content='{target}'>"


def server_page(status: str) -> etree._Element:
    """What a web server sends."""
    return page(f"<center><h1>{status}</h1></center><hr><center>nginx/1.14.2</center>", title=status)


def told(heading: str, text: str) -> etree._Element:
    """A page of a heading and a sentence."""
    return page(f"<h1>{heading}</h1><p>{text}</p>", title=heading)


def plain_pages() -> list[tuple[PageKind, etree._Element]]:
    """Pages with what they are."""
    login = "<form method=post>{}<button>Login</button></form>"
    challenge = f"<textarea>{pgp('MESSAGE')}</textarea><input name=pgp_code>"
    return [
        ("login", page("<h2>Login</h2>" + login.format("<input name=username><input type=password name=password>"))),
        ("login", page(_REGISTER)),
        ("login", page("<p>Please decrypt the following message to log in.</p>" + login.format(challenge))),
        ("captcha", page(_CAPTCHA.format(_HUMAN, "Submit"))),
        ("captcha", page(_CAPTCHA.format("Bitte geben Sie den Sicherheitscode ein.", "Weiter"), title="Eingang")),
        ("queue", page("<p>You have been placed in a queue.</p>", title="Access Queue", head=refresh("10"))),
        ("queue", page("", title="", head=refresh("0; url=/login"))),
        ("queue", page("<p>Пожалуйста, подождите. Вы находитесь в очереди.</p>", head=refresh("5"))),
        ("not_found", server_page("404 Not Found")),
        ("not_found", told("Page introuvable", "La page demandée n'existe pas.")),
        ("error", server_page("502 Bad Gateway")),
        ("error", page("<b>Fatal error</b>: Uncaught PDOException: could not connect in /var/www/a.php on line 12")),
        ("banned", told("Account banned", "Your account has been banned. Reason: spam")),
        ("maintenance", told("Under maintenance", "We will be back soon.")),
        ("maintenance", told("Wartungsarbeiten", "Wir sind bald zurück.")),
        ("listing_index", shop(f"<h2>Teas</h2><table>{_ROWS}</table>{_PAGES}")),
        ("listing", shop(_LISTING)),
        ("vendor", shop(_VENDOR)),
        ("reviews", shop(f"<h2>Feedback of <a href='/seller/leaf'>leaf</a></h2><table>{_FEEDBACK}</table>{_PAGES}")),
        ("pgp", shop(f"<h2>PGP key of leaf</h2><pre>{pgp('PUBLIC KEY BLOCK')}</pre>", title="PGP key")),
    ]
