"""Bodies, files and findings."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import massup

BODY: dict[str, Any] = {"data": [{"City": "Chennai"}], "ids": []}
MASSUP = [sys.executable, "-m", "massup"]


def codes(report: massup.Report) -> list[str]:
    return [finding.code for finding in report]


def test_every_form_of_a_body_has_the_same_findings() -> None:
    text = json.dumps(BODY)
    data = text.encode()
    for source in (BODY, text, data, bytearray(data), memoryview(data)):
        assert codes(massup.lint(source, module="Leads")) == ["MU120"], type(source)
    assert codes(massup.lint([BODY, BODY], module="Leads")) == ["MU120", "MU120"]
    assert massup.lint(text, module="Leads").errors[0].line == 1
    assert massup.lint(BODY, module="Leads").errors[0].line is None, "an object has no lines"


def test_what_is_not_json_is_an_error_of_python() -> None:
    cycle: dict[str, Any] = {}
    cycle["data"] = cycle
    for wrong, error in [
        ({"data": [{"Amount": float("nan")}]}, ValueError),
        ({"data": [{"Closing_Date": object()}]}, TypeError),
        (cycle, ValueError),
        (7, TypeError),
        (None, TypeError),
    ]:
        with pytest.raises(error):
            massup.lint(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes a list of rules"):
        massup.Linter(allow="MU104")
    with pytest.raises(ValueError, match="`v99` is not an API version"):
        massup.lint(BODY, api_version="v99")
    with pytest.raises(massup.Error, match="not a snapshot directory"):
        massup.lint(BODY, snapshot="no-such-directory")


def test_text_that_is_not_utf_8_or_not_json_has_findings() -> None:
    for text in ("", "{", "\ud800", b"\xff", b"\x00", '{"data": [{"City": "\ud800"}], "ids": ["7"]}'):
        assert not massup.lint(text).ok, text


def test_a_file_is_linted_as_the_command_does(root: Path) -> None:
    files = [*(root / "tests/corpus/page").rglob("*.json"), *(root / "examples").glob("*.json")]
    assert len(files) > 10
    for path in files:
        command = [*MASSUP, "lint", "--format", "json", os.fspath(path)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        report = massup.lint(path)
        assert report.to_dict() == json.loads(ran.stdout), path
        assert report.ok == (ran.returncode == 0), path


def test_a_snapshot_tells_the_fields(root: Path) -> None:
    body = {"data": [{"Lead_Source": "Advertisment"}], "ids": ["554023000000497007"]}
    report = massup.lint(body, module="Leads", snapshot=root / "examples/snapshot")
    assert "unknown-option" in [finding.name for finding in report.warnings]
    assert len(report.unchecked) < len(massup.lint(body, module="Leads").unchecked)


def test_findings_are_plain_values() -> None:
    body = {"data": [{"City": "a"}], "cvid": "554023000000091515", "ids": ["554023000000497007"]}
    finding = massup.lint(body, module="Leads").errors[0]
    assert finding.name == "cvid-and-ids" and finding.fix is not None
    assert finding.fix.patch[0]["op"] == "remove"
    assert finding == massup.lint(body, module="Leads").errors[0]
    assert finding == pickle.loads(pickle.dumps(finding))
    with pytest.raises(AttributeError):
        finding.code = "MU999"  # type: ignore[misc]


def test_reports_count_what_they_hold() -> None:
    report = massup.lint({"data": [{"City": "a", "State": "b"}], "ids": ["7", "7"]}, module="Leads")
    assert len(report) == len(report.findings) == len(report.errors) + len(report.warnings) + len(report.notes)
    assert report and not report.ok
    assert repr(report) == "<Report: 1 error, 1 warning>"
    with pytest.raises(massup.LintError, match="too-many-fields") as raised:
        report.raise_for_errors()
    assert raised.value.report is report


def test_the_interpreter_goes_on_while_a_text_is_checked() -> None:
    item = json.dumps(BODY).encode()
    text = b"[" + b",".join([item] * 20_000) + b"]"
    interval = sys.getswitchinterval()
    # Nobody is interrupted, so that another thread runs only when the lock is released.
    sys.setswitchinterval(1_000)
    try:
        entered, left = threading.Event(), threading.Event()

        def check() -> None:
            entered.set()
            massup.lint(text)
            left.set()

        for _ in range(20):
            entered.clear()
            left.clear()
            thread = threading.Thread(target=check)
            thread.start()
            entered.wait()
            released = not left.is_set()
            thread.join()
            if released:
                return
        pytest.fail("the lock was held")
    finally:
        sys.setswitchinterval(interval)


def test_threads_share_a_linter() -> None:
    linter = massup.Linter(module="Leads")
    found: list[list[str]] = []

    def check() -> None:
        found.extend(codes(linter.lint(BODY)) for _ in range(200))

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["MU120"]] * 800


def test_explanations() -> None:
    rule = massup.explain("MU104")
    assert rule.data["name"] == "cvid-and-ids" and str(rule).startswith("MU104 cvid-and-ids")
    answer = massup.explain('{"code": "INVALID_TOKEN", "message": "invalid oauth token", "status": "error"}')
    assert answer.data["errors"][0]["code"] == "INVALID_TOKEN"


def test_the_command_comes_with_the_package(tmp_path: Path) -> None:
    script = os.fspath(Path(sys.executable).with_name("massup"))
    for command in ([script], MASSUP):
        version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
        assert version.stdout == f"massup {massup.__version__}\n"
    body = tmp_path / "body.json"
    body.write_text(json.dumps(BODY))
    file = os.fspath(body)
    for arguments, code in [(["lint", file], 1), (["lint", file, "--allow", "empty-ids"], 0), (["lint", "--no"], 2)]:
        ran = subprocess.run([*MASSUP, *arguments], capture_output=True, check=False)
        assert ran.returncode == code, ran.stderr


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
def test_an_interrupt_ends_the_command() -> None:
    command = [*MASSUP, "emulate", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as emulator:
        assert emulator.stdout is not None
        emulator.stdout.readline()
        emulator.send_signal(signal.SIGINT)
        emulator.wait(timeout=60)
