"""What `deploy/` holds: checked by the tools that will read it, and nginx in front of a real server."""

import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from ssl import create_default_context

import httpx
import pytest
import yaml
from fastapi.testclient import TestClient
from tests.conftest import ROOT

from aliqa import __version__
from aliqa.doors.http import create_app
from aliqa.foundations.settings import Settings
from aliqa.library import Library

pytestmark = pytest.mark.slow

DEPLOY = ROOT / "deploy"
HADOLINT = shutil.which("hadolint") or shutil.which("hadolint", path=str(Path(sys.executable).parent))
FERRIES = {"question": "How many electric ferries did Northwind Lines order?"}


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
def test_the_dockerfile_has_no_bad_habits() -> None:
    done = subprocess.run([str(HADOLINT), str(ROOT / "Dockerfile")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_image_copies_what_it_needs_and_nothing_else() -> None:
    ignored, *kept = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored == "*"
    needed = {"src", "pyproject.toml", "constraints.txt", "README.md", "LICENSE", "NOTICE"}
    assert {line.removeprefix("!") for line in kept if line.startswith("!")} == needed


def engine() -> str | None:
    """A container engine that runs here."""
    found = (name for name in ("docker", "podman") if shutil.which(name))
    return next((name for name in found if subprocess.run([name, "info"], capture_output=True).returncode == 0), None)


@pytest.mark.heldout  # it downloads a gigabyte
def test_the_image_is_built_and_knows_what_it_is(tmp_path: Path) -> None:
    if (runs := engine()) is None:
        pytest.skip("no container engine runs here")
    named = tmp_path / "id"
    subprocess.run([runs, "build", "--iidfile", str(named), str(ROOT)], check=True)
    told = [runs, "run", "--rm", "--read-only", named.read_text(), "--version"]
    assert subprocess.run(told, capture_output=True, text=True, check=True).stdout == f"aliqa {__version__}\n"


def test_the_compose_file_names_the_folders_of_the_image() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["aliqa"]
    mounted = {volume.rpartition(":")[2] for volume in service["volumes"]}
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert all(f'"{folder}"' in dockerfile.partition("VOLUME")[2].partition("\n")[0] for folder in mounted)
    assert service["read_only"]
    assert service["ports"] == ["127.0.0.1:8000:8000"]
    assert "ALIQA_API_KEY" in service["environment"]


def test_all_settings_are_known() -> None:
    for path in (ROOT / "Dockerfile", *DEPLOY.iterdir(), ROOT / "docs" / "deploy.md"):
        for name in re.findall(r"ALIQA_([A-Z_]+[A-Z])=", path.read_text(encoding="utf-8")):
            assert name.lower() in Settings.model_fields, f"{path.name}: {name}"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "aliqa.service"
    unit.write_text((DEPLOY / "aliqa.service").read_text().replace("/opt/aliqa/bin/aliqa", sys.executable))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert not [line for line in done.stderr.splitlines() if "aliqa.service" in line]
    assert done.returncode == 0, done.stderr


def test_below_a_path_all_addresses_have_it(settings: Settings, library: Library) -> None:
    with TestClient(create_app(settings, library), root_path="/library") as client:
        queued = client.post("/library/index")
        assert queued.headers["location"] == f"/library/jobs/{queued.json()['id']}"
        assert client.get(queued.headers["location"]).status_code == 200
        assert client.get("/library/openapi.json").json()["servers"] == [{"url": "/library"}]
        asked = {"model": "aliqa", "messages": [{"role": "user", "content": "Why did Arabica prices double?"}]}
        message = client.post("/library/v1/chat/completions", json=asked).json()["choices"][0]["message"]
        url = message["annotations"][0]["url_citation"]["url"]
        assert url == "http://testserver/library/articles/undated-note.txt"
        assert client.get("/library/ask").headers["allow"] == "POST"
        assert "error" in client.get("/library/v1/nothing").json()


@pytest.fixture(scope="module")
def nginx(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the site of `deploy/nginx.conf` in front of the server, with a certificate of its own."""
    if not (shutil.which("nginx") and shutil.which("openssl")):
        pytest.skip("nginx or openssl is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *named]
    subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    http, https = free_port(), free_port()
    site = (DEPLOY / "nginx.conf").read_text().replace("http://127.0.0.1:8000", address)
    site = re.sub(r"ssl_certificate .*;", f"ssl_certificate {certificate};", site)
    site = re.sub(r"ssl_certificate_key .*;", f"ssl_certificate_key {key};", site)
    site = site.replace("listen 80;", f"listen 127.0.0.1:{http};").replace("listen 443", f"listen 127.0.0.1:{https}")
    kept = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    kept += f"client_body_temp_path {folder}/body; access_log off;"
    user = f"user {getpass.getuser()}; " if os.getuid() == 0 else ""  # its workers must be able to write here
    head = f"{user}daemon off; pid {folder}/pid; error_log {folder}/errors; events {{}}\n"
    (folder / "nginx.conf").write_text(f"{head}http {{ {kept}\n{site}\n}}\n")
    server = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    trusting = create_default_context(cafile=str(certificate))
    transport = httpx.HTTPTransport(verify=trusting, retries=7)  # until it listens
    with httpx.Client(base_url=f"https://localhost:{https}", transport=transport, timeout=60) as client:
        yield client
    server.terminate()
    server.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_nginx_passes_questions_streams_and_the_page(nginx: httpx.Client) -> None:
    answer = nginx.post("/ask", json=FERRIES).json()
    assert answer["answered"]
    with nginx.stream("POST", "/ask", json=FERRIES | {"stream": True}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = response.read().decode()
    assert re.findall(r"^event: (\w+)", events, re.MULTILINE)[-1] == "done"
    page = nginx.get("/").text
    assert f'"root":"{str(nginx.base_url).rstrip("/")}"' in page
    assert nginx.get("/articles/none.txt").headers["content-type"] == "application/problem+json"
    foreign = nginx.post("/index", headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403


def test_nginx_leaves_what_is_too_large_to_aliqa(nginx: httpx.Client) -> None:
    refused = nginx.post("/ask", json={"question": "a" * 2_000_000})
    assert refused.status_code == 413
    assert refused.json()["detail"] == "The body is larger than 1,000,000 bytes."
