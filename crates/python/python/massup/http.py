"""Checks mass updates that a program is about to send with requests or httpx.

>>> import massup.http, requests
>>> session = massup.http.guard(requests.Session())
>>> url = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update"
>>> session.post(url, json={"data": [{"City": "Chennai"}], "ids": []})
Traceback (most recent call last):
massup.LintError: error[MU120 empty-ids]: `ids` is empty: no record is selected
"""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any, Optional, TypeVar, Union
from urllib.parse import urlsplit

from . import Linter, LintError, Report

if TYPE_CHECKING:
    import httpx
    import requests

    Client = TypeVar("Client", requests.Session, httpx.Client, httpx.AsyncClient)

__all__ = ["MassUpdateWarning", "check", "guard"]

_ENDING = "/actions/mass_update"


class MassUpdateWarning(UserWarning):
    """A mass update has warnings, or a body that cannot be checked."""


def check(
    method: str, url: str, body: Union[str, bytes, None], linter: Optional[Linter] = None
) -> Optional[Report]:
    """Checks a request; `None` if it is not a mass update.

    >>> import massup.http
    >>> url = "https://www.zohoapis.com/crm/v8/Leads/actions/mass_update"
    >>> massup.http.check("POST", url, '{"data": [{"City": "a", "State": "b"}], "ids": ["7"]}')
    <Report: 1 error>
    >>> massup.http.check("GET", "https://www.zohoapis.com/crm/v8/Leads", None)
    """
    parts = urlsplit(url)
    if _ENDING not in parts.path.lower():
        return None
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    head = json.dumps({"method": method.upper(), "path": path}).encode()
    # The body goes in as it is sent, so that duplicate keys and long numbers stay as they are.
    text = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body or b""
    call = head[:-1] + b', "body": ' + text + b"}" if text.strip() else head
    return (linter or Linter()).lint(call, name="call.json")


def guard(client: Client, linter: Optional[Linter] = None) -> Client:
    """Makes a `requests.Session`, `httpx.Client` or `httpx.AsyncClient` check mass updates before it sends them.

    A mass update with errors raises `LintError` and is not sent; one with warnings gives a `MassUpdateWarning`. Other
    requests are sent as they are.
    """
    linter = linter or Linter()
    # A client of the one kind does not need the other kind installed.
    either: Any = client
    if hasattr(either, "adapters"):
        _guard_requests(either, linter)
    elif hasattr(either, "event_hooks"):
        _guard_httpx(either, linter)
    else:
        raise TypeError(f"cannot guard {type(client).__name__!r}; give a client of requests or httpx")
    return client


def _guard_requests(session: requests.Session, linter: Linter) -> None:
    from requests.adapters import BaseAdapter

    class Guard(BaseAdapter):
        def __init__(self, inner: BaseAdapter) -> None:
            super().__init__()
            self.inner = inner

        def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
            _refuse(request.method or "", request.url or "", request.body, linter)
            return self.inner.send(request, *args, **more)

        def close(self) -> None:
            self.inner.close()

    for prefix, adapter in list(session.adapters.items()):
        session.mount(prefix, Guard(adapter))


def _guard_httpx(client: Union[httpx.Client, httpx.AsyncClient], linter: Linter) -> None:
    import httpx

    def before(request: httpx.Request) -> None:
        _refuse(request.method, str(request.url), request.read(), linter)

    async def before_async(request: httpx.Request) -> None:
        _refuse(request.method, str(request.url), await request.aread(), linter)

    hooks = client.event_hooks
    hooks["request"].append(before_async if isinstance(client, httpx.AsyncClient) else before)
    client.event_hooks = hooks


def _refuse(method: str, url: str, body: object, linter: Linter) -> None:
    """Raises `LintError` for a mass update with errors."""
    if body is not None and not isinstance(body, (str, bytes)):
        if _ENDING in url.lower():
            message = "a mass update is sent as a stream, which massup cannot check; send bytes or `json=`"
            warnings.warn(message, MassUpdateWarning, stacklevel=2)
        return
    report = check(method, url, body, linter)
    if report is None:
        return
    if not report.ok:
        raise LintError(report)
    for finding in report.warnings:
        warnings.warn(str(finding), MassUpdateWarning, stacklevel=2)
