"""What is about to be sent is checked; a call with errors never leaves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
import requests

import massup
from massup.http import MassUpdateWarning, check, guard

PATH = "/crm/v8/Leads/actions/mass_update"
GOOD = {"data": [{"City": "Chennai"}], "ids": ["554023000000497007"]}
BAD = {"data": [{"City": "Chennai"}], "ids": []}
DOUBTFUL = {"data": [{"City": "Chennai"}], "ids": ["554023000000497007", "554023000000497007"]}


class Server(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.seen.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_requests(server: Server) -> None:
    with guard(requests.Session()) as session:
        with pytest.raises(massup.LintError, match="empty-ids"):
            session.post(server.url + PATH, json=BAD)
        with pytest.warns(MassUpdateWarning, match="duplicate"):
            session.post(server.url + PATH, json=DOUBTFUL)
        assert session.post(server.url + PATH, json=GOOD).status_code == 200
        assert session.post(server.url + "/crm/v8/Leads", json=BAD).status_code == 200
    assert len(server.seen) == 3


def test_a_stream_is_sent_with_a_warning(server: Server) -> None:
    with guard(requests.Session()) as session, pytest.warns(MassUpdateWarning, match="sent as a stream"):
        with open(__file__, "rb") as file:
            session.post(server.url + PATH, data=file)
    assert len(server.seen) == 1


def test_httpx(server: Server) -> None:
    with guard(httpx.Client()) as client:
        with pytest.raises(massup.LintError, match="empty-ids"):
            client.post(server.url + PATH, json=BAD)
        assert client.post(server.url + PATH, json=GOOD).status_code == 200
    assert len(server.seen) == 1


def test_httpx_async(server: Server) -> None:
    async def send() -> None:
        async with guard(httpx.AsyncClient()) as client:
            with pytest.raises(massup.LintError, match="empty-ids"):
                await client.post(server.url + PATH, json=BAD)
            assert (await client.post(server.url + PATH, json=GOOD)).status_code == 200

    asyncio.run(send())
    assert len(server.seen) == 1


def test_a_client_without_a_guard_sends_everything(server: Server) -> None:
    requests.post(server.url + PATH, json=BAD, timeout=10)
    assert len(server.seen) == 1


def test_a_linter_decides_what_is_refused(server: Server) -> None:
    session = guard(requests.Session(), massup.Linter(allow=["empty-ids"]))
    assert session.post(server.url + PATH, json=BAD).status_code == 200
    with pytest.raises(TypeError, match="cannot guard 'int'"):
        guard(7)  # type: ignore[type-var]


def test_the_bytes_are_checked_as_they_are_sent() -> None:
    url = "https://www.zohoapis.com" + PATH
    twice = '{"data": [{"City": "a", "City": "b"}], "ids": ["7"]}'
    report = check("POST", url, twice)
    assert report is not None and "duplicate-key" in [finding.name for finding in report]
    for body in ("a=b", "{", "", None):
        report = check("POST", url, body)
        assert report is not None and not report.ok, body
    report = check("GET", url + "?job_id=554023000000568002", None)
    assert report is not None and report.ok
    assert check("POST", "https://www.zohoapis.com/crm/v8/Leads", "{") is None
