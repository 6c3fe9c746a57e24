"""The verb `deliver`: an edition, or the site of all, to every place that the config names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from briefing.config import Config
from briefing.config.sending import Destination, DestinationField
from briefing.delivery.cargo import Cargo, Item, cargo
from briefing.delivery.places import Place, opened, shown_place
from briefing.diagnostics import Where
from briefing.errors import DeliveryError, InputError, UsageError
from briefing.load import load_config
from briefing.publish import alone, standing
from briefing.shape import checked

RECORD = ".delivered.json"
"""At the target: the SHA-256 of every file that was delivered. What a killed delivery has begun is not in it."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of one place: how many files were sent, were there already, were removed; or what went wrong."""

    place: str
    sent: int = 0
    unchanged: int = 0
    removed: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of a delivery, place by place."""

    edition: date
    places: tuple[Arrived, ...]

    @property
    def status(self) -> int:
        """0, or 3 when a place did not get it."""
        return DeliveryError.status if any(one.trouble for one in self.places) else 0


def deliver(
    config: Path | str, *, day: date | None = None, to: str | None = None, out: Path | str | None = None
) -> Delivered:
    """Deliver the newest edition, or that of `day`, to every place of the config, or to the one that is given.

    Where the briefing has a site, all of it is delivered. At a place the files stand in a folder of the briefing's id.
    A place that fails keeps what it has, and does not keep the others from theirs. Raises InputError, UsageError, and
    DeliveryError for what is wrong on this side.
    """
    path = Path(config)
    loaded = load_config(path)
    settings = loaded.config
    if settings is None:
        raise InputError(loaded.diagnostics)
    destinations = (_asked(to, settings),) if to is not None else settings.deliver
    if not destinations:
        raise UsageError("no place is named to deliver to: deliver: [/srv/www/briefings] in the config, or --to")
    place = Path(out) if out is not None else path.parent / "out"
    folder = place / settings.id
    edition, manifest = standing(folder, day)
    with alone(folder):  # no build exchanges what is being read
        goods = cargo(folder, edition, settings.archive.ceiling if settings.archive is not None else None)
        return Delivered(
            date.fromisoformat(manifest.get("date", edition.name)),
            tuple(_to(one, settings.id, goods, path.parent) for one in destinations),
        )


def _asked(to: str, settings: Config) -> Destination:
    """The place that a call names, with what the config says of it. Raises UsageError."""
    made, found = checked(TypeAdapter(DestinationField), to, Where("--to"))
    if made is None:
        raise UsageError("; ".join(f"{one.message} ({one.hint})" for one in found))
    return next((one for one in settings.deliver if one.to == made.to), made)


def _to(destination: Destination, briefing: str, goods: Cargo, beside: Path) -> Arrived:
    name = shown_place(destination.to)
    try:
        with opened(destination, briefing, beside) as place:
            return _put(place, name, goods)
    except DeliveryError as error:
        return Arrived(name, trouble=str(error))


def _put(place: Place, name: str, goods: Cargo) -> Arrived:
    """Bring a place to where it should be. At any cut its readers have whole files, and the next delivery mends it.

    1. What is about to change is struck from the record, so that a delivery that is cut off is not taken for done.
    2. Units go into their place in the order of the goods: a new folder at once where the place can, `latest` last.
    3. What is no longer there is removed, and the record says what stands.
    """
    record = _record(place)
    there = place.sizes()
    same = {one.name for one in goods.items if record.get(one.name) == one.sha256 and there.get(one.name) == one.size}
    names = {one.name for one in goods.items}
    gone = [one for one in record if one not in names and goods.covers(one)]
    if len(same) == len(names) and not gone:
        return Arrived(name, unchanged=len(same))
    doubtful = {*names - same, *gone}
    _write_record(place, {one: digest for one, digest in record.items() if one not in doubtful})
    for unit in goods.units:
        items = tuple(one for one in goods.items if one.unit == unit)
        if not all(one.name in same for one in items) or any(one.partition("/")[0] == unit for one in gone):
            place.put(unit, items, same)
    place.remove(tuple(one for one in gone if one.partition("/")[0] not in goods.units or not place.exchanges))
    kept = {one: digest for one, digest in record.items() if one not in doubtful and one not in names}
    _write_record(place, kept | {one.name: one.sha256 for one in goods.items})
    return Arrived(name, len(names - same), len(same), len(gone))


def _record(place: Place) -> dict[str, str]:
    """What the place has by its own record; nothing where the record is not there or not to be read."""
    try:
        known: Any = json.loads(place.read(RECORD) or b"{}")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {str(one): digest for one, digest in known.items() if isinstance(digest, str) and _inside(str(one))}


def _inside(name: str) -> bool:
    """Whether a name of the record leads nowhere but below the place: it may be removed."""
    return not name.startswith("/") and not {"", ".", ".."} & set(name.split("/")) and name != RECORD


def _write_record(place: Place, known: Mapping[str, str]) -> None:
    data = (json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False) + "\n").encode()
    place.write(RECORD, data, hashlib.sha256(data).hexdigest())


__all__ = ["RECORD", "Arrived", "Delivered", "Item", "deliver"]
