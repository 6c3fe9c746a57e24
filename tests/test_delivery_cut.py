"""A connection that dies between any two operations of a delivery: readers have the old edition, or the new one."""

import shutil
from datetime import UTC, date, datetime

import pytest

from briefing.delivery import deliver
from briefing.pipeline import build
from tests.builders import DAY, a_fact, a_project
from tests.cutting import cut_file_server, cut_storage
from tests.servers import sshd, storage

NOW = datetime(2022, 4, 9, 7, tzinfo=UTC)
BEFORE = date(2022, 4, 8)
MANIFEST = "manifest.json"


def an_edition(folder, *, value, day=DAY):
    """A project with an edition built."""
    path = a_project(
        folder,
        facts={"killed": a_fact(value=value, as_of="2022-04-01")},
        blocks=[{"key_figures": ["killed"]}],
        config={"briefing": "war", "formats": ["json"]},
    )
    build(path, day=day, now=NOW)
    return path


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with an edition of two days, as it was and as it is after a correction of the second; both configs."""
    folder = tmp_path_factory.mktemp("cut")
    old = an_edition(folder / "old", value="1300", day=BEFORE)
    shutil.copytree(folder / "old", folder / "new", symlinks=True)
    for one in ("old", "new"):
        an_edition(folder / one, value="1300")
    return old, an_edition(folder / "new", value="1400")


def unit_files(config, unit):
    """The files of an edition by their names, or of `latest`."""
    folder = config.parent / "out" / "war" / unit
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def units(config):
    """The folders that are delivered of the newest edition."""
    return {unit: unit_files(config, unit) for unit in (DAY.isoformat(), "latest")}


# A server.


@pytest.fixture(scope="module")
def cutter(tmp_path_factory):
    """A server of files that hangs up."""
    if sshd() is None:
        pytest.skip("OpenSSH's server is not installed")
    with cut_file_server(tmp_path_factory.mktemp("cutter")) as running:
        (running.shell.home / ".ssh" / "known_hosts").write_text(running.shell.known)
        yield running


def standing(place):
    """What a reader finds at a place, folder by folder; a folder that is not there is None."""
    return {
        unit: {path.relative_to(place / unit).as_posix(): path.read_bytes() for path in (place / unit).rglob("*")}
        if (place / unit).is_dir()
        else None
        for unit in (DAY.isoformat(), "latest")
    }


def delivered(cutter, config, place, operations=10**6, *, links=True):
    """What comes of a delivery that has so many operations."""
    cutter.allow(operations, links=links)
    (done,) = deliver(config, to=f"sftp://{cutter.shell.user}@127.0.0.1:{cutter.shell.port}{place.as_posix()}").places
    return done


def cut_everywhere(cutter, config, place):
    """Deliver to a place as often as it takes to be cut off after every operation; each time what a reader finds."""
    kept = place.with_name("kept")
    if place.exists():
        shutil.copytree(place, kept, symlinks=True)
    for operations in range(500):
        if place.exists():
            shutil.rmtree(place)
        if kept.exists():
            shutil.copytree(kept, place, symlinks=True)
        done = delivered(cutter, config, place, operations)
        yield operations, done, standing(place / "war")
        if not done.trouble:
            return


def test_a_correction_by_sftp_is_whole_at_every_cut(project, cutter, tmp_path, monkeypatch):
    """After every operation of a correction each folder is the old or the new one to the byte, `latest` never ahead.

    The next delivery makes it good, and leaves nothing of what was begun.
    """
    monkeypatch.setenv("HOME", str(cutter.shell.home))
    old, new = map(units, project)
    place = tmp_path / "www"
    assert delivered(cutter, project[0], place).trouble == ""
    seen = []
    for operations, done, there in cut_everywhere(cutter, project[1], place):
        assert all(there[unit] in (old[unit], new[unit]) for unit in there), operations
        seen.append(tuple(there[unit] == new[unit] for unit in there))
        if operations % 5 == 0 and done.trouble:
            assert delivered(cutter, project[1], place).trouble == ""
            assert standing(place / "war") == new
            assert {path.name[:3] for path in (place / "war").iterdir()} <= {".a-", ".b-", ".de", "202", "lat"}
    assert len(seen) > 18
    assert list(dict.fromkeys(seen)) == [(False, False), (True, False), (True, True)]
    assert sum(path.name.startswith(".") for path in (place / "war").iterdir()) == 3


def test_a_first_edition_by_sftp_is_whole_at_every_cut(project, cutter, tmp_path, monkeypatch):
    """Where nothing stands yet, a folder is there whole or not at all."""
    monkeypatch.setenv("HOME", str(cutter.shell.home))
    old = units(project[0])
    for operations, _, there in cut_everywhere(cutter, project[0], tmp_path / "www"):
        assert all(there[unit] in (None, old[unit]) for unit in there), operations
        assert there["latest"] is None or there[DAY.isoformat()] is not None


def test_a_server_without_links_has_folders(project, cutter, tmp_path, monkeypatch):
    """Where a server has no links a folder is renamed; links take the place of such folders where it has them later."""
    monkeypatch.setenv("HOME", str(cutter.shell.home))
    place = tmp_path / "www"
    for config in project:
        assert delivered(cutter, config, place, links=False).trouble == ""
        assert standing(place / "war") == units(config)
        assert not (place / "war" / "latest").is_symlink()
    assert delivered(cutter, project[0], place).trouble == ""
    assert standing(place / "war") == units(project[0])
    assert (place / "war" / "latest").is_symlink()


# Storage.


@pytest.fixture(scope="module")
def gate():
    """A server of storage behind a gate."""
    with storage() as behind, cut_storage(behind) as running:
        yield running


def objects(client, bucket):
    """Every object of a bucket by its name, folder by folder."""
    found: dict[str, dict[str, bytes]] = {}
    for one in client.list_objects_v2(Bucket=bucket).get("Contents", ()):
        unit, slash, name = one["Key"].removeprefix("war/").partition("/")
        if slash:
            found.setdefault(unit, {})[name] = client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
    return found


@pytest.mark.parametrize("hangs_up", [False, True])
def test_a_correction_by_s3_is_never_taken_for_whole(project, gate, monkeypatch, hangs_up):
    """After every operation each object is whole, and one folder at most is between, which its manifest tells.

    `latest` comes after the edition.
    """
    import boto3
    from s3fs import S3FileSystem

    monkeypatch.setattr(S3FileSystem, "retries", 1)  # it would wait between them
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", gate.address)
    client = boto3.client("s3")
    old, new = map(units, project)
    gate.hangs_up = hangs_up
    for operations in [4] if hangs_up else range(100):
        bucket = f"cut{operations}{hangs_up}".lower()
        gate.taken, gate.allowed = 0, 10**6
        client.create_bucket(Bucket=bucket)
        assert deliver(project[0], to=f"s3://{bucket}").status == 0
        gate.taken, gate.allowed = 0, operations
        (done,) = deliver(project[1], to=f"s3://{bucket}").places
        gate.taken, gate.allowed = 0, 10**6
        there = objects(client, bucket)
        assert {unit: set(files) for unit, files in there.items()} == {unit: set(files) for unit, files in new.items()}
        assert all(data in (old[unit][name], new[unit][name]) for unit in there for name, data in there[unit].items())
        between = [unit for unit in there if there[unit] not in (old[unit], new[unit])]
        assert len(between) <= 1
        for unit in between:
            assert there[unit][MANIFEST] == old[unit][MANIFEST]
        assert there["latest"] == old["latest"] or there[DAY.isoformat()] == new[DAY.isoformat()]
        if not done.trouble:
            assert there == new
            return
    assert hangs_up
    assert done.trouble
