"""Functions and the linter."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Optional, Union

from . import _massup
from ._plan import Plan
from ._report import Explanation, LintError, Report

Source = Union[Mapping[str, Any], list[Any], str, bytes, bytearray, memoryview, "os.PathLike[str]"]
"""A body or change: an object, its text or bytes, or the path of a file."""

StrPath = Union[str, "os.PathLike[str]"]


class Linter:
    """Checks bodies and files, and plans changes, with one set of options. It can be used by several threads.

    `module` and `api_version` say what bare request bodies are for; `snapshot` is a directory with the metadata of
    the organisation, read once. `allow`, `warn` and `deny` name rules whose findings are left out, warnings or
    errors.

    >>> import massup
    >>> linter = massup.Linter(module="Leads", allow=["empty-ids"])
    >>> linter.lint({"data": [{"City": "Chennai"}], "ids": []})
    <Report: no findings>
    >>> massup.Linter(allow=["empty-id"])
    Traceback (most recent call last):
    ValueError: there is no rule `empty-id`; did you mean `empty-ids`?
    """

    def __init__(
        self,
        *,
        module: Optional[str] = None,
        api_version: Optional[str] = None,
        snapshot: Optional[StrPath] = None,
        allow: Iterable[str] = (),
        warn: Iterable[str] = (),
        deny: Iterable[str] = (),
    ) -> None:
        options = {
            "module": module,
            "api_version": api_version,
            "snapshot": None if snapshot is None else os.fspath(snapshot),
            "allow": _names(allow, "allow"),
            "warn": _names(warn, "warn"),
            "deny": _names(deny, "deny"),
        }
        self._session = _massup.Session(json.dumps(options).encode())

    def lint(self, source: Source, *, name: str = "body.json") -> Report:
        """Checks a body: a `dict`, or JSON as `str` or `bytes`; or a file, by its `Path`.

        The ending of `name` gives the format of a text: ``.json``, ``.jsonl``, ``.yaml``, ``.toml``. A file is
        checked as ``massup lint FILE`` does, with the nearest ``massup.toml`` and snapshot.

        >>> import massup
        >>> linter = massup.Linter(module="Leads")
        >>> linter.lint(b'{"data": [{"City": "Chennai"}], "ids": [7.5]}').errors[0].line
        1
        >>> linter.lint("{module: Leads, set: {City: Chennai}}", name="a.massup.yaml").errors[0].name
        'no-selection'
        """
        if isinstance(source, os.PathLike):
            return Report(self._session.lint_file(source))
        text, located = _text(source)
        return Report(self._session.lint(name, text), located)

    def plan(self, change: Source, *, name: str = "change.json", folder: StrPath = "") -> Plan:
        """Plans a change: a `dict`, a text, or a file, by its `Path`. Files of ids are found in `folder`, or next to
        the change file.

        Raises `LintError` if the change has errors, and `Error` if a file cannot be used. A change that no call can
        make gives a plan that is not `feasible`.

        >>> import massup
        >>> massup.Linter().plan({"module": "Leads", "set": {"City": "Chennai"}})
        Traceback (most recent call last):
        massup.LintError: error[MU116 no-selection]: the change file selects no records
        """
        if isinstance(change, os.PathLike):
            made = self._session.plan_file(change)
        else:
            made = self._session.plan(name, _text(change)[0], folder)
        if isinstance(made, tuple):
            return Plan(*made)
        raise LintError(Report(made, isinstance(change, (str, bytes, os.PathLike))))


def lint(
    source: Source,
    *,
    module: Optional[str] = None,
    api_version: Optional[str] = None,
    snapshot: Optional[StrPath] = None,
) -> Report:
    """Checks a body, or a file by its `Path`; see `Linter.lint`. For many, a `Linter` with a snapshot is faster.

    >>> import massup
    >>> for finding in massup.lint({"data": [{"City": "a", "State": "b"}], "ids": ["7"]}, module="Leads"):
    ...     print(finding.code, finding.pointer, finding.help)
    MU115 /data/0/State set the other fields in separate calls; `massup plan` splits them
    """
    return _linter(module, api_version, snapshot).lint(source)


def plan(
    change: Source,
    *,
    module: Optional[str] = None,
    api_version: Optional[str] = None,
    snapshot: Optional[StrPath] = None,
) -> Plan:
    """Plans a change, or a change file by its `Path`; see `Linter.plan`."""
    return _linter(module, api_version, snapshot).plan(change)


def explain(word: str) -> Explanation:
    """Explains a rule by its code or name, or a code, message or whole answer of the server.

    >>> import massup
    >>> massup.explain("MU104")
    <Explanation: MU104 cvid-and-ids (error, contradicted)>
    >>> massup.explain("MU104x")
    Traceback (most recent call last):
    ValueError: `MU104x` is not a rule, and not a known code, message or answer of the server; did you mean `MU104`?
    """
    text, data = _massup.explain(word)
    return Explanation(text, json.loads(data))


def _linter(module: Optional[str], version: Optional[str], snapshot: Optional[StrPath]) -> Linter:
    if snapshot is not None:
        # It may have changed since the last call.
        return Linter(module=module, api_version=version, snapshot=snapshot)
    return _plain_linter(module, version)


@lru_cache(maxsize=64)
def _plain_linter(module: Optional[str], version: Optional[str]) -> Linter:
    return Linter(module=module, api_version=version)


def _names(names: Iterable[str], option: str) -> list[str]:
    if isinstance(names, str):
        raise TypeError(f"`{option}` takes a list of rules, not a string: [{names!r}]")
    return list(names)


def _text(source: Source) -> tuple[bytes, bool]:
    """The JSON text of an object as HTTP clients send it, or the text itself; and whether it was a text."""
    if isinstance(source, bytes):
        return source, True
    if isinstance(source, str):
        # What is not valid Unicode is for the report to say.
        return source.encode("utf-8", "surrogatepass"), True
    if isinstance(source, (bytearray, memoryview)):
        return bytes(source), True
    if isinstance(source, Mapping):
        return json.dumps(dict(source), allow_nan=False).encode(), False
    if isinstance(source, (list, tuple)):
        return json.dumps(source, allow_nan=False).encode(), False
    raise TypeError(
        f"cannot lint {type(source).__name__!r}; give a dict, a list, JSON as str or bytes, or the Path of a file"
    )
