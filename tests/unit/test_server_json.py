"""What the registry of the Model Context Protocol is told fits the package."""

import json

from tests.conftest import ROOT

from aliqa import __version__


def test_the_registry_is_told_this_release_and_a_command_that_there_is() -> None:
    told = json.loads((ROOT / "server.json").read_text(encoding="utf-8"))
    [package] = told["packages"]
    assert told["version"] == package["version"] == __version__
    assert package["identifier"] == "aliqa"
    assert [one.get("value") or one["name"] for one in package["packageArguments"]] == ["mcp", "--index"]
    assert f"mcp-name: {told['name']}" in (ROOT / "README.md").read_text(encoding="utf-8")
