"""Editions put where readers are: a folder, storage that speaks S3, a server by SFTP."""

from __future__ import annotations

from briefing.delivery.delivering import Delivered, deliver

__all__ = ["Delivered", "deliver"]
