"""Uses `massup mcp` through the official Python client, as an assistant does."""

import asyncio
import json
import pathlib
import sys
import tempfile

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

BINARY, EXAMPLES = (str(pathlib.Path(argument).resolve()) for argument in sys.argv[1:3])
ID = "554023000000497007"


async def main(root: str, log) -> None:
    snapshot = EXAMPLES + "/snapshot"
    server = StdioServerParameters(
        command=BINARY, args=["mcp", "--root", root, "--snapshot", snapshot]
    )
    async with stdio_client(server, errlog=log) as (read, write), ClientSession(read, write) as session:
        started = await session.initialize()
        assert "lint" in started.instructions

        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert list(tools) == ["lint", "plan", "explain", "fields", "views", "territories", "modules"]
        for tool in tools.values():
            assert tool.annotations.readOnlyHint and not tool.annotations.openWorldHint
            assert tool.inputSchema["type"] == "object"
            assert tool.inputSchema["additionalProperties"] is False

        async def call(tool: str, **arguments: object):
            return await session.call_tool(tool, arguments)

        async def data(tool: str, **arguments: object):
            answer = await call(tool, **arguments)
            assert not answer.isError, answer.content[0].text
            assert answer.content[0].text.strip()
            return answer.structuredContent

        async def error(tool: str, **arguments: object) -> str:
            answer = await call(tool, **arguments)
            assert answer.isError, answer
            return answer.content[0].text

        # A body with an error, and one without.
        body = {"data": [{"Lead_Source": "Advertisment"}], "ids": [ID], "cvid": ID}
        report = await data("lint", body=body, module="Leads")
        codes = [found["code"] for found in report["files"][0]["diagnostics"]]
        assert "MU104" in codes and "MU225" in codes, codes
        good = {"data": [{"Lead_Source": "Advertisement"}], "ids": [ID]}
        report = await data("lint", body=good, module="Leads", api_version="v8")
        assert report["summary"]["errors"] == 0, report
        text = "module: Leads\nset: {Lead_Sorce: x}\nselect: {ids: ['7']}\n"
        report = await data("lint", text=text, name="a.massup.yaml")
        assert report["files"][0]["path"] == "a.massup.yaml"
        assert report["summary"]["errors"] > 0
        report = await data("lint", path="inside.json", module="Leads")
        assert report["files"][0]["path"] == "inside.json"

        # A plan, from an object and from a file next to its ids.
        change = {"module": "Leads", "set": {"Lead_Source": "Advertisement"}, "select": {"ids": [ID]}}
        plan = await data("plan", change=change)
        assert plan["calls"] == 1 and plan["records"] == 1, plan
        plan = await data("plan", path="lead-source.massup.yaml")
        assert plan["records"] > 1, plan
        assert "MU" in await error("plan", change={"module": "Leads", "set": {}, "select": {}})

        # What the organisation has.
        assert "City" in [field["api_name"] for field in (await data("fields", module="Leads"))["fields"]]
        options = (await data("fields", module="Leads", field="Lead Source"))["options"]
        assert "Trade Fair" in [option["display_value"] for option in options]
        assert (await data("views", module="Leads"))["views"]
        assert (await data("territories"))["territories"]
        assert (await data("modules"))["modules"]
        assert (await data("explain", text="ALREADY_SCHEDULED"))["errors"]
        assert (await data("explain", text="cvid-and-ids"))["code"] == "MU104"

        # Errors say what to do.
        assert "did you mean `Leads`?" in await error("fields", module="Lead")
        assert "did you mean `cvid-and-ids`?" in await error("explain", text="cvid-and-idz")
        assert "exactly one of" in await error("lint")
        assert "unknown field `modul`" in await error("lint", body=good, modul="Leads")
        # Nothing outside of the root is read, by whatever way.
        for path in ["../outside.json", "/etc/passwd", "link.json", "sub/../../outside.json"]:
            said = await error("lint", path=path)
            assert "is outside of" in said or "cannot read" in said, said
            assert "secret" not in said
        outside = dict(change, select={"ids_file": "../outside.json"})
        assert "is outside of" in await error("plan", change=outside)
    print("the official client used", len(tools), "tools")


with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder) / "root"
    root.mkdir()
    (pathlib.Path(folder) / "outside.json").write_text(json.dumps({"secret": 1}))
    (root / "link.json").symlink_to("../outside.json")
    (root / "inside.json").write_text(json.dumps({"data": [{"City": "x"}], "ids": [7]}))
    for name in ["lead-source.massup.yaml", "leads.csv"]:
        (root / name).write_text((pathlib.Path(EXAMPLES) / name).read_text())
    files = sorted(root.rglob("*"))
    with (pathlib.Path(folder) / "log").open("w+") as log:
        asyncio.run(main(str(root), log))
        log.seek(0)
        said = log.read()
    assert not said, said
    assert sorted(root.rglob("*")) == files, "nothing is written"
