"""Holds the cases of schemas/tests against the schemas, draft 2020-12, with jsonschema."""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

BASE = "https://massup.example/schemas/v1/"


def validator(schemas: Path, ref: str) -> Draft202012Validator:
    name = ref.removeprefix(BASE)
    schema = json.loads((schemas / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def main(schemas: Path) -> int:
    cases = wrong = 0
    for table in sorted((schemas / "tests").glob("*.json")):
        for group in json.loads(table.read_text(encoding="utf-8")):
            checks = validator(schemas, group["schema"]["$ref"])
            for case in group["tests"]:
                cases += 1
                if checks.is_valid(case["data"]) != case["valid"]:
                    wrong += 1
                    print(f"{group['description']}: {case['description']}", file=sys.stderr)
    print(f"Python: {cases} cases, {wrong} differ")
    return 1 if wrong or cases < 300 else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
