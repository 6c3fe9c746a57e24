"""The server under load, against nginx with the same file: requests a second, memory, a long archive.

    python benchmarks/serving.py

needs `wrk`, and `nginx` for the comparison, both from packages of Debian. All is on loopback, one after the other.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parent.parent
DAY = "2022-04-09"
CONNECTIONS, EDITIONS, REQUESTS = 16, 500, 100_000


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk says of an address."""

    rate: float
    requests: int
    slow: str
    wrong: int

    def __str__(self) -> str:
        """In one line."""
        wrong = f", WRONG {self.wrong}" if self.wrong else ""
        return f"{self.rate:,.0f}/s, 99 % within {self.slow}, {self.requests:,} requests{wrong}"


def main() -> None:
    """Measure it all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=int, default=10, help="of wrk for each address")
    seconds = parser.parse_args().seconds
    if shutil.which("wrk") is None:
        sys.exit("there is no wrk: apt install wrk")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # nginx gives up its rights and has to come in
        edition = build(Path(folder, "out"))
        page = edition / "briefing.html"
        print(f"a page of {page.stat().st_size:,} bytes, {CONNECTIONS} connections, {seconds} s")
        one_page(Path(folder, "out"), edition, seconds)
        beside(page, Path(folder), seconds)
        memory(Path(folder, "out"), edition, seconds)
        copies(edition, EDITIONS)
        archive(Path(folder, "out"), edition, seconds)


def one_page(out: Path, edition: Path, seconds: int) -> None:
    """The page as it stands, compressed, and where the reader has it."""
    with served(out) as (address, _):
        target = f"{address}{edition.parent.name}/{edition.name}/"
        for coding in ("identity", "br"):
            print(f"briefing serve, {coding}: {load(target, coding, seconds)}")
        print(f"briefing serve, 304: {load(target, 'br', seconds, etag(target, 'br'))}")


def beside(page: Path, folder: Path, seconds: int) -> None:
    """The same page from nginx."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        print("there is no nginx (apt install nginx-light): no comparison")
        return
    with nginx(found, page, folder) as target:
        print(f"nginx, identity: {load(target, 'identity', seconds)}")
        print(f"nginx, 304: {load(target, 'identity', seconds, etag(target, 'identity'))}")


def memory(out: Path, edition: Path, seconds: int) -> None:
    """What the server takes before and after many requests."""
    with served(out) as (address, process):
        target = f"{address}{edition.parent.name}/{edition.name}/"
        load(target, "br", 2)
        before, done = resident(process), 0
        while done < REQUESTS:
            done += load(target, "br", seconds).requests
        print(f"memory: {before:.1f} MB, after {done:,} requests {resident(process):.1f} MB")


def archive(out: Path, edition: Path, seconds: int) -> None:
    """Lists, a feed and data of many editions."""
    begun = time.perf_counter()
    with served(out) as (address, process):
        print(f"{EDITIONS} editions: listening after {time.perf_counter() - begun:.2f} s, {resident(process):.1f} MB")
        for path in (f"{edition.parent.name}/", f"{edition.parent.name}/feed.xml", f"{edition.parent.name}/{DAY}/"):
            print(f"  /{path}: {load(f'{address}{path}', 'br', seconds)}")
        for path in ("api/facts?limit=100", "api/editions", "api/facts?from=2000-01-01&q=nothingofthekind"):
            print(f"  /{path}: {median(f'{address}{path}') * 1000:.0f} ms")
        print(f"  then {resident(process):.1f} MB")


def build(out: Path) -> Path:
    """The demonstration, built: the folder of its edition."""
    command = [sys.executable, "-m", "briefing", "build", "config.yaml", "--date", DAY, "--out", str(out), "-q"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return next(out.glob(f"*/{DAY}"))


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
    """`briefing serve` as a process, once it listens."""
    command = [sys.executable, "-m", "briefing", "serve", str(out), "--port", "0", "--quiet"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101  # it is a pipe
            yield process.stdout.readline().split()[-1], process
        finally:
            process.terminate()


@contextmanager
def nginx(program: str, page: Path, folder: Path) -> Iterator[str]:
    """One worker of nginx with the page, once it listens."""
    root, port = folder / "nginx", free_port()
    root.mkdir()
    shutil.copy(page, root / "index.html")
    (folder / "nginx.conf").write_text(
        f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 512; }}
http {{ access_log off; types {{ text/html html; }} sendfile on; open_file_cache max=100;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {root}; }} }}
""",
        encoding="utf-8",
    )
    with subprocess.Popen([program, "-c", str(folder / "nginx.conf")]) as process:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def wait_for(port: int) -> None:
    """Wait until somebody listens on a port."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


def etag(target: str, coding: str) -> str:
    """The validator of what stands at an address."""
    request = urllib.request.Request(target, headers={"Accept-Encoding": coding})  # noqa: S310  # our own
    with urllib.request.urlopen(request) as answer:  # noqa: S310  # our own
        return str(answer.headers["etag"])


def load(target: str, coding: str, seconds: int, known: str = "") -> Load:
    """One thread of wrk on an address for so long. `known` is a validator."""
    headers = ["-H", f"Accept-Encoding: {coding}", *(["-H", f"If-None-Match: {known}"] if known else [])]
    options = ["-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "20s", "--latency"]
    run = subprocess.run(["wrk", *options, *headers, target], check=True, capture_output=True, text=True)  # noqa: S607

    def said(pattern: str) -> str:
        found = re.search(pattern, run.stdout)
        return found[1] if found else ""

    wrong = int(said(r"Non-2xx or 3xx responses: ([0-9]+)") or 0)
    wrong += sum(int(one) for one in re.findall(r"(?:connect|read|write|timeout) ([0-9]+)", run.stdout))
    slow = re.search(r"(?m)^\s+99%\s+(\S+)", run.stdout)
    rate, requests = float(said(r"Requests/sec:\s+([0-9.]+)")), int(said(r"([0-9]+) requests in"))
    return Load(rate, requests, slow[1] if slow else "?", wrong)


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
