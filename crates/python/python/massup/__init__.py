"""Lint and plan Zoho CRM mass updates, offline.

>>> import massup
>>> report = massup.lint({"data": [{"City": "Chennai"}], "ids": []}, module="Leads")
>>> report.ok
False
>>> report.errors[0]
<Finding MU120 empty-ids: error at '/ids': `ids` is empty: no record is selected>
"""

from ._api import Linter, explain, lint, plan
from ._massup import VERSION as __version__
from ._massup import Error
from ._plan import Plan
from ._report import (
    Answer,
    Automation,
    Explanation,
    Finding,
    Fix,
    LintError,
    Report,
    Signature,
    Unchecked,
)

__all__ = [
    "Answer",
    "Automation",
    "Error",
    "Explanation",
    "Finding",
    "Fix",
    "LintError",
    "Linter",
    "Plan",
    "Report",
    "Signature",
    "Unchecked",
    "__version__",
    "explain",
    "lint",
    "plan",
]

for _name in __all__:
    if not _name.startswith("_"):
        # Tracebacks name what people import.
        globals()[_name].__module__ = __name__
