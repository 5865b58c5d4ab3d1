"""The pytest plugin. It does nothing unless it is asked to.

``pytest --massup`` lints change files (``*.massup.json``, ``.yaml``, ``.toml``) and plans (``*.plan.jsonl``) as tests.
The fixture ``massup_guard`` checks every mass update that a test sends with requests or httpx.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional, Union

import pytest

from . import Linter, LintError, lint

_ENDINGS = (".massup.json", ".massup.yaml", ".massup.yml", ".massup.toml", ".plan.jsonl")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--massup``."""
    group = parser.getgroup("massup")
    group.addoption("--massup", action="store_true", help="lint change files and plans of mass updates as tests")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Optional[pytest.Collector]:
    """Collects change files and plans."""
    if parent.config.getoption("--massup") and file_path.name.endswith(_ENDINGS):
        return LintFile.from_parent(parent, path=file_path)
    return None


class LintFile(pytest.File):
    """A change file or a plan."""

    def collect(self) -> Iterator[pytest.Item]:
        """Makes one test of the file."""
        yield LintItem.from_parent(self, name="massup")


class LintItem(pytest.Item):
    """The lint of a file."""

    def runtest(self) -> None:
        """Fails if there is an error."""
        lint(self.path).raise_for_errors()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Shows the errors with their places, without a traceback."""
        if not isinstance(excinfo.value, LintError):
            return super().repr_failure(excinfo, style)
        lines = []
        for finding in excinfo.value.report:
            place = f"{self.path.name}:{finding.line}:{finding.column}: " if finding.line else ""
            lines.append(f"{place}{finding}")
            if finding.help:
                lines.append(f"  help: {finding.help}")
        return "\n".join(lines)

    def reportinfo(self) -> tuple[Path, Union[int, None], str]:
        """Names the file."""
        return self.path, None, f"massup: {self.path.name}"


@pytest.fixture
def massup_guard(monkeypatch: pytest.MonkeyPatch) -> Linter:
    """Checks every mass update that the test sends with requests or httpx, and returns the linter."""
    from .http import _refuse

    linter = Linter()

    def before(module: str, client: str, method: str, read: str) -> None:
        try:
            owner = getattr(__import__(module), client)
        except ImportError:
            return
        send = getattr(owner, method)

        def checked(self: Any, request: Any, *args: Any, **more: Any) -> Any:
            _refuse(request.method, str(request.url), getattr(request, read), linter)
            return send(self, request, *args, **more)

        monkeypatch.setattr(owner, method, checked)

    before("requests", "Session", "send", "body")
    before("httpx", "Client", "send", "content")
    before("httpx", "AsyncClient", "send", "content")
    return linter
