"""The page's own files: modules that find each other, styles without force, and what the browser gets of them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.responses import HTMLResponse
from starlette.testclient import TestClient

from aliqa.doors.page import files
from aliqa.doors.page.shell import Shell
from aliqa.foundations.messages import languages, speaking

HERE = Path(files.__file__).parent
MODULES = sorted((HERE / "static").glob("*.js"))
IMPORT = re.compile(r'^import (?:\* as \w+|\{([^}]*)\}) from "\./([\w.]+)";$', re.MULTILINE)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_imports_what_others_export(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    found = IMPORT.findall(text)
    assert len(found) == len(re.findall(r"^import\b", text, re.MULTILINE))
    for names, other in found:
        path = HERE / "static" / other
        body = files.words("en").decode() if other == "catalogue.js" else path.read_text("utf-8")
        exported = set(re.findall(r"^export (?:const|class|\{) ?(\w+)", body, re.MULTILINE))
        assert {name.split()[0] for name in names.split(",") if name.strip()} <= exported


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.parametrize("module", [*MODULES, *languages()], ids=lambda module: getattr(module, "name", module))
def test_a_module_can_be_parsed(module: Path | str) -> None:
    text = files.words(module) if isinstance(module, str) else module.read_bytes()
    subprocess.run(["node", "--check", "--input-type=module"], input=text, check=True)


def test_styles_use_no_force_and_all_are_sent() -> None:
    sheets = {path.stem: path.read_text(encoding="utf-8") for path in (HERE / "css").glob("*.css")}
    sent = files.page_files()["page.css"].decode()
    for sheet in sheets.values():
        assert "!important" not in sheet
        assert sheet in sent


def test_files_are_compressed_and_kept_under_an_address_of_their_own() -> None:
    app = FastAPI()
    app.include_router(files.routes())
    client = TestClient(app)
    sent = client.get(f"/{files.folder()}/main.js")
    assert sent.content == files.page_files()["main.js"]
    assert sent.headers["content-encoding"] == "gzip"
    assert sent.headers["content-type"].startswith("text/javascript")
    assert "immutable" in sent.headers["cache-control"]
    plain = client.get("/static/page/older/main.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == sent.content
    assert plain.headers["cache-control"] == "no-store"
    assert client.get(f"/{files.folder()}/..%2Fpage.py").status_code == 404
    chinese = client.get(f"/{files.folder('zh-Hans')}/catalogue.js")
    assert '"Retry": ["重试"]' in chinese.text
    assert "immutable" in chinese.headers["cache-control"]
    assert "重试" not in client.get(f"/{files.folder()}/catalogue.js").text


def test_the_frame_stands_before_what_gradio_fills_and_other_answers_are_let_through() -> None:
    app = FastAPI()
    app.add_api_route("/", lambda: HTMLResponse('<html lang="en"><head></head><body><gradio-app></gradio-app>'))
    app.add_api_route("/other", lambda: {"a": 1})
    client = TestClient(Shell(app))
    page = client.get("/").text
    assert page.index('<div id="shell">') < page.index("<gradio-app>")
    assert page.count("<textarea") == 1
    assert page.startswith('<html lang="en">')
    assert f'src="{files.folder()}/main.js"></script></head>' in page
    with speaking("zh-Hans"):
        page = client.get("/").text
    assert page.startswith('<html lang="zh-Hans">')
    assert f'src="{files.folder("zh-Hans")}/main.js"' in page
    assert "Ask your articles" not in page
    assert client.get("/other").json() == {"a": 1}
