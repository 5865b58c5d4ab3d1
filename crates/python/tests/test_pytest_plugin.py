"""The plugin for pytest."""

from __future__ import annotations

import pytest

GOOD = "module: Leads\nset: { City: Chennai }\nselect: { ids: ['554023000000497007'] }\n"


def write(pytester: pytest.Pytester) -> None:
    (pytester.path / "good.massup.yaml").write_text(GOOD)
    (pytester.path / "bad.massup.yaml").write_text(GOOD.replace("select", "# select"))


def test_files_are_tests_when_asked_for(pytester: pytest.Pytester) -> None:
    write(pytester)
    result = pytester.runpytest("--massup")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["bad.massup.yaml:*: error[[]MU116 no-selection[]]: *", "  help: *"])


def test_files_are_not_tests_otherwise(pytester: pytest.Pytester) -> None:
    write(pytester)
    pytester.runpytest().assert_outcomes()


def test_the_guard_is_on_for_one_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import httpx, massup, pytest, requests

        URL = "http://127.0.0.1:1/crm/v8/Leads/actions/mass_update"
        BAD = {"data": [{"City": "Chennai"}], "ids": []}

        def test_guarded(massup_guard):
            for client in (requests, httpx):
                with pytest.raises(massup.LintError, match="empty-ids"):
                    client.post(URL, json=BAD, timeout=5)

        def test_unguarded():
            with pytest.raises(requests.ConnectionError):
                requests.post(URL, json=BAD, timeout=5)
        """
    )
    pytester.runpytest().assert_outcomes(passed=2)
