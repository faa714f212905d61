"""The keys of the directory authorities, made by Tor's own programs."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from replica.tor.errors import PrivateTorError
from replica.tor.torrc import LOOPBACK, Authority

_SECONDS_FOR_KEYS = 60
_INSTALL = "install Tor (Debian: apt-get install tor)"


def find_program(name: str) -> str:
    """The path of one of Tor's programs; Debian keeps some in /usr/sbin, which is not on every user's path.

    Raises:
        PrivateTorError: it is not installed.
    """
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin")
    if found is None:
        raise PrivateTorError(f"the program {name!r} is not installed; {_INSTALL}")
    return found


def make_authorities(folders: dict[str, Path], ports: dict[str, tuple[int, int]]) -> list[Authority]:
    """Make the keys of each authority in its data folder.

    Args:
        folders: data folder of each authority, by nickname.
        ports: relay and directory port of each, by nickname.

    Raises:
        PrivateTorError: a program is missing or failed.
    """
    gencert = find_program("tor-gencert")

    def make(name: str) -> Authority:
        keys = folders[name] / "keys"
        keys.mkdir(mode=0o700, parents=True)
        or_port, dir_port = ports[name]
        _run(
            [gencert, "--create-identity-key", "-m", "12", "-a", f"{LOOPBACK}:{dir_port}", "--passphrase-fd", "0"],
            keys,
        )
        certificate = (keys / "authority_certificate").read_text(encoding="ascii")
        identity = _field(r"^fingerprint ([0-9A-F]{40})$", certificate, "tor-gencert")
        return Authority(name, or_port, dir_port, identity, _make_fingerprint(folders[name], name))

    with ThreadPoolExecutor() as pool:
        return list(pool.map(make, folders))


def make_relays(folders: dict[str, Path]) -> list[str]:
    """Make the keys of each relay in its data folder; the relays' fingerprints, 40 hex digits each.

    Raises:
        PrivateTorError: Tor is missing or failed.
    """
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda name: _make_fingerprint(folders[name], name), folders))


def _make_fingerprint(folder: Path, name: str) -> str:
    nothing = folder / "empty-torrc"  # instead of the machine's own configuration
    nothing.touch()
    # The port and the authority are never spoken to: Tor wants to know that it is a relay, and of no public network.
    listed = _run(
        [
            *(find_program("tor"), "--hush", "--list-fingerprint", "-f", str(nothing)),
            *("--defaults-torrc", str(nothing), "--ORPort", f"{LOOPBACK}:1", "--Nickname", name),
            *("--DataDirectory", str(folder), "--DirAuthority", f"nobody {LOOPBACK}:1 {'F' * 40}"),
        ],
        folder,
    )
    return _field(rf"^{name} ([0-9A-F ]+)$", listed, "tor --list-fingerprint").replace(" ", "")


def _field(pattern: str, text: str, source: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise PrivateTorError(f"{source} answered {text[-200:]!r}, without a fingerprint; check the Tor installation")
    return match[1]


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(  # noqa: S603  Tor's own programs
            command, cwd=folder, input="\n", capture_output=True, text=True, timeout=_SECONDS_FOR_KEYS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or getattr(error, "stdout", None) or str(error)
        raise PrivateTorError(
            f"{Path(command[0]).name} could not make the keys of a directory authority: {said.strip()[-300:]!r}; "
            "check the Tor installation"
        ) from error
    return done.stdout
