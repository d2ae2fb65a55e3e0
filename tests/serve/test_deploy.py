"""The files for a server that stays are what the code writes, and what their own checkers take."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graphtrace.app import assets
from graphtrace.serve import Proxy, configuration
from graphtrace.serve.nginx import PAGES

DEPLOY = Path(__file__).parents[2] / "deploy"
BIN = Path(sys.executable).parent


def checked(program, *words):
    path = shutil.which(program, path=BIN) or shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    result = subprocess.run([path, *map(str, words)], capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def test_nginx_conf_is_what_graphtrace_serve_writes():
    assert (DEPLOY / "nginx.conf").read_text() == configuration(Proxy(("app:8501",), "8080"))


def test_every_page_sets_the_cookie():
    assert set(PAGES.split("|")) == set(assets._PAGES)


def test_nginx_takes_the_configuration(tmp_path):
    passwords = tmp_path / "passwords"
    passwords.write_text("class:{PLAIN}secret\n")
    proxy = Proxy(("127.0.0.1:8601", "127.0.0.1:8602"), "127.0.0.1:8600", tmp_path, passwords)
    (tmp_path / "nginx.conf").write_text(configuration(proxy))
    log = tmp_path / "log"
    assert "successful" in checked("nginx", "-t", "-e", log, "-p", tmp_path, "-c", tmp_path / "nginx.conf")


def test_systemd_takes_the_unit(tmp_path):
    unit = tmp_path / "graphtrace.service"
    unit.write_text((DEPLOY / unit.name).read_text().replace("/opt/graphtrace/bin/graphtrace", "/bin/true"))
    assert checked("systemd-analyze", "verify", unit) == ""
    wrong = tmp_path / "wrong.service"
    wrong.write_text(unit.read_text().replace("/bin/true", "/no/such/program"))
    with pytest.raises(AssertionError, match="no/such/program"):
        checked("systemd-analyze", "verify", wrong)


def test_docker_s_and_kubernetes_own_checkers_take_the_files(tmp_path):
    checked("hadolint", DEPLOY / "Dockerfile")
    checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")
    assert "deployment/graphtrace" in checked("kubernetes-validate", "--strict", DEPLOY / "kubernetes.yaml")
    wrong = tmp_path / "compose.yaml"
    wrong.write_text((DEPLOY / "compose.yaml").read_text().replace("read_only", "reed_only"))
    with pytest.raises(AssertionError, match="reed_only"):
        checked("check-jsonschema", "--builtin-schema", "vendor.compose-spec", wrong)
