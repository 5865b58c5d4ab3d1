"""Plans."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional, Union

from ._report import Finding


class Plan:
    """The cheapest calls that make a change, or the reasons why there are none. It is iterable: its steps.

    >>> import massup
    >>> change = {"module": "Leads", "set": {"City": "Chennai"}, "select": {"ids": ["7", "8"]}}
    >>> plan = massup.plan(change)
    >>> plan
    <Plan: Leads v8, 1 call, 2 records, 1 credit>
    >>> [step["path"] for step in plan]
    ['/crm/v8/Leads/actions/mass_update']

    >>> massup.plan({**change, "policy": {"automation": "forbid"}})
    <Plan: Leads v8, not possible>
    """

    def __init__(self, document: bytes, lines: Optional[bytes]) -> None:
        self._document: dict[str, Any] = json.loads(document)
        self._lines = lines

    @property
    def feasible(self) -> bool:
        """Whether there is a plan without errors."""
        return self._lines is not None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Hazards of the plan, and what is wrong with its calls."""
        return tuple(Finding._of(one, False) for one in self._document["findings"])

    @property
    def nearest(self) -> tuple[str, ...]:
        """Changes that would each make a plan possible, the smallest first."""
        return tuple(self._document.get("nearest", ()))

    @property
    def calls(self) -> Optional[int]:
        """The number of calls that update records, if known."""
        return self._number("calls")

    @property
    def records(self) -> Optional[int]:
        """The number of different records, if known."""
        return self._number("records")

    @property
    def credits(self) -> Optional[int]:
        """The API credits that the plan takes, if known."""
        return self._number("credits")

    def _number(self, name: str) -> Optional[int]:
        number: Optional[int] = self._document.get(name)
        return number

    def to_dict(self) -> dict[str, Any]:
        """The document of ``massup plan --format json``: totals, cost, findings, alternatives."""
        return self._document

    def to_jsonl(self) -> bytes:
        """The plan file, for ``massup apply``.

        Raises `ValueError` if no plan is possible.
        """
        if self._lines is None:
            reasons = [*self.nearest, *map(str, self.findings)]
            raise ValueError("no plan is possible; " + "; ".join(reasons))
        return self._lines

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes the plan file.

        Raises `ValueError` if no plan is possible.
        """
        Path(path).write_bytes(self.to_jsonl())

    def __iter__(self) -> Iterator[dict[str, Any]]:
        # The first line is the header, the last the footer.
        for line in self.to_jsonl().splitlines()[1:-1]:
            yield json.loads(line)

    def __repr__(self) -> str:
        document = self._document
        head = f"{document['module']} {document['api_version']}"
        if not self.feasible:
            return f"<Plan: {head}, not possible>"
        names = (("calls", "call"), ("records", "record"), ("credits", "credit"))
        counts = [(document.get(key), name) for key, name in names]
        known = [f"{number} {name}{'s' * (number != 1)}" for number, name in counts if number is not None]
        return f"<Plan: {', '.join([head, *known])}>"
