"""Servers whose connection dies after so many operations: OpenSSH's for files, moto's for storage."""

from __future__ import annotations

import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.servers import Shell, file_server

# It stands between OpenSSH's sshd and its sftp-server, counts what changes anything (draft-ietf-secsh-filexfer-02, 3:
# to open for writing, to write, to set, remove, make, rename, link, and what an extension does), and hangs up.
_BETWEEN = """#!{python} -ISu
import os, struct, subprocess, sys, threading
changing = {{6, 9, 10, 13, 14, 15, 18, 20, 200}}
allowed = int(open({allowed!r}).read())
refused = set(map(int, open({refused!r}).read().split()))
server = subprocess.Popen(["/usr/lib/openssh/sftp-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
lock = threading.Lock()

def say(data):
    with lock:
        view = memoryview(data)
        while view:
            view = view[os.write(1, view):]

def back():
    while data := os.read(server.stdout.fileno(), 65536):
        say(data)

telling = threading.Thread(target=back, daemon=True)
telling.start()
taken = 0
while len(head := sys.stdin.buffer.read(4)) == 4:
    packet = sys.stdin.buffer.read(struct.unpack(">I", head)[0])
    kind = packet[0]
    if kind in refused:
        body = b"\\x65" + packet[1:5] + struct.pack(">II", 8, 0) + struct.pack(">I", 0)
        say(struct.pack(">I", len(body)) + body)
        continue
    if kind in changing or (kind == 3 and packet[struct.unpack(">I", packet[5:9])[0] + 12] & 2):
        taken += 1
        if taken > allowed:
            break
    server.stdin.write(head + packet)
    server.stdin.flush()
server.stdin.close()
server.wait()
telling.join(10)
"""
_SYMLINK = 20


@dataclass
class Cutter:
    """Lets so many operations through on each connection, and no more."""

    folder: Path
    shell: Shell

    def allow(self, operations: int, *, links: bool = True) -> None:
        """From the next connection on. Without `links` the server knows none."""
        (self.folder / "allowed").write_text(str(operations))
        (self.folder / "refused").write_text("" if links else str(_SYMLINK))


@contextmanager
def cut_file_server(folder: Path) -> Iterator[Cutter]:
    """A server of files that hangs up."""
    names = {name: str(folder / name) for name in ("allowed", "refused")}
    between = folder / "between"
    between.write_text(_BETWEEN.format(python=sys.executable, **names))
    between.chmod(between.stat().st_mode | stat.S_IXUSR)
    with file_server(folder, str(between)) as shell:
        cutter = Cutter(folder, shell)
        cutter.allow(10**6)
        yield cutter


@dataclass
class Gate:
    """Lets so many changes of the storage through, and no more. Then it refuses, or hangs up."""

    address: str = ""
    allowed: int = 10**6
    hangs_up: bool = False
    taken: int = 0
    lock: Any = field(default_factory=threading.Lock)


@contextmanager
def cut_storage(behind: str) -> Iterator[Gate]:
    """A gate before a server of storage."""
    gate = Gate()
    target = urlsplit(behind).netloc

    class Passing(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def passed(self) -> None:
            """Hand a request on, unless the storage is cut off by now."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with gate.lock:
                gate.taken += self.command not in {"GET", "HEAD"}
                cut = gate.taken > gate.allowed
            if cut and gate.hangs_up:
                self.close_connection = True
                self.connection.shutdown(2)
                return
            if cut:
                status, headers, data = 403, [], b""
            else:
                connection = HTTPConnection(target)
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                status, headers, data = answer.status, answer.getheaders(), answer.read()
                connection.close()
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                    self.send_header(name, value)
            length = dict(headers).get("Content-Length", "0") if self.command == "HEAD" else str(len(data))
            self.send_header("Content-Length", length)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = passed  # noqa: N815  # http.server's names

    server = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    gate.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield gate
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
