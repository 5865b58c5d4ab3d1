"""Verdicts of Python's jsonschema: reads {"schema": path, "body": text} a line, writes true or false a line."""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

compiled = {}
for line in sys.stdin:
    case = json.loads(line)
    path = case["schema"]
    if path not in compiled:
        schema = json.loads(Path(path).read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        compiled[path] = Draft202012Validator(schema)
    print("true" if compiled[path].is_valid(json.loads(case["body"])) else "false")
