"""The server under load, against nginx with the same file: requests a second, memory, a long archive.

    python benchmarks/serving.py

needs `wrk`, and `nginx` for the comparison. Everything is on loopback, one after the other.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
SECONDS, CONNECTIONS = 10, 16
PORT = 8099


def main() -> None:
    """Measure it all."""
    if shutil.which("wrk") is None:
        sys.exit("there is no wrk; Debian's package is wrk")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "out")
        made = build(out)
        page = made / "2022-04-09" / "briefing.html"
        print(f"page of {page.stat().st_size:,} bytes, {CONNECTIONS} connections, {SECONDS} s")
        with served(out) as (address, process):
            target = f"{address}{page.parent.parent.name}/{page.parent.name}/"
            for coding in ("identity", "br"):
                print(f"briefing serve, {coding}: {load(target, coding)}")
            print(f"briefing serve, 304: {load(target, 'br', etag(target))}")
        with nginx(page, Path(folder)) as target:
            if target:
                print(f"nginx, identity: {load(target, 'identity')}")
                print(f"nginx, 304: {load(target, 'identity', etag(target, 'identity'))}")
        with served(out) as (address, process):
            target = f"{address}{page.parent.parent.name}/{page.parent.name}/"
            load(target, "br", seconds=2)
            before, done = resident(process), 0
            while done < 100_000:
                done += count(load(target, "br", seconds=SECONDS))
            print(f"memory: {before:.1f} MB, after {done:,} requests {resident(process):.1f} MB")
        copies(page.parent, 500)
        begun = time.perf_counter()
        with served(out) as (address, process):
            print(f"{500} editions: listening after {time.perf_counter() - begun:.2f} s, {resident(process):.1f} MB")
            for path in ("", "feed.xml"):
                print(
                    f"  /{page.parent.parent.name}/{path}: {load(f'{address}{page.parent.parent.name}/{path}', 'br')}"
                )
            for path in ("api/facts?limit=100", "api/editions", "api/facts?from=2000-01-01&q=nothingofthekind"):
                print(f"  /{path}: {median(f'{address}{path}') * 1000:.0f} ms")
            print(f"  then {resident(process):.1f} MB")


def build(out: Path) -> Path:
    """The demonstration, built."""
    command = [
        sys.executable,
        "-m",
        "briefing",
        "build",
        "config.yaml",
        "--date",
        "2022-04-09",
        "--out",
        str(out),
        "-q",
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return next(one for one in out.iterdir() if not one.name.startswith("."))


def copies(edition: Path, number: int) -> None:
    """Copies of an edition for the days before it, whole by their manifests."""
    for days in range(1, number):
        day = (date.fromisoformat(edition.name) - timedelta(days=days)).isoformat()
        copy = edition.with_name(day)
        shutil.copytree(edition, copy)
        manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
        (copy / "manifest.json").write_text(json.dumps({**manifest, "date": day}), encoding="utf-8")


@contextmanager
def served(out: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`briefing serve` as a process."""
    command = [sys.executable, "-m", "briefing", "serve", str(out), "--port", "0", "--quiet"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101  # it is a pipe
            yield process.stdout.readline().split()[-1], process
        finally:
            process.terminate()


@contextmanager
def nginx(page: Path, folder: Path) -> Iterator[str]:
    """One worker of nginx with the page; nothing when it is not installed."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        print("nginx is not installed; no comparison")
        yield ""
        return
    root = folder / "nginx"
    root.mkdir()
    shutil.copy(page, root / "index.html")
    folder.chmod(0o755)
    (folder / "nginx.conf").write_text(
        f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 512; }}
http {{ access_log off; types {{ text/html html; }} sendfile on; open_file_cache max=100;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{PORT}; root {root}; }} }}
""",
        encoding="utf-8",
    )
    with ExitStack() as stack:
        process = stack.enter_context(subprocess.Popen([found, "-c", str(folder / "nginx.conf")]))
        stack.callback(process.terminate)
        time.sleep(1)
        yield f"http://127.0.0.1:{PORT}/"


def etag(target: str, coding: str = "br") -> str:
    """The validator of what stands at an address."""
    request = urllib.request.Request(target, headers={"Accept-Encoding": coding})  # noqa: S310  # our own
    with urllib.request.urlopen(request) as answer:  # noqa: S310  # our own
        return str(answer.headers["etag"])


def load(target: str, coding: str, known: str = "", seconds: int = SECONDS) -> str:
    """What wrk says of an address: requests a second, all requests, the slowest of a hundred."""
    headers = ["-H", f"Accept-Encoding: {coding}", *(["-H", f"If-None-Match: {known}"] if known else [])]
    options = ["-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--latency"]
    run = subprocess.run(["wrk", *options, *headers, target], check=True, capture_output=True, text=True)  # noqa: S607
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", run.stdout)
    total = re.search(r"([0-9]+) requests in", run.stdout)
    slow = re.search(r"99%\s+(\S+)", run.stdout)
    wrong = re.search(r"Non-2xx or 3xx responses: ([0-9]+)", run.stdout)
    assert rate and total and slow, run.stdout  # noqa: S101, PT018  # wrk said something else
    return f"{float(rate[1]):,.0f}/s, {total[1]} requests, 99 % within {slow[1]}" + (
        f", WRONG {wrong[1]}" if wrong else ""
    )


def count(told: str) -> int:
    """How many requests that were."""
    found = re.search(r"([0-9]+) requests", told)
    return int(found[1]) if found else 0


def median(target: str) -> float:
    """Seconds for one request, the median of five."""
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        with urllib.request.urlopen(target) as answer:  # noqa: S310  # our own
            answer.read()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def resident(process: subprocess.Popen[str]) -> float:
    """Memory of a process now, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+([0-9]+)", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
