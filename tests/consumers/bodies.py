"""Holds the types of a module against the lint: a body that lints clean has the type, one that the lint refuses for its
field, type or option does not. Writes programs for `tsc` and `mypy`, which expect exactly these errors."""

import json
import subprocess
import sys
from pathlib import Path

massup, snapshot, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])

# Rules on what a type can say: fields that cannot be set, JSON types, options.
SAID_BY_TYPES = {f"MU{code}" for code in (210, 211, 212, 213, 214, 215, 216, 217, 220, 225)}
VALUES = [
    "Chennai", "Advertisement", "Trade Fair", "Trade Show", "Fax blast", "No such option", "North", "Existing Business", "2026-12-31",
    "2026-12-31T10:00:00+05:30", "www.zylker.example", "123", "3652397000000199001", 5, 12.5, True, ["English"],
    ["English", "Klingon"], ["North"], {"id": "554023000000091055"},
]


def run(*args: str, stdin: str = "") -> str:
    return subprocess.run([massup, *args, "--snapshot", snapshot], input=stdin, capture_output=True, text=True).stdout


def bodies(module: str) -> list[dict[str, object]]:
    fields = json.loads(run("fields", module, "--format", "json"))["fields"]
    names = [field["api_name"] for field in fields] + ["No_Such_Field"]
    views = json.loads(run("views", module, "--format", "json"))["views"]
    selections: list[dict[str, object]] = [{"ids": ["554023000000497007"]}, {"ids": ["1"], "over_write": True}]
    selections += [{"cvid": view["id"]} for view in views]
    few = [{"data": [{name: value}], **selections[0]} for name in names for value in VALUES]
    languages = {"Lead_Source": "Advertisement"} if module == "Leads" else {"Type": "New Business"}
    return few + [{"data": [languages], **selection} for selection in selections]


for module in ["Leads", "Deals"]:
    every = bodies(module)
    lines = "".join(json.dumps(body) + "\n" for body in every)
    (out / "bodies.jsonl").write_text(lines, encoding="utf-8")
    report = json.loads(run("lint", str(out / "bodies.jsonl"), "--module", module, "--format", "json"))
    codes: dict[int, set[str]] = {}
    for found in report["files"][0]["diagnostics"]:
        # A field that may be set after all is a warning.
        said = found["code"] == "MU225" or (found["code"] in SAID_BY_TYPES and found["severity"] == "error")
        codes.setdefault(found["line"], set()).add(found["code"] if said else "")
    for language, ending in [("ts", "ts"), ("python", "py")]:
        name = f"{module.lower()}_types"
        (out / f"{name}.{ending}").write_text(run("types", "--module", module, "--lang", language), encoding="utf-8")
    ts = [f'import type {{ {module}Update }} from "./{module.lower()}_types";']
    py = [f"from {module.lower()}_types import {module}Update"]
    counts = [0, 0]
    for number, body in enumerate(every, 1):
        reported = codes.get(number, set())
        found = reported - {""}
        if reported and not found:
            continue
        counts[bool(found)] += 1
        if found:
            ts.append(f"// @ts-expect-error: {', '.join(sorted(found))}")
        ts.append(f"export const b{number}: {module}Update = {json.dumps(body)};")
        # To Python a boolean is a number too.
        if found == {"MU220"} and "True" in repr(body["data"]):
            continue
        py.append(f"b{number}: {module}Update = {body!r}" + ("  # type: ignore" if found else ""))
    assert min(counts) > 5, counts
    (out / f"{module.lower()}.ts").write_text("\n".join(ts) + "\n", encoding="utf-8")
    (out / f"{module.lower()}.py").write_text("\n".join(py) + "\n", encoding="utf-8")
    print(f"types of {module}: {counts[0]} bodies that lint clean, {counts[1]} that the lint refuses or warns of")
