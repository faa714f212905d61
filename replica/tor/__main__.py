"""``python -m replica.tor``: a private Tor network until Ctrl-C; its ports and onion addresses as JSON."""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from nightpost.errors import NightpostError
from replica.tor.network import PrivateTorNetwork


def main(arguments: list[str] | None = None) -> int:
    """Run the network; the exit status is 0 after Ctrl-C or SIGTERM, 1 when it could not be started."""
    parser = argparse.ArgumentParser(prog="python -m replica.tor", description="A private Tor network on loopback.")
    parser.add_argument(
        "--serve", type=int, nargs="+", default=[], metavar="PORT", help="loopback ports to publish as onion services"
    )
    parser.add_argument("--folder", type=Path, help="keep data here: the onion addresses stay the same next time")
    options = parser.parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM):
        # SIGINT too: a shell starts programs in the background with it ignored, and Python would leave it so.
        signal.signal(number, _interrupt)
    try:
        with PrivateTorNetwork({str(port): port for port in options.serve}, folder=options.folder) as network:
            answer = {
                "socks_port": network.socks_port,
                "control_port": network.control_port,
                "onions": network.onions,
                "pids": network.pids,
                "boot_seconds": round(network.boot_seconds, 1),
            }
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
            threading.Event().wait()  # until a signal interrupts it
            return 0
    except NightpostError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
