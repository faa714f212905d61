"""The configuration of each Tor process of the private network: pure text, nothing is started here.

The network follows the recipe of Tor's own test networks (``TestingTorNetwork`` in tor(1), and Chutney): every
process listens and speaks on 127.0.0.1 only, and the directory authorities vote every few seconds, so that a first
consensus exists seconds after the start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

LOOPBACK = "127.0.0.1"

_VOTING_INTERVAL = 10  # seconds
_MONTH_SECONDS = 30 * 24 * 3600
_KILOBYTES_PER_SECOND = 10_000
_CIRCUIT_SECONDS = 10  # a circuit over loopback takes a fraction of a second

_COMMON = f"""\
TestingTorNetwork 1
# A vote every 10 s, the shortest interval that Tor accepts for other votes than the first.
TestingV3AuthInitialVotingInterval {_VOTING_INTERVAL}
TestingV3AuthInitialVoteDelay 2
TestingV3AuthInitialDistDelay 2
V3AuthVotingInterval {_VOTING_INTERVAL}
V3AuthVoteDelay 2
V3AuthDistDelay 2
# The tables of countries are 20 MB a process, and 127.0.0.1 is in none of them.
GeoIPFile /dev/null
GeoIPv6File /dev/null
NumCPUs 1
ShutdownWaitLength 0
"""

_RELAY = """\
SocksPort 0
Address 127.0.0.1
# Published at once, so that the first consensus holds every relay.
AssumeReachable 1
# No relay is a way out: a stream to a clearnet host ends inside the network.
ExitRelay 0
ExitPolicy reject *:*
# Tor relays look up names to find out whether their resolver lies; these must ask nobody.
ServerDNSDetectHijacking 0
ServerDNSTestAddresses
ServerDNSResolvConfFile /dev/null
"""

_AUTHORITY = """\
AuthoritativeDirectory 1
V3AuthoritativeDirectory 1
ContactInfo private test network
# Relays that are seconds old get the flags that a client needs of them.
TestingDirAuthVoteGuard *
TestingDirAuthVoteHSDir *
"""


@dataclass(frozen=True, slots=True)
class Authority:
    """A directory authority as the others know it.

    Attributes:
        name: its nickname.
        or_port: loopback port for relay connections.
        dir_port: loopback port for directory requests.
        identity: v3 identity fingerprint, 40 hex digits.
        fingerprint: relay fingerprint, 40 hex digits.
    """

    name: str
    or_port: int
    dir_port: int
    identity: str
    fingerprint: str


def bandwidths(fingerprints: Sequence[str], measured_at: float) -> str:
    """What the authorities "measured" of each relay: the same (bandwidth-file-spec.txt, version 1.0.0).

    Without it a relay counts for what it claims to have carried so far, which for most is nothing: then every path
    ends at the one that claims something, and where that is a client's guard too, no circuit can be built.

    Args:
        fingerprints: 40 hex digits each.
        measured_at: Unix time.
    """
    lines = [f"node_id=${fingerprint} bw={_KILOBYTES_PER_SECOND}" for fingerprint in fingerprints]
    return "\n".join([str(int(measured_at)), *lines]) + "\n"


def stability(fingerprints: Sequence[str], now: float) -> str:
    """An authority's memory of each relay: a month of uptime (its file ``router-stability``, format 2).

    Without it only the relays that started some seconds before the others count as stable, which on a busy machine may
    be one, and circuits of onion services want a stable last hop: where that one is the guard too, none can be built.

    Args:
        fingerprints: 40 hex digits each.
        now: Unix time.
    """
    written, since = _moment(now), _moment(now - _MONTH_SECONDS)
    lines = ["format 2", f"stored-at {written}", f"tracked-since {since}", f"last-downrated {written}", "data"]
    for fingerprint in fingerprints:
        lines += [f"R {fingerprint}", f"+MTBF {_MONTH_SECONDS} 1.00000", f"+WFU {_MONTH_SECONDS} {_MONTH_SECONDS}"]
    return "\n".join([*lines, "."]) + "\n"


def authority_torrc(
    folder: Path, own: Authority, authorities: Sequence[Authority], *, bandwidths: Path, started_at: float
) -> str:
    """A directory authority, which is a relay too.

    Authorities vote at fixed seconds of the clock, 4 s before the interval ends (the two delays), and one that starts
    later than that votes at once, before any relay has published itself: its consensus is then useless for 10 s or
    more. So the intervals are laid to begin when the network starts (``started_at``, Unix time).
    """
    ports = f"ORPort {LOOPBACK}:{own.or_port} IPv4Only\nDirPort {LOOPBACK}:{own.dir_port}\n"
    offset = f"TestingV3AuthVotingStartOffset {int(started_at) % _VOTING_INTERVAL}\n"
    measured = f'V3BandwidthsFile "{bandwidths}"\n'
    return _base(folder, own.name, authorities) + _RELAY + _AUTHORITY + offset + measured + ports


def relay_torrc(folder: Path, name: str, authorities: Sequence[Authority], or_port: int) -> str:
    """A relay."""
    return _base(folder, name, authorities) + _RELAY + f"ORPort {LOOPBACK}:{or_port} IPv4Only\n"


def controlled_torrc(
    folder: Path, name: str, authorities: Sequence[Authority], *, control_port: int, socks_port: int | None
) -> str:
    """A Tor that is no relay: the client (with a SOCKS port), and the one that runs the onion services (without).

    It connects when it is told to: one that asks for a consensus before there is one waits ever longer between tries.
    """
    socks = "0" if socks_port is None else f"{LOOPBACK}:{socks_port}"
    return (
        _base(folder, name, authorities)
        + f"SocksPort {socks}\n"
        + f"ControlPort {LOOPBACK}:{control_port}\n"
        + "CookieAuthentication 1\n"
        + "DisableNetwork 1\n"
        # On a busy machine a relay may sleep through a circuit: it is given up for another, not waited for a minute.
        + f"CircuitBuildTimeout {_CIRCUIT_SECONDS}\n"
        + "LearnCircuitBuildTimeout 0\n"
    )


def _base(folder: Path, name: str, authorities: Sequence[Authority]) -> str:
    lines = [
        f"Nickname {name}",
        f'DataDirectory "{folder}"',
        "Log notice stdout",
    ]
    lines += [
        f"DirAuthority {each.name} orport={each.or_port} no-v2 v3ident={each.identity} "
        f"{LOOPBACK}:{each.dir_port} {each.fingerprint}"
        for each in authorities
    ]
    return _COMMON + "\n".join(lines) + "\n"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
