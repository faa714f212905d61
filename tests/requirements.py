"""What a test needs of the machine: where it is missing the test is skipped, or fails when all of it is required.

``NIGHTPOST_REQUIRE=all`` (or a comma-separated list such as ``tor,elasticsearch``) turns the skip into a failure: CI
sets it, so that a missing server can never pass for a green run.
"""

import os
from typing import NoReturn

import pytest


def is_required(need: str) -> bool:
    """Whether this machine was said to have it."""
    required = {word.strip() for word in os.environ.get("NIGHTPOST_REQUIRE", "").split(",")}
    return "all" in required or need in required


def missing(need: str, how_to_get_it: str) -> NoReturn:
    """End the test: skipped with the reason, or failed when the need is required."""
    reason = f"{need} is missing: {how_to_get_it}"
    if is_required(need):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
