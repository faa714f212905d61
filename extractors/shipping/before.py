"""What may stand right before a place: patterns over `Context.before`, each bounded, each ending at the place."""

import re

from extractors.shipping.words import ShippingWords, alternation

__all__ = ["WordsBefore"]

_WORD = r"(?: [^ ]+)"
_LIKE = "including|includes|like|such as|incl|especially"


class WordsBefore:
    """The patterns, made of the words of ``shipping.yaml`` once."""

    def __init__(self, words: ShippingWords) -> None:
        one = alternation
        verbs, buyers, only, second = map(one, (words.verbs, words.buyers, words.only, words.second_tries))
        origin, towards, available = map(one, (words.from_, words.to, words.available))
        negated, none, services = one(words.negations), one(words.no_words), one(words.services)
        filler = rf"(?: (?:{one(words.fillers)}|[:(,-]))"
        bases = rf"(?:{filler}| (?:{one(words.bases)})){{0,5}} $"
        # No word in the gap between "ship" and "from" that says that the goods come from there.
        gap = rf"(?: (?!(?:{one(words.made)}) )[^ ]+)"
        gap_to = rf"(?: (?!(?:{origin}|{one(words.unsent)}) )[^ ]+)"
        gap_not = r"(?: (?!(?:only|just|hesitate|responsible) )[^ :,(-]+)"
        counted = rf"(?:\d{{1,6}} ?)?(?:{one(words.counted)})|\d{{1,6}}"

        def near(*patterns: str) -> re.Pattern[str]:
            return re.compile(rf" (?:{'|'.join(patterns)}){filler}{{0,6}} $")

        # "Refunds for UK": nothing of what follows says where a parcel goes.
        self.second_try = re.compile(rf" (?:{second})(?: (?!(?:{verbs}) )[^ ]+){{0,8}} $")
        self.not_to = near(
            rf"(?:(?:{negated}){gap_not}{{0,3}}?|(?:{none})) (?:{verbs}|{buyers}|{available}){_WORD}{{0,3}}?"
            rf"(?: (?:{towards}|{origin}|outside(?: of)?))?",
            rf"(?:and|but|or|nor|und|et|y|e|en|also|,) (?:not|nicht|niet|pas|nie) (?:{towards})",
            rf"(?:{verbs}) (?:pas|plus|niet|nicht|not){_WORD}{{0,2}}? (?:{towards})",
        )
        self.excepted = near(rf"(?:{one(words.except_)})(?: (?:{verbs}|{towards}|{origin}|{buyers}|:)){{0,4}}")
        self.no = re.compile(
            rf"(?: [|(,&/+:-]| sorry| but| ww| worldwide| strictly| and) (?:{none}|but)"
            rf"(?: (?:{towards}|{origin}|the)){{0,2}} $"
        )
        # "Shipped daily from our warehouse in", "Origin:", "livraison de la".
        self.origin = re.compile(
            rf" (?:{verbs}){gap}{{0,8}}? (?:{origin}){bases}|(?: [|(]|^) (?:origin|from) :{bases}"
            rf"| (?:{one(words.parcels)}) (?:{one(words.of_place)})(?: (?:la|l|le))? $"
        )
        self.based = re.compile(
            rf" (?:{one(words.bases_before)}){_WORD}{{0,2}}? (?:in|near|{origin}|:|a|en|in der){bases}"
        )
        self.from_here = re.compile(rf" (?:{origin})(?: the)? $")
        # "From UK" as a part of its own, after a count ("100 pcs from USA"), and after "worldwide".
        self.opening = re.compile(
            rf"(?: [|(:+,]| -| ww| worldwide| world wide)(?: (?:fast|directly|now|only))? (?:{origin}){bases}"
        )
        # "… from France" at the end of a title.
        self.closing = re.compile(rf" (?!(?:{one([*words.made, *words.goods])}) )[^ ]+ (?:{origin})(?: the)? $")
        self.counted = re.compile(rf" (?:{counted}) (?:{origin})(?: the)? $")
        self.to = near(
            rf"(?:{verbs}|{one(words.arrivals)}){gap_to}{{0,5}}? (?:{towards}|outside(?: of)?)"
            rf"(?:{_WORD}{{1,7}}? (?:{_LIKE}){_WORD}{{0,4}}?)?"
        )
        # "We ship within the US": from there too, where it is one country.
        self.within = re.compile(
            rf" (?:{verbs}|{buyers})(?: (?!(?:{one(words.days)}|outside) )[^ ]+){{0,4}}? (?:{one(words.within)})"
            rf"(?: (?:of|the|all|von|de|del|della|dell|di|continental"
            rf"|mainland|whole|entire|ganz|gesamt|gesamten|d|l)){{0,3}} $"
        )
        self.trouble = re.compile(
            r" (?:problems?|issues?|troubles?|losses|luck|seizures) (?:with|in|to|for)(?: the)? $"
        )
        # "We are a small team from India": of the writer, not of goods.
        self.introduced = re.compile(
            rf" (?:{one(words.we_are)})(?: (?!(?:{one([*words.made, *words.unsaid])}) )[^ ]+){{0,7}}"
            rf" (?:{one(words.sellers)})(?: of [^ ]+)? (?:{origin})(?: the)? $"
        )
        self.opening_to = re.compile(r"(?: [|(]| -) to(?: the)? $")
        self.served = near(
            rf"(?:{buyers}){_WORD}{{0,2}}? (?:{towards}|{origin})",
            rf"(?:{available}){_WORD}{{0,2}}? (?:{towards}|:)",
            r"risk (?:to|for|in)",
            rf"(?:{only})(?: (?:{verbs}|{buyers}|{towards}|{available})){{1,3}}",
            rf"(?:{towards}) (?:our|my|all) (?:{buyers}) (?:in|from)",
            r"\| (?:to|destinations?) :",
        )
        # "We ship our products worldwide".
        self.sent = re.compile(rf" (?:{verbs}|{available}){gap}{{0,4}}? $")
        self.service = re.compile(
            rf" (?:{services})(?: (?:{only}|{towards}|:|\(|-|available|now|free|the|all))? ?(?:the )?$"
        )
        self.next_day = re.compile(r" (?:free |fast |super |next day )?(?:ndd|nd|next day delivery|next day) $")
        self.only = re.compile(rf"(?: [|(,:-]|^| is| are| for) (?:{only})(?: (?:{towards}|the))? $")
        self.domestic = re.compile(
            rf" (?:{one(words.domestic)})(?: (?:{services}|{buyers}|{verbs}|{towards}|is|:|\(|the|only|-|/)){{0,4}} $"
        )
        length = words.days_pattern()
        self.days = near(rf"{length}(?: \([^()]{{0,30}}\))?(?: (?:{services}|{buyers}))?(?: (?:{towards}|:))?")
        self.beside = re.compile(r" (?:near|neighbouring|neighboring|bordering|outside|outside of)(?: the)? $")
