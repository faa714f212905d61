"""A learned layout as the text of a file that a person reads and corrects."""

from dataclasses import dataclass
from typing import Any

import yaml

_HEAD = """\
# Learned from saved pages. Each field says how sure it is (confidence, 0 to 1) and why (evidence): look at the least
# sure first, with "nightpost layout check", and correct them here; the language is described in docs/layouts.md.
"""


@dataclass(frozen=True, slots=True)
class LearnedPage:
    """A page of a learned layout, in a layout's words, and the numbers of the saved pages that are recognised by it."""

    written: dict[str, Any]
    samples: frozenset[int]


class _Writer(yaml.SafeDumper):
    """Writes nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        """Repeat what occurs twice: anchors are hard to correct."""
        return True


def layout_text(given: dict[str, Any]) -> str:
    """The text of a layout's file."""
    body: str = yaml.dump(
        given, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=118, default_flow_style=False
    )
    return _HEAD + body
