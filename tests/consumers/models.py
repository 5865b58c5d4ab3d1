"""Uses pydantic models that datamodel-code-generator made from the schemas: examples are read, wrong data is refused."""

import json
import sys
from pathlib import Path

import job_status
import response
import settings
from pydantic import ValidationError


def accepted(model: type, data: object) -> bool:
    try:
        model.model_validate(data)
    except ValidationError:
        return False
    return True


schemas = Path(sys.argv[1])
for name, model in [("response", response.Model), ("job-status", job_status.Model), ("settings", settings.Model)]:
    schema = json.loads((schemas / f"{name}.schema.json").read_text(encoding="utf-8"))
    for example in schema["examples"]:
        assert accepted(model, example), (name, example)
for wrong in [{"denny": "note"}, {"deny": "all"}, {"files": [{"module": "Leads"}]}]:
    assert not accepted(settings.Model, wrong), wrong
print("pydantic: examples are read, wrong data is refused")
