"""Reading in a process of its own whose memory and processor time are limited: what hostile pages are read in."""

import json
import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

from extractors.reading import Reading


def apart(read: Callable[[], Reading], *, memory: int, seconds: int) -> dict[str, Any]:
    """What a reading comes to.

    Args:
        read: reads.
        memory: the bytes it may take beyond what this process has.
        seconds: of processor time it may take.

    Returns:
        The ``codes`` of its problems, the ``seconds`` that it took and its ``size`` as JSON; or the ``error`` that
        broke it; or, when a limit was met, how the process ``ended``.
    """
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        with os.fdopen(writes, "w") as answer:
            _limit(memory, seconds)
            json.dump(_said(read), answer)
        os._exit(0)
    os.close(writes)
    with os.fdopen(reads) as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    return json.loads(said) if said else {"ended": os.waitstatus_to_exitcode(status)}


def _said(read: Callable[[], Reading]) -> dict[str, Any]:
    try:
        reading = read()
        return {
            "codes": sorted({problem.code for problem in reading.problems}),
            "seconds": round(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]), 1),
            "size": len(reading.model_dump_json()),
        }
    # Whatever it is that breaks the reader is what the test is to show.
    except BaseException as error:  # noqa: BLE001
        return {"error": f"{type(error).__name__}: {error}"[:200]}


def _limit(memory: int, seconds: int) -> None:
    """Limit this process's address space and processor time, beyond what it has of them."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds))
