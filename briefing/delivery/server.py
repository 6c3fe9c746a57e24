"""A server by SFTP as a place to deliver to: new folders stand under other names until they are renamed."""

from __future__ import annotations

import contextlib
import hashlib
import posixpath
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from briefing.delivery.cargo import Item
from briefing.diagnostics import printable
from briefing.errors import DeliveryError

if TYPE_CHECKING:
    from paramiko import SFTPClient

_NEW, _OLD = ".new-", ".old-"
_SLOTS = (".a-", ".b-")
"""What the two folders that a unit may stand in begin with."""
_SECONDS = 30


class Server:
    """A folder on a server.

    The protocol (draft-ietf-secsh-filexfer-02, with OpenSSH's posix-rename) replaces a file in one step, or a link to a
    folder, but no folder. So a unit is a link to one of two folders beside it: the new one is made whole in the other,
    and the link is replaced. On a server without links the folder is renamed out of the way, and what is cut off
    between that and the next step is mended when the place is next looked at.
    """

    exchanges = True

    def __init__(self, files: SFTPClient, root: str) -> None:
        self._files, self._root = files, root
        self._mend()

    def _mend(self) -> None:
        """Bring back the folder that a delivery has left out of the way; what it has begun or done with goes."""
        modes = self._modes(self._root)
        for name in modes:
            unit = name.partition("-")[2]
            if name.startswith(_OLD) and unit not in modes:
                self._files.rename(self._at(name), self._at(unit))
            elif name.startswith((_NEW, _OLD)) or (name.startswith(_SLOTS) and name != self._slot(unit, modes)):
                self._clear(self._at(name))

    def _slot(self, unit: str, modes: Mapping[str, int]) -> str:
        """The folder that a unit is a link to, or nothing. The server is asked only where both are there."""
        there = [slot for prefix in _SLOTS if (slot := prefix + unit) in modes]
        if not there or not stat.S_ISLNK(modes.get(unit, 0)):
            return ""
        return there[0] if len(there) == 1 else str(self._files.readlink(self._at(unit)))

    def _at(self, *names: str) -> str:
        return posixpath.join(self._root, *names)

    def _modes(self, folder: str) -> dict[str, int]:
        """What stands in a folder, with what it is. A link is not followed."""
        try:
            return {one.filename: one.st_mode or 0 for one in self._files.listdir_attr(folder)}
        except FileNotFoundError:
            return {}

    def sizes(self) -> dict[str, int]:
        """Every file that stands there, with its size."""
        modes = self._modes(self._root)
        linked = {unit: slot for unit in modes if (slot := self._slot(unit, modes))}
        return dict(self._sizes("", linked))

    def _sizes(self, below: str, linked: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        try:
            there = self._files.listdir_attr(self._at(linked.get(below, below)))
        except FileNotFoundError:
            return
        for one in there:
            name = posixpath.join(below, one.filename)
            if one.filename.startswith("."):
                continue
            if stat.S_ISDIR(one.st_mode or 0) or name in linked:
                yield from self._sizes(name, linked)
            elif stat.S_ISREG(one.st_mode or 0):
                yield name, int(one.st_size or 0)

    def read(self, name: str) -> bytes | None:
        """A file, or None."""
        try:
            with self._files.open(self._at(name)) as file:
                return bytes(file.read())
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes, sha256: str) -> None:
        """Put one file in its place at once."""
        self._make(self._root)
        new = self._at(f"{_NEW}{posixpath.basename(name)}")
        self._send(new, data, sha256)
        self._files.posix_rename(new, self._at(name))

    def _send(self, path: str, data: bytes, sha256: str) -> None:
        """Send a file and read it back. Raises DeliveryError where it is not what was sent."""
        with self._files.open(path, "wb") as file:
            file.set_pipelined(True)
            file.write(data)
        with self._files.open(path) as file:
            file.prefetch(len(data))
            if hashlib.sha256(file.read()).hexdigest() != sha256:
                raise DeliveryError("a file on the server does not hold what was sent")

    def put(self, unit: str, items: tuple[Item, ...], same: set[str]) -> None:
        """Put a folder or a file at the top into its place; files that stand there already are linked, not sent."""
        if items[0].name == unit:
            self.write(unit, items[0].path.read_bytes(), items[0].sha256)
            return
        modes = self._modes(self._root)
        before = self._slot(unit, modes)
        slot = next(prefix + unit for prefix in _SLOTS if prefix + unit != before)
        self._fill(slot, items, same)
        try:
            if not self._lead(unit, slot, modes):
                self._move(unit, slot, modes)
        except OSError:
            self._mend()
            raise
        self._clear(self._at(before or f"{_OLD}{unit}"))

    def _fill(self, slot: str, items: tuple[Item, ...], same: set[str]) -> None:
        """Make a folder with these files in it."""
        new = self._at(slot)
        self._clear(new)
        made = {new}
        self._make(new)
        for one in items:
            path = posixpath.join(new, one.name.partition("/")[2])
            if (parent := posixpath.dirname(path)) not in made:
                self._make(parent)
                made.add(parent)
            if one.name not in same or not self._linked(self._at(one.name), path):
                self._send(path, one.path.read_bytes(), one.sha256)

    def _lead(self, unit: str, slot: str, modes: Mapping[str, int]) -> bool:
        """Let a unit be a link to a folder; False where the server has no links."""
        new, there = self._at(f"{_NEW}{unit}"), self._at(unit)
        try:
            self._files.symlink(slot, new)
            if self._files.readlink(new) != slot:
                return False
        except OSError:
            return False
        if stat.S_ISDIR(modes.get(unit, 0)):  # of a delivery without links
            self._files.rename(there, self._at(f"{_OLD}{unit}"))
        self._files.posix_rename(new, there)
        return True

    def _move(self, unit: str, slot: str, modes: Mapping[str, int]) -> None:
        """Let a folder take the place of the unit, in two steps."""
        there = self._at(unit)
        if unit in modes:
            self._files.rename(there, self._at(f"{_OLD}{unit}"))
        self._files.rename(self._at(slot), there)

    def _linked(self, given: str, new: str) -> bool:
        """Give a file a second name by OpenSSH's hardlink; where the server has no such thing it is sent again."""
        try:
            self._files._request(_EXTENDED, "hardlink@openssh.com", given, new)  # noqa: SLF001  # paramiko has no word for it
        except OSError:
            return False
        return True

    def remove(self, names: tuple[str, ...]) -> None:
        """Remove files, and folders that have none left. A unit of which nothing stays goes in one step."""
        there = self.sizes()
        modes = self._modes(self._root)
        for unit in dict.fromkeys(name.partition("/")[0] for name in names):
            slot = self._slot(unit, modes)
            if slot and not any(one.startswith(f"{unit}/") for one in there if one not in names):
                self._files.remove(self._at(unit))
                self._clear(self._at(slot))
            else:
                self._remove_each(one for one in names if one.partition("/")[0] == unit)

    def _remove_each(self, names: Iterable[str]) -> None:
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                self._files.remove(self._at(name))
            parent = posixpath.dirname(name)
            while parent and not self._modes(self._at(parent)):
                with contextlib.suppress(FileNotFoundError):
                    self._files.rmdir(self._at(parent))
                parent = posixpath.dirname(parent)

    def _make(self, folder: str) -> None:
        """Make a folder and those above it."""
        try:
            self._files.stat(folder)
        except FileNotFoundError:
            if parent := posixpath.dirname(folder.rstrip("/")):
                self._make(parent)
            self._files.mkdir(folder, 0o755)

    def _clear(self, path: str) -> None:
        """Remove a file, or a folder with all that is in it; links are not followed."""
        try:
            mode = self._files.lstat(path).st_mode or 0
        except FileNotFoundError:
            return
        if stat.S_ISDIR(mode):
            for name in self._modes(path):
                self._clear(posixpath.join(path, name))
            self._files.rmdir(path)
        else:
            self._files.remove(path)


_EXTENDED = 200  # SSH_FXP_EXTENDED


def _connection() -> Any:  # noqa: ANN401
    """Fsspec's own, which would take any key of any server for granted, with keys that are known alone."""
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    class Known(SFTPFileSystem):  # type: ignore[misc]  # fsspec has no types
        def _connect(self) -> None:
            known_hosts = self.ssh_kwargs.pop("known_hosts")
            self.client = paramiko.SSHClient()
            if known_hosts is None:
                self.client.load_system_host_keys()
            else:
                self.client.load_host_keys(str(known_hosts))
            self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
            limits = dict.fromkeys(("timeout", "banner_timeout", "auth_timeout"), _SECONDS)
            self.client.connect(self.host, **self.ssh_kwargs, **limits)
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(2 * _SECONDS)

    return Known


@contextlib.contextmanager
def server(address: str, briefing: str, known_hosts: Path | None) -> Iterator[Server]:
    """The place of a briefing on a server, whose key has to be known, with the keys of ~/.ssh or its agent.

    `known_hosts` is a file to use instead of ~/.ssh/known_hosts.
    """
    try:
        import paramiko

        connection = _connection()
    except ImportError as error:
        raise DeliveryError(
            'delivery by SFTP needs another package: pip install ".[sftp]" in the checkout of briefing'
        ) from error

    parts = urlsplit(address)
    login: dict[str, Any] = {"port": parts.port or 22, "known_hosts": known_hosts, "skip_instance_cache": True}
    if parts.username:
        login["username"] = unquote(parts.username)
    where = f"{parts.hostname}:{parts.port or 22}"
    files: Any = None
    try:
        files = connection(parts.hostname, **login)
        yield Server(files.ftp, posixpath.join(unquote(parts.path) or ".", briefing))
    except paramiko.BadHostKeyException as error:
        raise DeliveryError(f"{where} has another key than known_hosts says: nothing is sent to it") from error
    except paramiko.AuthenticationException as error:
        raise DeliveryError(f"{where} takes none of the keys of ~/.ssh and its agent") from error
    except (paramiko.SSHException, TimeoutError) as error:
        raise DeliveryError(f"{where} {_said(error)}") from error
    finally:
        if files is not None:
            files.client.close()


def _said(error: Exception) -> str:
    """What went wrong with a server, in a line."""
    if isinstance(error, TimeoutError):
        return "gave no answer in time"
    if "known_hosts" in str(error):
        return "has a key that is not known, so nothing is sent to it: add it to ~/.ssh/known_hosts, or to known_hosts:"
    return f"cannot be used: {printable(str(error))}"
