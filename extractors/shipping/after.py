"""What may stand right after a place: patterns over `Context.after`, each bounded, each beginning at the place."""

import re

from extractors.shipping.words import ShippingWords, alternation

__all__ = ["WordsAfter"]

# The end of a part of a text: nothing that belongs to the place follows.
_END = r"(?= (?:[|)(,:/&+-] |\|?$|[|)]))"
# What is no delivery: "USA 30 days trial".
_NO_DELIVERY = "account|trial|warranty|guarantee|old|validity|subscription|sub|premium"


class WordsAfter:
    """The patterns, made of the words of ``shipping.yaml`` once."""

    def __init__(self, words: ShippingWords) -> None:
        one = alternation
        verbs, buyers, only, services = map(one, (words.verbs, words.buyers, words.only, words.services))
        goods, qualities, days = one(words.goods), one(words.qualities), one(words.days)
        quality = rf"(?:(?:{qualities}|\d{{1,2}}(?: ?[-/] ?\d{{1,2}})?(?: ?(?:{days}))?) )"
        seller = rf"(?:(?:{one(words.seller_qualities)}|\d{{1,3}}) )"

        def near(pattern: str) -> re.Pattern[str]:
            return re.compile(f" (?:{pattern})(?= )")

        self.end = re.compile(_END)
        self.end_of_wish = re.compile(rf"{_END}|(?= (?:please|thanks|pls|for now|atm|right now) )")
        self.end_of_service = re.compile(rf"{_END}|(?= \d)")
        self.seller = near(rf"(?:- )?{seller}{{0,3}}(?:{one(words.sellers)})(?! (?:{goods}|market|exchange) )")
        self.domestic = near(rf"(?:[-()/] )?(?:(?:to|2) )?(?:{one(words.domestic)})")
        self.only = near(rf"(?:[-)(] ?)?(?:(?:{services}|{buyers}|{verbs}) )?(?:{only})")
        self.service = near(
            rf"(?:- )?(?!(?:and|&) (?:{services}) ){quality}{{0,6}}(?:{services})(?! (?:code|office|address|from my) )"
        )
        # "From the UK with free delivery".
        self.with_service = near(rf"(?:with |and |\+ |, )?{quality}{{0,6}}(?:{services})")
        self.buyers = near(rf"(?:{quality}|new |existing ){{0,2}}(?:{buyers})")
        self.welcome = near(rf"(?:(?:{buyers}) )?(?:is |are )?(?:{one(words.welcome)})")
        self.excepted = near(rf"(?:[-,(:] )?(?:{one(words.excepted_after)})")
        self.days = near(
            rf"(?:[-:(/|] ?){{0,2}}(?:(?:{one(words.takes)}|{qualities}|[:(~-]) ){{0,5}}{words.days_pattern()}"
            rf"(?! (?:{_NO_DELIVERY}) )"
        )
        self.second_try = near(
            r"[-:(]? ?(?:[:-] )?(?:\d{1,3} ?%? |no |none |full |half |not |get |only ){0,3}"
            rf"(?:{one(words.second_tries)})"
        )
        # "Customers from Norway: we don't ship to you at the moment".
        self.refused = near(
            rf"[:,-]? ?(?:(?:we|i|sorry) ){{0,2}}(?:{one(words.negations)}) (?:{verbs}|serve|served)"
            r" (?:to (?:you|there|them)|there|any ?more|at the moment|for now|now|yet|\||,)"
        )
        self.goods = near(rf"(?:[-&] )?(?:{goods})|\$")
        self.post_office = near("post|express|mail")
