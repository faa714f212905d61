"""Links to explain, written by hand: what a vendor may write to spoil a picture, and weights of every sort."""

import unicodedata

from linkage.calibration import probability
from linkage.identity import Evidence, EvidenceKind, Link
from linkage.sighting import Sighting

PRIOR = -13.29
A, B = "alpha/greenleaf", "beta/greenleaf_uk"
CAPTURE = "c4" * 32
ELSEWHERE = "http://evil.example/x"

HOSTILE = [
    "<script>alert(1)</script>",
    f'"/></text></svg><img src="{ELSEWHERE}" onerror="alert(1)">',
    f"' onload='alert(1)' href='{ELSEWHERE}'",
    f'<image href="{ELSEWHERE}"/><use xlink:href="{ELSEWHERE}"/>',
    f'<foreignObject><iframe src="{ELSEWHERE}"/></foreignObject>',
    "]]><script>alert(1)</script><![CDATA[",
    "--><script>alert(1)</script><!--",
    "</title></style><script>alert(1)</script>",
    "&lt;script&gt; &#x202e; &amp; &nbsp; &unknown;",
    "{{ 7 * 7 }}{% for x in y %}",
    f"url({ELSEWHERE}) @import '{ELSEWHERE}'",
    "email:\u202emoc.live@ecila\u202c \u2066x\u2069 \u200b\u200f",
    "\x00\x07\x1b[2J\x9b\x7f\ufffe\uffff\ud800",
    "السلام عليكم ورحمة الله وبركاته",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f3\ufe0f\u200d\U0001f308",
    "z" + "\u0301" * 200,
    "大麻" * 3000,
    "\u2028line\u2029line\r\n\tline",
]


def evidence(kind: EvidenceKind, value: str, weight: float, words: str = "", *, seen: int = 1) -> Evidence:
    """A piece of evidence that each account shows on so many records."""
    return Evidence(
        kind=kind,
        value=value,
        weight=weight,
        words=words,
        seen_a=tuple(
            Sighting(record=f"vendor:{A}/{place}", field="terms", capture_id=CAPTURE) for place in range(seen)
        ),
        seen_b=tuple(Sighting(record=f"listing:{B}/{place}", field="title") for place in range(seen)),
    )


def link(*found: Evidence, prior: float = PRIOR, rest: float = 0.0, calibrated: float | None = None) -> Link:
    """The link that the evidence makes; ``rest`` is what is not named, ``calibrated`` a probability of its own."""
    weight = prior + sum(one.weight for one in found) + rest
    return Link(
        a=A,
        b=B,
        probability=probability(weight) if calibrated is None else calibrated,
        match_weight=weight,
        evidence=found,
    )


USUAL = link(
    evidence("pgp_key", "A1" * 20, 12.4, "both state this key as their own"),
    evidence("passage", "No tracking, dont ask", 4.8, "passages that are nearly word for word the same"),
    evidence("passage", "Cheers fella", 0.0, "passages that are nearly word for word the same"),
    evidence("origin", "GB / NL", -3.22, "they send from different places"),
)

OUT_OF_PLACE = {"Cc", "Cf", "Cs", "Cn", "Co"}


def hidden_in(text: str) -> set[str]:
    """The controls and formats in a text that is to be shown, but for the line breaks of a template."""
    return {one for one in text if unicodedata.category(one) in OUT_OF_PLACE and one != "\n"}
