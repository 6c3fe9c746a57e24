"""Editions put where readers are: a folder, storage that speaks S3, a server by SFTP."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import boto3
import pytest
from click.testing import CliRunner

from briefing.cli import main
from briefing.delivery import deliver, delivering
from briefing.delivery.cargo import cargo
from briefing.delivery.places import opened
from briefing.errors import DeliveryError, UsageError
from briefing.pipeline import build
from briefing.publish import LATEST, NOT_UPDATED
from briefing.running import run
from tests.builders import DAY, a_fact, a_project, said
from tests.reading import ROOT
from tests.servers import file_server, sshd, storage

NOW = datetime(2022, 4, 9, 7, tzinfo=UTC)
BEFORE = date(2022, 4, 8)


def built(folder, *, value="1300", days=(DAY,), facts=None, **config):
    """A project with its editions; its config."""
    path = a_project(
        folder,
        facts=facts or {"killed": a_fact(value=value, as_of="2022-04-01")},
        blocks=[{"key_figures": ["killed"]}],
        config={"briefing": "war", "formats": ["html", "json"], **config},
    )
    for day in days:
        build(path, day=day, now=NOW)
    return path


@pytest.fixture(scope="module")
def an_edition(tmp_path_factory):
    """Lets a folder hold a project with editions of these days and nothing else, built once and copied; its config."""
    made = {}

    def copied(folder, *days):
        if days not in made:
            made[days] = built(tmp_path_factory.mktemp("built"), days=days or (DAY,)).parent
        for name in ("config.yaml", "facts", "out"):
            there, kept = folder / name, made[days] / name
            if kept.is_file():
                shutil.copyfile(kept, there)
            else:
                shutil.rmtree(there, ignore_errors=True)
                shutil.copytree(kept, there, symlinks=True)
        return folder / "config.yaml"

    return copied


def a_site(config, **files):
    """A site beside the editions, with the editions in it."""
    site = config.parent / "out" / "war" / "site"
    for edition in site.parent.glob("2022-*"):
        shutil.copytree(edition, site / edition.name, ignore=lambda *_: ["manifest.json"], dirs_exist_ok=True)
    for name, text in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return site


KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


@pytest.fixture(scope="module")
def client():
    """Somebody who asks a server of storage and knows nothing of ours."""
    with storage() as address:
        yield boto3.client("s3", endpoint_url=address, region_name="us-east-1", **KEYS)


@pytest.fixture
def s3(client, monkeypatch):
    """The same server as the settings of AWS have it."""
    settings = {**KEYS, "aws_endpoint_url": client.meta.endpoint_url, "aws_default_region": "us-east-1"}
    for name, given in settings.items():
        monkeypatch.setenv(name.upper(), given)
    return client


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """A server of files."""
    if sshd() is None:
        pytest.skip("OpenSSH's server is not installed")
    with file_server(tmp_path_factory.mktemp("ssh")) as running:
        yield running


@pytest.fixture(params=["folder", "s3", "sftp"])
def target(request, tmp_path, monkeypatch):
    """A place of each kind, empty; its address, with odd characters in it."""
    if request.param == "folder":
        return str(tmp_path / "www ü%20'x")
    if request.param == "s3":
        bucket = f"b{abs(hash(tmp_path.as_posix())):x}"
        request.getfixturevalue("s3").create_bucket(Bucket=bucket)
        return f"s3://{bucket}/a b/ü"
    running = request.getfixturevalue("shell")
    monkeypatch.setenv("HOME", str(running.home))
    (running.home / ".ssh" / "known_hosts").write_text(running.known)
    return f"sftp://{running.user}@127.0.0.1:{running.port}{tmp_path.as_posix()}/a%20b/%C3%BC"


@pytest.fixture
def standing(target, request):
    """Asks what stands at the place: every file by its name, without what begins with a dot; not asked by our code."""
    if target.startswith("s3:"):
        bucket, _, prefix = f"{target.removeprefix('s3://')}/war/".partition("/")
        return lambda: _objects(request.getfixturevalue("client"), bucket, prefix)
    root = Path(unquote(urlsplit(target).path) if target.startswith("sftp:") else target)
    return lambda: files_below(root / "war")


def _objects(client, bucket, prefix):
    names = [one["Key"] for one in client.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", ())]
    shown = {name.removeprefix(prefix): name for name in names if not name.startswith(f"{prefix}.")}
    return {name: client.get_object(Bucket=bucket, Key=key)["Body"].read() for name, key in shown.items()}


def files_below(root):
    """Every file below a folder with its bytes, through links as readers come to it; nothing that begins with a dot."""
    walked = os.walk(root, followlinks=True)
    found = {
        Path(here, name).relative_to(root).as_posix(): Path(here, name) for here, _, files in walked for name in files
    }
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".")}


def config_of(path):
    """A config as it is checked."""
    from briefing.load import load_config

    return load_config(path).config


def editionfiles_below(config, day=DAY):
    """The files of an edition by their names, with its manifest."""
    folder = config.parent / "out" / "war" / day.isoformat()
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def expected(config, *days):
    """What is to stand at a place without a site."""
    there = {f"{day}/{name}": data for day in days for name, data in editionfiles_below(config, day).items()}
    return there | {f"latest/{name}": data for name, data in editionfiles_below(config, max(days)).items()}


# Each kind of place.


def test_an_edition_arrives_whole(tmp_path, target, standing, an_edition):
    """An edition and `latest` stand at the place, to the byte; a second delivery sends nothing."""
    config = an_edition(tmp_path)
    (first,) = deliver(config, to=target).places
    assert first.trouble == ""
    assert standing() == expected(config, DAY)
    (second,) = deliver(config, to=target).places
    assert (second.sent, second.unchanged, second.removed) == (0, first.sent, 0)


def test_the_next_edition_leaves_the_last(tmp_path, target, standing, an_edition):
    """A later edition stands beside the earlier; an earlier one that is delivered again does not become `latest`."""
    config = an_edition(tmp_path, BEFORE)
    deliver(config, to=target)
    an_edition(tmp_path, BEFORE, DAY)
    deliver(config, to=target)
    deliver(config, to=target, day=BEFORE)
    assert standing() == expected(config, BEFORE, DAY)


def test_a_correction_takes_the_place(tmp_path, target, standing, an_edition):
    """A revision takes the place of what it corrects, and what it no longer has is gone."""
    config = an_edition(tmp_path)
    deliver(config, to=target)
    built(tmp_path, value="1400", formats=["json"])
    (done,) = deliver(config, to=target).places
    assert (done.trouble, done.removed) == ("", 2)
    assert standing() == expected(config, DAY)


def test_a_site_is_delivered_as_it_is(tmp_path, target, standing, an_edition):
    """Where there is a site, it is what stands at the place; pages that are gone from it go there too."""
    config = an_edition(tmp_path)
    site = a_site(
        config, **{"index.html": "1", "2022-04-08/index.html": "a", "latest/index.html": "c", "feed.xml": "f"}
    )
    deliver(config, to=target)
    (site / "2022-04-08" / "index.html").unlink()
    (site / "feed.xml").unlink()
    a_site(config, **{"2022-04-09/index.html": "b", "index.html": "2"})
    (done,) = deliver(config, to=target).places
    assert (done.sent, done.unchanged, done.removed) == (2, 3, 2)
    own = {name: data for name, data in expected(config, DAY).items() if name.startswith("2022")}
    del own["2022-04-09/manifest.json"]
    assert standing() == {"index.html": b"2", "2022-04-09/index.html": b"b", "latest/index.html": b"c"} | own


def test_latest_says_that_it_was_not_updated(tmp_path, an_edition, target, standing):
    """Where `latest` leads to the edition that says so, that is delivered as `latest`; the dated one stays without."""
    config = an_edition(tmp_path)
    folder = config.parent / "out" / "war"
    shutil.copytree(folder / DAY.isoformat(), folder / NOT_UPDATED)
    (folder / NOT_UPDATED / "briefing.html").write_text("Not updated since 9 April 2022")
    rehashed(folder / NOT_UPDATED)
    (folder / LATEST).unlink()
    (folder / LATEST).symlink_to(NOT_UPDATED)
    deliver(config, to=target)
    there = standing()
    assert there["latest/briefing.html"] == b"Not updated since 9 April 2022"
    own = {"latest/briefing.html", "latest/manifest.json"}
    assert {name: data for name, data in there.items() if name not in own} == {
        name: data for name, data in expected(config, DAY).items() if name not in own
    }
    (folder / LATEST).unlink()
    (folder / LATEST).symlink_to(DAY.isoformat())
    deliver(config, to=target)
    assert standing() == expected(config, DAY)


def rehashed(folder):
    """Let the manifest of an edition say what its files are."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    outputs = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in manifest["outputs"]}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"outputs": outputs}), encoding="utf-8")


class Cut(Exception):
    """The delivery was cut off."""


@pytest.mark.parametrize("cut", range(7))
def test_a_delivery_that_is_cut_off_is_mended(tmp_path, target, standing, an_edition, monkeypatch, cut):
    """Wherever a delivery is cut off, `latest` is old or new as a whole and comes last; the next mends the place."""
    config = an_edition(tmp_path, BEFORE)
    deliver(config, to=target)
    old = standing()
    an_edition(tmp_path, BEFORE, DAY)
    put, written = cutting(monkeypatch, target, cut)
    with pytest.raises(Cut):
        deliver(config, to=target)
    monkeypatch.setattr(*put)
    there, new = standing(), expected(config, BEFORE, DAY)
    assert written[0] == cut + 1
    assert all(there[name] in {old.get(name), new[name]} for name in there)
    if not target.startswith("s3:"):  # whose objects appear one by one
        latest = {name: data for name, data in there.items() if name.startswith("latest/")}
        assert latest in ({k: v for k, v in one.items() if k.startswith("latest/")} for one in (old, new))
    if any(there[name] != old[name] for name in old):
        assert {name for name in new if name.startswith("2022-04-09/")} <= set(there)
    deliver(config, to=target)
    assert standing() == new


def cutting(monkeypatch, target, cut):
    """Let the place fail after so many files; what to put back, and a count."""
    from briefing.delivery import bucket, folder, server

    kind = target.partition(":")[0]
    place, name = {"s3": (bucket.Bucket, "write"), "sftp": (server.Server, "_send")}.get(kind, (folder, "_write"))
    real, count = getattr(place, name), [0]

    def failing(*given):
        count[0] += 1
        if count[0] > cut:
            raise Cut
        return real(*given)

    monkeypatch.setattr(place, name, failing)
    return (place, name, real), count


def test_a_damaged_place_is_mended(tmp_path, target, an_edition):
    """A record that cannot be read is taken for none: everything is sent again."""
    config = an_edition(tmp_path)
    (first,) = deliver(config, to=target).places
    with opened(delivering._asked(target, config_of(config)), "war", tmp_path) as place:
        place.write(delivering.RECORD, b"{", "021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96")
    (second,) = deliver(config, to=target).places
    assert (second.trouble, second.sent) == ("", first.sent)


# One kind of place.


def test_objects_say_what_they_are(tmp_path, s3, an_edition):
    """Objects have their media type, and are asked after before they are shown again."""
    s3.create_bucket(Bucket="kinds")
    config = an_edition(tmp_path)
    a_site(config, **{"index.html": "x", "feed.xml": "x", "charts/a.svg": "x"})
    assert deliver(config, to="s3://kinds").status == 0
    told = {name: s3.head_object(Bucket="kinds", Key=f"war/{name}") for name in ("index.html", "feed.xml")}
    assert told["index.html"]["ContentType"] == "text/html; charset=utf-8"
    assert told["feed.xml"]["ContentType"] == "application/atom+xml"
    assert told["index.html"]["CacheControl"] == "no-cache"


def test_a_bucket_that_is_not_there(tmp_path, s3, an_edition):
    """Where there is no such bucket, the delivery says so and makes none."""
    (done,) = deliver(an_edition(tmp_path), to="s3://not-there").places
    assert done.trouble == "The specified bucket does not exist"
    assert "not-there" not in [one["Name"] for one in s3.list_buckets()["Buckets"]]


@pytest.mark.parametrize("known", ["", "another"])
def test_a_server_that_is_not_known_gets_nothing(tmp_path, shell, an_edition, monkeypatch, known):
    """A server whose key is not known, or is another than is known, gets nothing."""
    monkeypatch.setenv("HOME", str(shell.home))
    host, kind, key = shell.known.split()
    wrong = f"{host} {kind} {key[:-8]}{'AAAAAAAA' if not key.endswith('AAAAAAAA') else 'BBBBBBBB'}\n"
    (shell.home / ".ssh" / "known_hosts").write_text(wrong if known else "")
    config = an_edition(tmp_path)
    (done,) = deliver(config, to=f"sftp://{shell.user}@127.0.0.1:{shell.port}{tmp_path}/www").places
    assert ("another key" if known else "not known") in done.trouble
    assert not (tmp_path / "www").exists()


def test_known_hosts_may_stand_beside_the_config(tmp_path, shell, monkeypatch):
    """The config can name a file with the server's key."""
    monkeypatch.setenv("HOME", str(shell.home))
    (shell.home / ".ssh" / "known_hosts").write_text("")
    (tmp_path / "hosts").write_text(shell.known)
    to = f"sftp://{shell.user}@127.0.0.1:{shell.port}{tmp_path}/www"
    config = built(tmp_path, deliver=[{"to": to, "known_hosts": "hosts"}])
    assert deliver(config).places[0].trouble == ""
    assert (tmp_path / "www" / "war" / "latest" / "briefing.html").is_file()


def test_a_place_that_cannot_be_written(tmp_path):
    """A place that fails is named with its reason, keeps what it has, and keeps no other place from its edition."""
    (tmp_path / "file").write_text("x")
    config = built(tmp_path, deliver=["file", "www"])
    ran = CliRunner().invoke(main, ["deliver", str(config)])
    assert ran.exit_code == 3
    assert "briefing: file: Not a directory" in ran.output
    assert "www: " in ran.output
    assert (tmp_path / "www" / "war" / "latest" / "briefing.json").is_file()


KILLED = """
import shutil, sys
from pathlib import Path
from briefing.delivery import deliver
from tests.killing import counted, killed_at
from tests.test_delivery import DAY, expected, files_below

config, place = Path(sys.argv[1]), Path(sys.argv[2])
whole, kills, begun = expected(config, DAY), 0, 0

def work():
    deliver(config, to=str(place))

work()  # what it imports is no step of a delivery
shutil.rmtree(place)
steps = counted(work, place.with_name("steps"))
for step in range(1, steps, max(1, steps // 25)):
    shutil.rmtree(place)
    kills += killed_at(step, work)
    there = files_below(place / "war")
    units = {name.partition("/")[0] for name in there}
    assert there == {name: whole[name] for name in whole if name.partition("/")[0] in units}, f"step {step}: not whole"
    begun += 0 < len(there) < len(whole)
    work()
    assert files_below(place / "war") == whole, f"step {step}: not mended"
print(kills, begun)
"""


def test_a_killed_delivery_is_mended(tmp_path, an_edition):
    """Killed with SIGKILL before any of its steps, a delivery leaves whole folders; the next mends the place."""
    command = [sys.executable, "-c", KILLED, an_edition(tmp_path), tmp_path / "www"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    kills, begun = map(int, done.stdout.split())
    assert kills >= 20
    assert begun >= 3


def test_pages_come_after_what_they_may_show(tmp_path, an_edition):
    """In a folder the pages come last but for its manifest, and `latest` comes after the dated one."""
    config = an_edition(tmp_path)
    folder = config.parent / "out" / "war"
    goods = cargo(folder, folder / DAY.isoformat())
    names = ["briefing.json", "briefing.html", "manifest.json"]
    assert [one.name for one in goods.items] == [f"{unit}/{name}" for unit in (DAY, "latest") for name in names]


def test_what_leads_out_is_not_delivered(tmp_path, an_edition):
    """A link in the site to a file elsewhere is refused."""
    config = an_edition(tmp_path)
    (a_site(config, **{"index.html": "x"}) / "secret").symlink_to("/etc/passwd")
    with pytest.raises(DeliveryError, match="is a link"):
        deliver(config, to=str(tmp_path / "www"))


AMBER = {"killed": a_fact(value="1300", as_of="2022-04-01", marking="TLP:AMBER")}


@pytest.mark.parametrize("site", [None, "DATE/", "DATE/revision-1/", "latest/"])
@pytest.mark.parametrize(("ceiling", "lets_through"), [("TLP:GREEN", False), ("TLP:AMBER", True), (None, True)])
def test_nothing_above_the_ceiling_is_delivered(tmp_path, ceiling, lets_through, site):
    """Neither an edition by itself, nor a site that holds it still, leaves where the archive's ceiling is below it."""
    archive = {"ceiling": ceiling} if ceiling else {}
    config = built(tmp_path, facts=AMBER, archive=archive, deliver=[str(tmp_path / "www")])
    if site is not None:
        data = (tmp_path / "out" / "war" / str(DAY) / "briefing.json").read_text(encoding="utf-8")
        a_site(config, **{f"{site.replace('DATE', str(DAY))}briefing.json": data, "robots.txt": "x"})
    if lets_through:
        if site is not None:  # it has to hold the edition
            folder = tmp_path / "out" / "war"
            shutil.copytree(folder / str(DAY), folder / "site" / str(DAY), dirs_exist_ok=True)
        assert deliver(config).status == 0
        assert list((tmp_path / "www").rglob("briefing.json"))
        return
    with pytest.raises(DeliveryError, match=r"is above the ceiling of the archive, TLP:GREEN"):
        deliver(config)
    assert not (tmp_path / "www").exists()


def test_a_run_whose_site_fails_delivers_nothing_above_the_ceiling(tmp_path):
    """Where the site cannot be made, the edition is not sent in its stead to readers who may not see it."""
    template = tmp_path / "mine" / "archive" / "list.html"
    template.parent.mkdir(parents=True)
    template.write_text("{% if %}", encoding="utf-8")
    config = built(
        tmp_path,
        days=(),
        facts=AMBER,
        archive={"ceiling": "TLP:GREEN"},
        deliver=[str(tmp_path / "www")],
        theme="mine",
    )
    assert run(config, now=NOW).status == DeliveryError.status
    assert (tmp_path / "out" / "war" / str(DAY) / "briefing.json").is_file()
    assert not (tmp_path / "www").exists()


def test_a_site_elsewhere_is_not_delivered(tmp_path, an_edition):
    """A site that is a link to somebody's folder is refused, and so is a link to a folder in a site."""
    config = an_edition(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "key").write_text("secret")
    site = config.parent / "out" / "war" / "site"
    site.symlink_to(other)
    with pytest.raises(DeliveryError, match="site is a link"):
        deliver(config, to=str(tmp_path / "www"))
    site.unlink()
    (a_site(config, **{"index.html": "x"}) / "inner").symlink_to(other)
    with pytest.raises(DeliveryError, match="inner is a link"):
        deliver(config, to=str(tmp_path / "www"))
    assert not (tmp_path / "www").exists()


@pytest.mark.parametrize(("name", "told"), [(b"pipe", "no regular file"), (b"bad\xff.txt", "no UTF-8")])
def test_what_is_no_file_is_told(tmp_path, an_edition, name, told):
    """A pipe in the site is not waited for, and a name that no address can have is told in a sentence."""
    config = an_edition(tmp_path)
    path = bytes(a_site(config, **{"index.html": "x"})) + b"/" + name
    os.mkfifo(path) if name == b"pipe" else Path(os.fsdecode(path)).write_text("x")
    with pytest.raises(DeliveryError, match=told) as raised:
        deliver(config, to=str(tmp_path / "www"))
    assert str(raised.value).encode()


@pytest.mark.parametrize("day", [None, BEFORE])
def test_a_site_that_is_not_up_to_date_is_not_delivered(tmp_path, an_edition, day):
    """A site that lacks the edition that is to be delivered is no delivery of it."""
    config = an_edition(tmp_path, BEFORE, DAY)
    site, place = a_site(config, **{"index.html": "x"}), tmp_path / "www"
    deliver(config, to=str(place))
    (site / (day or DAY).isoformat() / "briefing.json").unlink()
    with pytest.raises(DeliveryError, match=f"does not have the edition of {day or DAY} yet; `briefing archive`"):
        deliver(config, day=day, to=str(place))
    shutil.rmtree(site)
    a_site(config, **{"index.html": "x"})
    assert deliver(config, day=day, to=str(place)).status == 0


def test_a_site_without_what_is_above_its_ceiling_is_delivered(tmp_path):
    """An edition that the ceiling keeps out of the site is not missing from it."""
    config = built(tmp_path, marking="TLP:RED", archive={"ceiling": "TLP:GREEN"})
    site = a_site(config, **{"index.html": "x"})
    shutil.rmtree(site / DAY.isoformat())
    assert deliver(config, to=str(tmp_path / "www")).status == 0
    assert files_below(tmp_path / "www" / "war") == {"index.html": b"x"}


def test_only_what_the_manifest_names_is_delivered(tmp_path, an_edition):
    """Somebody's notes in the folder of an edition stay there."""
    config = an_edition(tmp_path)
    there = expected(config, DAY)
    (config.parent / "out" / "war" / DAY.isoformat() / "notes.txt").write_text("private")
    deliver(config, to=str(tmp_path / "www"))
    assert files_below(tmp_path / "www" / "war") == there


def test_nothing_is_removed_or_written_through_a_link(tmp_path, an_edition):
    """At a folder, what stands behind a link is none of ours, whatever the place's record says."""
    config = an_edition(tmp_path)
    a_site(config, **{"index.html": "x"})
    place, victim = tmp_path / "www" / "war", tmp_path / "victim"
    place.mkdir(parents=True)
    victim.mkdir()
    (victim / "file").write_text("x")
    (place / "old").symlink_to(victim)
    (place / delivering.RECORD).write_text(json.dumps({"old/file": "0"}))
    (place / ".new-index.html").symlink_to(victim / "file")
    assert deliver(config, to=str(tmp_path / "www")).status == 0
    assert [(one.name, one.read_text()) for one in victim.iterdir()] == [("file", "x")]
    assert (place / "index.html").read_text() == "x"


def test_a_record_from_elsewhere_removes_nothing_outside(tmp_path, an_edition):
    """Names in a place's record that lead out of it are not followed."""
    config = an_edition(tmp_path)
    a_site(config, **{"index.html": "x"})
    victim = tmp_path / "victim"
    victim.write_text("x")
    (tmp_path / "www" / "war").mkdir(parents=True)
    (tmp_path / "www" / "war" / delivering.RECORD).write_text(json.dumps({"../../victim": "0", str(victim): "0"}))
    assert deliver(config, to=str(tmp_path / "www")).status == 0
    assert victim.exists()


# Runs and the config.


def test_a_run_delivers_what_is_new(tmp_path):
    """A run delivers a new edition; where that fails the edition stays, and the next run tries again."""
    (tmp_path / "www").write_text("in the way")
    config = built(tmp_path, deliver="www", date=DAY.isoformat())
    assert run(config, now=NOW).status == 3
    (tmp_path / "www").unlink()
    assert run(config, now=NOW).status == 0
    assert (tmp_path / "www" / "war" / "latest" / "briefing.html").is_file()


def test_a_run_that_fails_delivers_the_notice(tmp_path):
    """Readers at the places are told what those of `latest` are told, at the first failure; a good run heals it."""
    keys = {"deliver": "www", "schedule": {"mark_failures": "true"}}
    config = built(tmp_path, days=(BEFORE,), **keys)
    page = tmp_path / "www" / "war" / "latest" / "briefing.html"
    assert run(config, now=NOW - timedelta(days=1)).status == 0
    assert "Not updated since" not in page.read_text(encoding="utf-8")
    facts = config.parent / "facts" / "war.yaml"
    good = facts.read_text(encoding="utf-8")
    facts.write_text(good.replace("1300", "1300..1200"), encoding="utf-8")
    assert run(config, now=NOW).status == 1
    assert "Not updated since" in page.read_text(encoding="utf-8")
    facts.write_text(good, encoding="utf-8")
    assert run(config, now=NOW).status == 0
    assert "Not updated since" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "address",
    ["sftp://u:hunter2@host/x", "s3://key:hunter2@bucket", "ftp://host/x", "sftp:///x", "s3://", "sftp://host:99999/x"],
)
def test_an_address_that_cannot_be(tmp_path, address):
    """An address that is none, or holds a secret, is refused, and the secret is not printed."""
    (told,) = said(a_project(tmp_path, config={"deliver": [address]}))
    assert "bad-url" in told
    assert "hunter2" not in told


def test_nothing_to_deliver_to(tmp_path, an_edition):
    """Without a place there is a sentence that says so."""
    with pytest.raises(UsageError, match="no place is named"):
        deliver(an_edition(tmp_path))
