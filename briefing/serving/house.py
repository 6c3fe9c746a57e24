"""The server process: a socket, uvicorn with limits for slow and many clients, an end that lets answers finish."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from briefing.errors import UsageError

HEAD_SECONDS = 10.0
"""How long the head of a request may take to arrive."""
STALL_SECONDS = 60.0
"""How long a client may take nothing of an answer."""


class _Impatient(H11Protocol):
    """Ends connections of clients that send no request, or take no answer, for long: uvicorn waits for ever.

    When all connections are taken, the one that has asked for nothing the longest makes room for the next.
    """

    _timer: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    heard = 0.0
    """When it was made, or asked for something last."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_SECONDS, self._give_up)
        self.heard = self.loop.time()
        self._make_room()

    def _make_room(self) -> None:
        """End the connections that are over the limit, those that have asked for nothing the longest first."""
        if self.limit_concurrency is None or len(self.connections) < self.limit_concurrency:
            return
        left = [one for one in self.connections if isinstance(one, _Impatient) and not one.transport.is_closing()]
        idle = sorted((one for one in left if one is not self and one.is_idle), key=lambda one: one.heard)
        for one in idle[: max(len(left) - self.limit_concurrency + 1, 0)]:
            one.transport.abort()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked for that is not answered."""
        return self.cycle is None or self.cycle.response_complete

    def data_received(self, data: bytes) -> None:
        begun = self.cycle
        super().data_received(data)
        if self.cycle is not begun:
            self._cancel()
            self.heard = self.loop.time()
        elif self._timer is None and self.is_idle:  # a next request begins
            self._timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(STALL_SECONDS, self._give_up)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        self.resume_writing()
        super().connection_lost(exc)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self.transport.abort()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises UsageError where that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio sets no TCP_NODELAY
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise UsageError(f"no server can listen on {host}, port {port}: {getattr(error, 'strerror', error)}") from error
    listening.listen(1024)
    return listening


def address_of(listening: socket.socket, host: str) -> str:
    """The address that a browser opens."""
    port = listening.getsockname()[1]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def run(app: ASGIApp, listening: socket.socket, connections: int, on_end: Callable[[], Any] | None = None) -> None:
    """Serve until a signal says to stop."""
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=_Impatient,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",  # every request has its line already; what uvicorn says of bad bytes would add none
        access_log=False,
        proxy_headers=False,  # the peer is who connects: who may speak for others is for the settings to say
        server_header=False,
        limit_concurrency=connections,
        h11_max_incomplete_event_size=16_384,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    server = _Server(config)
    server.on_end = on_end
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    on_end: Callable[[], Any] | None = None

    def handle_exit(self, sig: int, frame: Any) -> None:  # noqa: ANN401  # as uvicorn has it
        if self.on_end is not None:
            self.on_end()
        super().handle_exit(sig, frame)
