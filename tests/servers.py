"""Real servers on this machine's own address: mail (SMTP), storage (S3), files (SFTP)."""

# ruff: noqa: ARG001, ARG002  # a server hands over more than is asked for

from __future__ import annotations

import asyncio
import datetime as dt
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "localhost"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listening(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server listens."""
    for _ in range(600):
        assert process.poll() is None, "the server has ended"
        with socket.socket() as asked:
            asked.settimeout(1)
            if asked.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("no server came to listen")


def certificate(folder: Path, host: str = HOST) -> Path:
    """A certificate for a host that signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    path = folder / f"{host}.pem"
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    return path


# Mail.


@dataclass
class Mailbox:
    """A server of mail: what it took, and what it refuses."""

    port: int = 0
    taken: list[Any] = field(default_factory=list)
    refuse: set[str] = field(default_factory=set)
    users: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        """Take a recipient or refuse it."""
        if address in self.refuse:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Take a message."""
        self.taken.append(
            (
                envelope.mail_from,
                tuple(envelope.rcpt_tos),
                envelope.content,
                server.transport.get_extra_info("sslcontext") is not None,
            )
        )
        return "250 OK"


@contextmanager
def mail_server(pem: Path | None = None, *, tls: bool = False) -> Iterator[Mailbox]:
    """A server that takes mail; with a certificate only encrypted, by STARTTLS or, with `tls`, from the start."""
    box = Mailbox(port=free_port())
    context = None
    if pem is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(pem)

    def authenticator(server, session, envelope, mechanism, auth_data):
        box.users.append((auth_data.login, auth_data.password))
        return AuthResult(success=auth_data.password == b"right", handled=False)

    loop = asyncio.new_event_loop()

    def session():
        starttls = context if not tls else None
        return SMTP(
            box,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=authenticator,
            auth_require_tls=starttls is not None,
            hostname=HOST,
            loop=loop,
        )

    ready = threading.Event()

    def serve():
        asyncio.set_event_loop(loop)
        made = loop.create_server(session, "127.0.0.1", box.port, ssl=context if tls else None)
        server = loop.run_until_complete(made)
        ready.set()
        loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@contextmanager
def silent_server() -> Iterator[int]:
    """A server that takes a connection and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield int(server.getsockname()[1])


# Storage.


@contextmanager
def storage() -> Iterator[str]:
    """A server that speaks S3 (moto's), in a process of its own; its address."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        listening(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


# Files by SFTP.


@dataclass(frozen=True)
class Shell:
    """A server of files: its address, and the home of a user that it lets in."""

    port: int
    user: str
    home: Path
    known: str
    """The line of known_hosts that is right."""


def sshd() -> str | None:
    """The server's program, where it is installed."""
    return shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


@contextmanager
def file_server(folder: Path, command: str = "internal-sftp") -> Iterator[Shell]:
    """OpenSSH's own server with SFTP alone, without privileges, with keys made for it.

    `command` is what it runs for a connection.
    """
    program = sshd()
    assert program is not None
    port = free_port()
    user = subprocess.run(["id", "-un"], capture_output=True, check=True, encoding="utf-8").stdout.strip()
    keys, home = folder / "server", folder / "home"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    keys.mkdir(mode=0o700)
    for path in (keys / "host", home / ".ssh" / "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)
    shutil.copy(home / ".ssh" / "id_ed25519.pub", keys / "authorized")
    (keys / "config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {keys}/host\nPidFile {keys}/pid\n"
        f"AuthorizedKeysFile {keys}/authorized\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        f"Subsystem sftp internal-sftp\nForceCommand {command}\n"
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([program, "-D", "-f", keys / "config", "-E", keys / "log"])
    host = (keys / "host.pub").read_text().split()
    try:
        listening(port, process)
        yield Shell(port, user, home, f"[127.0.0.1]:{port} {host[0]} {host[1]}\n")
    finally:
        process.kill()
        process.wait()
