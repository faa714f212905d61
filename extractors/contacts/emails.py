"""Email and Jabber addresses, as they are and as people write them to hide them: "name (at) host dot com"."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from extractors.contacts.handles import HANDLE, is_name
from extractors.contacts.words import Contacted, any_of, contact_words
from extractors.records import MentionType

__all__ = ["emails"]

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9._%+-]{1,64})"
    r"@((?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,5}[A-Za-z]{2,24})(?![A-Za-z0-9-])"
)
_TRAILING = ".-_"
_CUE_WIDTH = 48
_LOCAL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}$")
# "at" in brackets, and "dot" so or as a word; a sign with spaces around it.
_BRACKET_AT = re.compile(
    r"[ ]{0,2}[(\[{<][ ]{0,2}(?:at|@|ät|arroba|chiocciola|a)[ ]{0,2}[)\]}>][ ]{0,2}", re.IGNORECASE
)
_SAID_AT = re.compile(r"(?<![a-z])(?:at|ät|arroba|chiocciola)(?![a-z])|[(\[{<][ ]?a[ ]?[)\]}>]")
_LOOSE_AT = re.compile(r"[ ]{1,2}(?:at|ät|arroba)[ ]{1,2}|[ ]{1,2}@[ ]{0,2}|(?<=[A-Za-z0-9])@[ ]{1,2}", re.IGNORECASE)
_DOT = (
    r"(?:[ ]{0,2}[(\[{<][ ]{0,2}(?:dot|\.|punkt|punto|point|d)[ ]{0,2}[)\]}>][ ]{0,2}"
    r"|[ ]{1,2}(?:dot|punkt|punto|point)[ ]{1,2}|[ ]{0,2}\.[ ]{0,2})"
)
_HOST = re.compile(rf"([A-Za-z0-9-]{{1,63}})((?:{_DOT}[A-Za-z0-9-]{{1,63}}){{0,4}})(?![A-Za-z0-9@])", re.IGNORECASE)
_HOST_PART = re.compile(rf"{_DOT}([A-Za-z0-9-]{{1,63}})", re.IGNORECASE)
# "name@protonmail": the host is said, its end is not.
_SHORT = re.compile(r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9._%+-]{1,64})@([A-Za-z0-9-]{2,63})(?![A-Za-z0-9@])(?!\.[A-Za-z])")
_JABBER_HOST = re.compile(r"(?:^|\.)(?:jabber|xmpp|chat|im)\.|^(?:jabb|xmpp|jabber)|\.im$", re.IGNORECASE)


class _Patterns(NamedTuple):
    jabber: re.Pattern[str]
    mail: re.Pattern[str]
    glued: re.Pattern[str]
    provider: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    words = contact_words()
    jabber, mail = (words.messengers[kind].names for kind in ("jabber", "email"))
    glued = "|".join((any_of(mail), any_of(jabber)))
    providers = any_of(words.mail_hosts)
    return _Patterns(
        re.compile(rf"(?<!\w){any_of(jabber)}(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<!\w){any_of(mail)}(?!\w)", re.IGNORECASE),
        re.compile(rf"(?:{glued})[-_.]{{1,2}}(?=\w)", re.IGNORECASE),
        # "Protonmail: name" and nothing of a host: an address of that provider.
        re.compile(
            rf"(?<![\w@.-])(?P<host>{providers})(?:[ ]{{1,2}}(?:is|id|address|username|name))?"
            rf"[ ]{{0,2}}[:=][ ]{{0,2}}(?P<name>{HANDLE})(?![\w@]|[ ]{{0,2}}[@(\[{{]|\.\w)",
            re.IGNORECASE,
        ),
    )


class _Address(NamedTuple):
    start: int
    end: int
    local: str
    host: str
    confidence: float


def emails(text: str, lower: str) -> Iterator[Contacted]:
    """The email and Jabber addresses of a text; ``lower`` is the text in lower case."""
    found = sorted(_addresses(text, lower))
    before = 0
    for address in found:
        if address.start < before:
            continue
        for kind in _kinds(text, before, address):
            yield Contacted(kind, address.start, address.end, f"{address.local}@{address.host}", address.confidence)
        before = address.end


def _addresses(text: str, lower: str) -> Iterator[_Address]:
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield from _plain(match)
        yield from _short(text)
    if "@" in text or _SAID_AT.search(lower) is not None:
        yield from _apart(text, lower)
    if any(provider in lower for provider in _common_providers()):
        for match in _patterns().provider.finditer(text):
            if (
                is_name(match["name"])
                and not match["name"][0].isdigit()
                and match["name"].lower() not in contact_words().mail_hosts
            ):
                host = contact_words().mail_hosts[re.sub(r" +", " ", match["host"].lower())]
                yield _Address(match.start("name"), match.end("name"), match["name"].lower(), host, 0.5)


@cache
def _common_providers() -> tuple[str, ...]:
    return tuple(contact_words().mail_hosts)


def _plain(match: re.Match[str]) -> Iterator[_Address]:
    local, host = match.groups()
    start = match.start()
    glued = _patterns().glued.match(local)
    skipped = glued.end() if glued else 0
    skipped += len(local[skipped:]) - len(local[skipped:].lstrip(_TRAILING))
    kept = _host_alone(host)
    if skipped < len(local):
        yield _Address(start + skipped, match.start(2) + len(kept), local[skipped:].lower(), kept.lower(), 0.9)


def _host_alone(host: str) -> str:
    """A host without the word that runs into it: "host.com.Write", "host.comWickr"."""
    *labels, last = host.split(".")
    ends = contact_words().top_domains
    if len(labels) > 1 and labels[-1].lower() in ends and last[:1].isupper() and not host.isupper():
        return ".".join(labels)
    if last.lower() not in ends:
        for length in range(min(len(last) - 1, 6), 1, -1):
            if last[:length].islower() and last[length].isupper() and last[:length] in ends:
                return ".".join([*labels, last[:length]])
    return host


def _short(text: str) -> Iterator[_Address]:
    hosts = contact_words().mail_hosts
    for match in _SHORT.finditer(text):
        host = hosts.get(match[2].lower())
        if host is not None and (local := match[1].strip(_TRAILING)):
            yield _Address(match.end(1) - len(match[1].lstrip(_TRAILING)), match.end(), local.lower(), host, 0.6)


def _apart(text: str, lower: str) -> Iterator[_Address]:
    """Addresses written apart. Words alone ("name at host") are one only where the host is a known provider."""
    for match in _BRACKET_AT.finditer(text):
        yield from _put_together(text, match, sure=True)
    if any(provider in lower for provider in _common_providers()):
        for match in _LOOSE_AT.finditer(text):
            yield from _put_together(text, match, sure=False)


def _put_together(text: str, at: re.Match[str], *, sure: bool) -> Iterator[_Address]:
    local = _LOCAL.search(text[max(0, at.start() - 65) : at.start()])
    host = _HOST.match(text, at.end(), at.end() + 200)
    if local is None or host is None:
        return
    words = contact_words()
    name = local.group().strip(_TRAILING)
    start = at.start() - len(local.group().lstrip(_TRAILING))
    labels, ends = [host[1].lower()], [host.end(1)]
    for part in _HOST_PART.finditer(text, host.end(1), host.end(2)):
        # After an end of a name ("com") the sentence goes on, unless another end follows ("co.uk").
        if labels[-1] in words.top_domains and len(labels) > 1 and part[1].lower() not in words.top_domains:
            break
        labels.append(part[1].lower())
        ends.append(part.end())
    while len(labels) > 1 and labels[-1] not in words.top_domains:
        labels.pop()
        ends.pop()
    known = labels[0] in words.mail_hosts
    if not known and not sure:
        return
    if not sure and not is_name(name):
        return
    if len(labels) > 1 and labels[-1] in words.top_domains:
        yield _Address(start, ends[-1], name.lower(), ".".join(labels), 0.9 if sure else 0.8)
    elif known and name:
        yield _Address(start, ends[-1], name.lower(), words.mail_hosts[labels[0]], 0.6)


def _kinds(text: str, before: int, address: _Address) -> list[MentionType]:
    """Email, Jabber, or both where a line names both and the host may be either."""
    words = contact_words()
    begin = max(before, address.start - _CUE_WIDTH)
    lead = text[begin : address.start]
    # What a line says counts for its address, else what the line before it says as a heading.
    line = lead.rpartition("\n")[2]
    cue = line if line.strip(" \t:-*>~•|") else lead.rstrip(" \t\n:-*>~•|").rpartition("\n")[2]
    after = text[address.end : address.end + 16].split("\n", 1)[0]
    patterns = _patterns()
    jabber = [match.end() for match in patterns.jabber.finditer(cue)]
    mail = [match.end() for match in patterns.mail.finditer(cue)]
    of_jabber = address.host in words.jabber_hosts or _JABBER_HOST.search(address.host) is not None
    if jabber and mail and abs(jabber[-1] - mail[-1]) <= 16 and address.host not in words.mail_only and not of_jabber:
        return ["jabber", "email"] if jabber[-1] < mail[-1] else ["email", "jabber"]
    if jabber and (not mail or jabber[-1] > mail[-1]):
        return ["jabber"]
    if mail and not of_jabber:
        return ["email"]
    told_after = re.match(r"[ ]{0,2}[(\[\u2013-][ ]{0,2}", after)
    if told_after and patterns.jabber.match(after, told_after.end()):
        return ["jabber"]
    return ["jabber"] if of_jabber else ["email"]
