"""Reports and their findings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Optional

from . import _massup

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Answer:
    """What the server would answer."""

    code: str
    """The code, such as ``INVALID_DATA``."""
    message: str
    """The message, as documented."""
    status: Optional[int] = None
    """The HTTP status, if a document gives it for the API version."""


@dataclass(frozen=True)
class Fix:
    """A change that removes a finding."""

    title: str
    """What it does."""
    applicability: Literal["safe", "unsafe"]
    """Whether the call means the same before and after."""
    patch: tuple[Mapping[str, Any], ...]
    """The change as a JSON Patch (RFC 6902) of the body."""


@dataclass(frozen=True)
class Automation:
    """Whether a call triggers workflows, approvals and blueprints."""

    outcome: Literal["triggered", "not_triggered", "undefined"]
    reason: str
    call: Optional[int] = None
    """The call, counted from 1, if there are several."""


@dataclass(frozen=True)
class Unchecked:
    """A rule that could not be decided, because data is missing."""

    code: str
    name: str
    needs: str
    """The missing data."""
    supply: str
    """What supplies it: a command, an option or a file."""


@dataclass(frozen=True)
class Signature:
    """A signature of a plan."""

    key: str
    """The id of the key."""
    checked: bool
    """Whether the plan was checked with the public key, which is trusted."""


@dataclass(frozen=True, repr=False)
class Finding:
    """Something that is wrong, or may be.

    >>> import massup
    >>> [finding] = massup.lint('{"data": [{"City": "Chennai"}]}', module="Leads")
    >>> finding.code, finding.name, finding.severity
    ('MU116', 'no-selection', 'error')
    >>> finding.answers[0]
    Answer(code='MANDATORY_NOT_FOUND', message='required field not found', status=400)
    >>> print(finding)
    error[MU116 no-selection]: no record is selected: neither `ids` nor `cvid` is given
    """

    code: str
    """The code of the rule, such as ``MU104``."""
    name: str
    """The name of the rule, such as ``cvid-and-ids``."""
    severity: Severity
    message: str
    pointer: str = ""
    """The place in the body, as a JSON Pointer (RFC 6901)."""
    help: Optional[str] = None
    """What to do about it."""
    evidence: str = ""
    """How well the constraint is known: ``documented``, ``contradicted`` or ``inferred``."""
    answers: tuple[Answer, ...] = ()
    """What the server would answer, most likely first; empty if no document says."""
    fix: Optional[Fix] = None
    call: Optional[int] = None
    """The call, counted from 1, if there are several."""
    line: Optional[int] = None
    """The line in the text, from 1; ``None`` for objects, which were never a text."""
    column: Optional[int] = None
    """The column in the line, from 1, in characters."""
    more: int = 0
    """The number of further findings of the rule in the call that are not listed."""

    def __repr__(self) -> str:
        place = f" at {self.pointer!r}" if self.pointer else ""
        return f"<Finding {self.code} {self.name}: {self.severity}{place}: {self.message}>"

    def __str__(self) -> str:
        return f"{self.severity}[{self.code} {self.name}]: {self.message}"

    @classmethod
    def _of(cls, data: dict[str, Any], located: bool) -> Finding:
        data = dict(data, answers=tuple(Answer(**answer) for answer in data.get("answers", ())))
        if "fix" in data:
            data["fix"] = Fix(**dict(data["fix"], patch=tuple(data["fix"]["patch"])))
        if not located:
            data.pop("line", None)
            data.pop("column", None)
        return cls(**data)


class Report:
    """What was found in a body, a change file or a plan. It is iterable, and false if there are no findings.

    >>> import massup
    >>> report = massup.lint({"data": [{"City": "Chennai"}], "ids": ["554023000000497007"]}, module="Leads")
    >>> report
    <Report: no findings>
    >>> report.ok, len(report), report.automations[0].outcome
    (True, 0, 'triggered')
    >>> report.unchecked[0].supply
    'write `scopes` to .massup/snapshot/user.json'
    """

    def __init__(self, raw: _massup.Report, located: bool = True) -> None:
        self._raw = raw
        self._located = located

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return self._raw.counts[0] == 0

    @cached_property
    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self._raw.json())
        return data

    @property
    def _file(self) -> dict[str, Any]:
        file: dict[str, Any] = self._data["files"][0]
        return file

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, by place."""
        return tuple(Finding._of(one, self._located) for one in self._file["diagnostics"])

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity == severity)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Documented refusals."""
        return self._of("error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What is legal or undocumented, but hazardous."""
        return self._of("warning")

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What is worth knowing."""
        return self._of("note")

    @cached_property
    def automations(self) -> tuple[Automation, ...]:
        """Whether the calls trigger workflows, approvals and blueprints, in the order of the calls."""
        return tuple(Automation(**one) for one in self._file["automations"])

    @cached_property
    def unchecked(self) -> tuple[Unchecked, ...]:
        """The rules that could not be decided, by code."""
        return tuple(Unchecked(**one) for one in self._file["unchecked"])

    @property
    def signature(self) -> Optional[Signature]:
        """The signature next to the file, if it is a plan that has one."""
        signature = self._file.get("signature")
        return None if signature is None else Signature(**signature)

    @property
    def path(self) -> str:
        """The name of the text, or the path of the file."""
        path: str = self._file["path"]
        return path

    def raise_for_errors(self) -> None:
        """Raises `LintError` if there is an error.

        >>> import massup
        >>> massup.lint({"data": [], "ids": ["7"]}).raise_for_errors()
        Traceback (most recent call last):
        massup.LintError: error[MU114 no-field]: no field is set: `data` is empty
        """
        if not self.ok:
            raise LintError(self)

    def to_dict(self) -> dict[str, Any]:
        """The document of ``massup lint --format json``; ``massup schema report`` describes it."""
        data: dict[str, Any] = json.loads(self._raw.json())
        return data

    def to_json(self) -> str:
        """`to_dict` as text."""
        return self._raw.json().decode()

    def __len__(self) -> int:
        return len(self.findings) if any(self._raw.counts) else 0

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __repr__(self) -> str:
        names = zip(self._raw.counts, ("error", "warning", "note"))
        counts = [f"{number} {name}{'s' * (number > 1)}" for number, name in names if number]
        return f"<Report: {', '.join(counts) or 'no findings'}>"

    def __str__(self) -> str:
        return "\n".join(map(str, self.findings)) or "no findings"


class LintError(Exception):
    """A call, change file or plan has errors; `report` lists them."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return "\n".join(map(str, self.report.errors))


@dataclass(frozen=True, repr=False)
class Explanation:
    """What a rule, or an answer of the server, means.

    >>> import massup
    >>> print(massup.explain("ALREADY_SCHEDULED"))  # doctest: +ELLIPSIS
    HTTP 400 ALREADY_SCHEDULED ...
    >>> massup.explain("cvid-and-ids").data["code"]
    'MU104'
    """

    text: str
    data: Mapping[str, Any]
    """The explanation as data: a rule, or ``errors`` and ``states``."""

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Explanation: {self.text.splitlines()[0]}>"
