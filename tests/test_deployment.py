"""What is shipped can be built and started, as far as that shows without a Docker engine."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_package_holds_everything_it_reads(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(tmp_path),
            ".",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    kinds = ("**/*.py", "**/*.toml", "**/*.html", "**/*.css", "**/*.js")
    wanted = {
        file.relative_to(ROOT).as_posix()
        for folder in ("bot", "handlers", "content", "storage")
        for kind in kinds
        for file in (ROOT / folder).glob(kind)
    }
    assert wanted <= set(names)


def test_the_image_copies_what_is_there_and_runs_as_nobody() -> None:
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    for sources in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in sources.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignore
    assert re.search(r"^USER (?!root)\w+$", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes" in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE
    assert DOCKERFILE.count("FROM python:3.11-slim") == 2


def test_the_image_starts_the_command_that_exists() -> None:
    assert 'CMD ["beside", "serve"]' in DOCKERFILE
    assert "beside" in PROJECT["scripts"]
    assert "ExecStart=/opt/beside/.venv/bin/beside serve" in (ROOT / "docs/operating.md").read_text(encoding="utf-8")


def test_compose_and_caddy_keep_no_access_log_and_close_the_figures() -> None:
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    caddy = (ROOT / "docs" / "Caddyfile").read_text(encoding="utf-8")
    assert "read_only: true" in compose
    assert "127.0.0.1:8000:8000" in compose
    assert re.search(r"^\s*log\s*$", caddy, re.MULTILINE) is None
    assert "respond @inside 404" in caddy


def test_the_changelog_names_the_version() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert newest.group(1) == PROJECT["version"]


def test_the_lock_records_hashes_and_no_addresses() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in lock
        assert not re.search(r"^-", lock, re.MULTILINE)
        for block in re.split(r"\n(?=\S)", lock.strip()):
            assert "--hash=sha256:" in block, block.partition("\n")[0]
    assert "setuptools==" in (ROOT / "requirements.txt").read_text(encoding="utf-8")
