"""An edition as a message: what it says, how it looks, who it goes to."""

import json
import re
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from html import unescape

import pytest
from click.testing import CliRunner

from briefing.cli import main
from briefing.edition import Chart, Figure, walk
from briefing.errors import LockedError, MailError, UsageError
from briefing.mailing import mail
from briefing.mailing.message import above
from briefing.mailing.record import one_sender
from briefing.numerals import inked
from briefing.pipeline import build
from briefing.render.reread import edition_of
from briefing.running import run
from tests import reading
from tests.builders import DAY, a_fact, a_feed, a_printer, a_project, as_yaml, composed, said
from tests.servers import certificate, mail_server, silent_server

NOW = datetime(2022, 4, 9, 7, 30, tzinfo=UTC)
FROM = "Situation Room <sitroom@example.org>"
TEAM = {"to": ["Юлія Ґудзь <yulia@example.org>", "team@example.org"], "bcc": ["archive@example.org"]}
TABLE = "date,n\n2022-04-07,100\n2022-04-08,120\n2022-04-09,150\n"


def a_mailing(folder, *, lists=(TEAM,), server=None, facts=None, config=None, day=DAY, **own):
    """A built project whose config has mail; the config."""
    settings = {"from": FROM, "lists": list(lists), **({"server": server} if server else {}), **own}
    path = a_project(
        folder,
        facts=facts,
        feeds=[a_feed()],
        files={"t.csv": TABLE},
        blocks=[
            {"key_figures": ["killed"]},
            {"text": "**Losses** are {{ value('killed') }}, says [NATO](https://example.org/n)."},
            {"chart": {"kind": "line", "title": "Losses rise", "series": ["losses"]}},
            {"table": {"facts": {"ids": ["killed"]}, "title": "Who says what"}},
        ],
        config={"formats": ["json", "pdf"], "mail": settings, **(config or {})},
    )
    build(path, day=day, now=NOW, printer=a_printer())
    return path


def changed(path, **own):
    """The config with other settings of mail; its edition stays."""
    import yaml

    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    tree["mail"].update(own)
    path.write_text(as_yaml(tree), encoding="utf-8")
    return path


def opened(data):
    """A message as Python's own parser reads it, which finds nothing wrong with it."""
    made = message_from_bytes(data, policy=policy.default)
    assert not [defect for part in made.walk() for defect in part.defects]
    return made


def text_of(made):
    """The plain text of a message."""
    return made.get_body(("plain",)).get_content()


def html_of(made):
    """The HTML of a message."""
    return made.get_body(("html",)).get_content()


def smtp(box, **more):
    """The server of a config that is this one."""
    return {"host": "localhost", "port": box.port, "security": "none", **more}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A built project that is only read."""
    return a_mailing(tmp_path_factory.mktemp("mail"), config={"marking": "TLP:AMBER"})


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo as a message, and its edition."""
    folder = reading.edition(reading.DEMO, tmp_path_factory)
    home = tmp_path_factory.mktemp("demo")
    text = reading.DEMO.read_text(encoding="utf-8")
    (home / "config.yaml").write_text(f"{text}\nmail: {{from: a@example.org}}\n", encoding="utf-8")
    made = mail(home / "config.yaml", out=folder.parent.parent, write=home / "m.eml")
    return opened(made.files[0].read_bytes()), edition_of((folder / "briefing.json").read_bytes())[0], home


# The message.


def test_a_message_has_text_html_pictures_and_the_pdf(project):
    """A message is text, or HTML with its pictures inside, and the PDF beside them."""
    made = opened(mail(project).files[0].read_bytes())
    assert [part.get_content_type() for part in made.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    (pdf,) = made.iter_attachments()
    folder = project.parent / "out" / "ukraine" / DAY.isoformat()
    assert pdf.get_content() == (folder / "briefing.pdf").read_bytes()
    assert pdf.get_filename() == f"ukraine-{DAY}.pdf"
    ids = {part["Content-ID"].strip("<>") for part in made.walk() if part["Content-ID"]}
    assert set(re.findall(r'src="cid:([^"]+)"', html_of(made))) == ids


def test_the_headers(project):
    """The marking stands first in the subject; lists, senders and languages are told as the RFCs want it."""
    made = opened(mail(project).files[0].read_bytes())
    assert made["Subject"] == "[TLP:AMBER] Ukraine: 9 April 2022"
    assert made["From"] == FROM
    assert made["To"].addresses[0].display_name == "Юлія Ґудзь"
    assert made["Bcc"] is None
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["Content-Language"] == "en"
    assert made["List-Id"] == "<ukraine.example.org>"
    assert re.fullmatch(r"<ukraine\.2022-04-09\.1\.[0-9a-f]{16}@example\.org>", made["Message-ID"])
    assert made["Date"].datetime.date() == DAY


def headers(data):
    """The headers of a message as they stand on the wire, one to a line."""
    lines = data.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", " ").split("\r\n")
    return dict(line.split(": ", 1) for line in lines)


_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = rf"{_ATOM}(?:\.{_ATOM})*"  # RFC 5322, 3.2.3


@pytest.mark.parametrize("briefing", ["war", "A" * 79 + "_"])
def test_headers_are_as_their_standards_write_them(tmp_path, briefing):
    """However long a name is, ids and addresses stand in their headers in one piece, in ASCII."""
    reader = {"to": "a@example.org", "unsubscribe": "https://приклад.укр/leave?list=a,b&ї=%2F"}
    sender = f"Room <room@{'.'.join(['long-sub-domain'] * 4)}.example.org>"
    config = {"briefing": briefing, "archive": {"url": f"https://example.org/{'архів' * 12}/"}, "formats": ["json"]}
    told = headers(mail(a_mailing(tmp_path, lists=[reader], config=config, **{"from": sender})).files[0].read_bytes())
    assert re.fullmatch(rf"<{_DOT_ATOM}@{_DOT_ATOM}>", told["Message-ID"])  # RFC 5322, 3.6.4
    assert re.fullmatch(
        rf"<{briefing.lower()}\.(?:long-sub-domain\.){{4}}example\.org>", told["List-Id"]
    )  # RFC 2919, 2
    assert len(told["List-Id"]) <= 255 + 2
    leave = "<https://xn--80aikifvh.xn--j1amh/leave?list=a,b&%D1%97=%2F>"
    assert told["List-Unsubscribe"] == leave  # RFC 2369, 2; RFC 3987, 3.1
    assert told["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"  # RFC 8058, 3.1
    assert re.fullmatch(r"<https://example\.org/(?:%[0-9A-F]{2}){120}/>", told["List-Archive"])
    assert told["Auto-Submitted"] == "auto-generated"  # RFC 3834, 5: what no program may answer


def test_a_list_has_one_name_for_ever(tmp_path):
    """List-Id is that of the briefing, whatever the date and the revision; each issue has a Message-ID of its own."""
    told = [headers(mail(a_mailing(tmp_path, day=day)).files[0].read_bytes()) for day in (DAY, date(2022, 4, 10))]
    a_mailing(tmp_path, facts={"killed": a_fact(value="8000..15000")}, day=date(2022, 4, 10))
    told.append(headers(mail(tmp_path / "config.yaml").files[0].read_bytes()))
    assert len({one["List-Id"] for one in told}) == 1
    assert len({one["Message-ID"] for one in told}) == 3
    assert "List-Unsubscribe" not in told[0]
    assert "List-Unsubscribe-Post" not in told[0]


def test_an_address_that_no_line_holds_is_left_out(tmp_path):
    """An archive whose address is longer than a line of a header is named in the text alone (RFC 5322, 2.1.1)."""
    url = f"https://example.org/{'a' * 1000}/"
    data = mail(a_mailing(tmp_path, config={"archive": {"url": url}, "formats": ["json"]})).files[0].read_bytes()
    assert "List-Archive" not in headers(data)
    assert max(map(len, data.split(b"\r\n"))) <= 998
    assert url in text_of(opened(data))


def test_the_marking_stands_before_the_text_and_at_its_end(project):
    """Both bodies begin with the marking and end with where it ends (FIRST TLP 2.0)."""
    made = opened(mail(project).files[0].read_bytes())
    lines = text_of(made).strip().splitlines()
    assert (lines[0], lines[-1]) == ("TLP:AMBER", "End of TLP:AMBER")
    words = re.sub(r"<[^>]+>", " ", html_of(made).split("<body", 1)[1].partition(">")[2]).split()
    assert words[0] == "TLP:AMBER"
    assert words[-3:] == ["End", "of", "TLP:AMBER"]


def test_the_marking_has_its_colour(project):
    """At the head and at the end it is amber on black, as FIRST TLP 2.0 has it."""
    html = html_of(opened(mail(project).files[0].read_bytes()))
    styles = re.findall(r'<span class="bf-marking"[^>]* style="([^"]*)"', html)
    assert len(styles) == 2
    for style in styles:
        rules = dict(re.findall(r"([a-z-]+):\s*([^;]+)", style))
        assert (rules["color"], rules["background"]) == ("#ffc000", "#000000")


def test_same_edition_same_bytes(project, tmp_path):
    """The same edition gives the same message, to the byte."""
    first, second = (mail(project, write=tmp_path / f"{n}.eml").files[0].read_bytes() for n in "ab")
    assert first == second


def test_lines_are_short_ascii(demo, project):
    """No line of a message is longer than a server has to take, and none needs eight bits."""
    data = mail(project).files[0].read_bytes() + (demo[2] / "m.eml").read_bytes()
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_the_name_of_a_picture_is_not_folded(tmp_path):
    """A Content-ID stands on the line of its header, however long the names of the briefing and of its facts are."""
    path = a_mailing(tmp_path, config={"briefing": "all-that-is-known-of-the-flood-on-the-wend-and-its-tributaries"})
    data = mail(path).files[0].read_bytes()
    assert re.findall(rb"(?m)^Content-ID:(.*)\r$", data)
    assert all(re.fullmatch(rb" <[^<> ]+@[^<> ]+>", one) for one in re.findall(rb"(?m)^Content-ID:(.*)\r$", data))


def test_a_hostile_title_is_one_header(tmp_path):
    """A title as long as may be, in any script, with what looks like headers, stays within the subject."""
    title = "Bcc: x@example.com " + "Ґ" * 150 + " =?utf-8?q?a?= <b@example.com>, …"
    path = a_mailing(tmp_path, config={"title": title, "briefing": "hostile"})
    data = mail(path).files[0].read_bytes()
    made = opened(data)
    assert made["Subject"].replace(" ", "").replace("\u200b", "") == f"{title}:9April2022".replace(" ", "")
    assert made["Bcc"] is None
    assert max(map(len, data.split(b"\r\n"))) <= 78


def test_a_title_from_elsewhere_cannot_break_a_header(tmp_path):
    """Even a briefing.json that somebody has changed cannot put a header into a message."""
    path = a_mailing(tmp_path)
    folder = tmp_path / "out" / "ukraine" / DAY.isoformat()
    whole = json.loads((folder / "briefing.json").read_text(encoding="utf-8"))
    whole["edition"]["title"] = "A\r\nBcc: x@example.com\r\n\r\nbody"
    rewritten(folder, "briefing.json", json.dumps(whole).encode())
    made = opened(mail(path).files[0].read_bytes())
    assert made["Subject"] == "A Bcc: x@example.com body: 9 April 2022"
    assert made["Bcc"] is None


def rewritten(folder, name, data):
    """A file of an edition changed, and its manifest made to agree."""
    from hashlib import sha256

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["outputs"][name] = sha256(data).hexdigest()
    (folder / name).write_bytes(data)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_one_click_needs_a_web_address(tmp_path):
    """Readers can leave a list by one click where it has a web address (RFC 8058); a long one stays as it is."""
    address = f"https://example.org/leave?{'a' * 300}"
    lists = [{"to": "a@example.org", "unsubscribe": address}, {"to": "b@example.org", "unsubscribe": "mailto:u@x.org"}]
    path = a_mailing(tmp_path, lists=lists, config={"archive": {"url": "https://example.org/b/"}})
    first, second = (opened(one.read_bytes()) for one in mail(path).files)
    assert first["List-Unsubscribe"] == f"<{address}>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert second["List-Unsubscribe"] == "<mailto:u@x.org>"
    assert second["List-Unsubscribe-Post"] is None
    assert first["List-Archive"] == "<https://example.org/b/>"
    assert "https://example.org/b/2022-04-09/" in text_of(first)
    assert 'href="https://example.org/b/2022-04-09/"' in html_of(first)


def test_a_large_pdf_is_a_link(tmp_path):
    """A PDF above the limit is not attached; a link stands for it where the archive has an address."""
    path = a_mailing(tmp_path, attach_mb=0, config={"archive": {"url": "https://example.org/b"}})
    done = mail(path)
    made = opened(done.files[0].read_bytes())
    assert list(made.iter_attachments()) == []
    assert "https://example.org/b/2022-04-09/briefing.pdf" in text_of(made)
    assert "a link to it stands in the message" in done.warnings[0]


def test_a_correction_answers_the_first_issue(tmp_path):
    """A revision says that it corrects, and stands in the thread of the first issue."""
    path = a_mailing(tmp_path)
    first = opened(mail(path).files[0].read_bytes())
    a_mailing(tmp_path, facts={"killed": a_fact(value="8000..15000")})
    second = opened(mail(path).files[0].read_bytes())
    assert second["Subject"] == "Corrected: Ukraine: 9 April 2022"
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert second["Message-ID"] != first["Message-ID"]
    a_mailing(tmp_path, facts={"killed": a_fact(value="9000..15000")})
    third = opened(mail(path).files[0].read_bytes())
    assert third["In-Reply-To"] == third["References"] == first["Message-ID"]  # RFC 5322, 3.6.4
    assert first["In-Reply-To"] is first["References"] is None


# What it says, and how it looks.


def test_every_figure_stands_in_both_bodies(demo):
    """Every figure of the edition stands in the text and in the HTML of its message, in the same words.

    Of a long series, which is drawn, the first, the last and the extremes do.
    """
    made, edition, _ = demo
    figures = [one.text for one in walk((edition.summary, edition.sections)) if isinstance(one, Figure)]
    text, html = inked(re.sub(r"(?m)^\| ?", "", text_of(made))), inked(unescape(re.sub(r"<[^>]+>", "", html_of(made))))
    assert len(figures) > 50
    assert {one for one in figures if inked(one) not in html} <= amid_series(edition)
    assert {one for one in figures if inked(one) not in text} <= amid_series(edition)


def amid_series(edition):
    """Figures of long series but for the first and the last."""
    tables = [one.table for one in walk(edition.sections) if isinstance(one, Chart) and len(one.table.rows) > 12]
    assert tables
    return {one.text for table in tables for one in walk(table.rows[1:-1]) if isinstance(one, Figure)}


def test_the_text_is_written_in_short_lines(demo):
    """No line of the plain text is longer than 72 letters, but for addresses; notes are numbers of references."""
    made, edition, _ = demo
    lines = text_of(made).splitlines()
    assert [line for line in lines if len(line) > 72 and "://" not in line] == []
    for one in edition.references:
        assert any(line.startswith(f"[{one.number}] ") for line in lines)
    calls = {int(n) for call in re.findall(r"\[([0-9,]+)\]", text_of(made)) for n in call.split(",")}
    assert calls == {one.number for one in edition.references}


def test_nothing_in_the_html_is_fetched(demo, project):
    """The HTML has no script and no form, loads nothing from anywhere, and has its styles in its elements."""
    for made in (demo[0], opened(mail(project).files[0].read_bytes())):
        html = html_of(made)
        assert not re.search(r"<(script|link|iframe|form|object|svg)\b", html)
        assert set(re.findall(r'src="([a-z]+):', html)) <= {"cid"}
        assert not re.search(r"url\(|@import|var\(", html)
        assert re.search(r'<h1 [^>]*style="[^"]*font', html)
        assert all("alt=" in tag and 'alt=""' not in tag for tag in re.findall(r"<img[^>]*>", html))


def test_the_look_is_that_of_the_config(tmp_path):
    """A message has the accent and the logo of the briefing's look."""
    from io import BytesIO

    from PIL import Image

    picture = BytesIO()
    Image.new("RGB", (300, 100), "#7b1fa2").save(picture, "PNG")
    (tmp_path / "logo.png").write_bytes(picture.getvalue())
    look = {"accent": "#7b1fa2", "logo": {"file": "logo.png", "alt": "The ministry"}}
    made = opened(mail(a_mailing(tmp_path, config={"look": look})).files[0].read_bytes())
    assert "#7b1fa2" in html_of(made)
    (logo,) = (part for part in made.walk() if part.get_filename() == "logo.png")
    name = logo["Content-ID"].strip("<>")
    (tag,) = (tag for tag in re.findall("<img[^>]*>", html_of(made)) if f"cid:{name}" in tag)
    assert 'alt="The ministry"' in tag
    assert logo.get_content() == picture.getvalue()


def test_a_theme_can_change_the_message(tmp_path):
    """A theme's own mail.txt goes before the program's; a figure that it makes up is refused."""
    theme = tmp_path / "own"
    theme.mkdir()
    (theme / "mail.txt").write_text("Good morning.\n{{ body }}", encoding="utf-8")
    path = a_mailing(tmp_path, config={"theme": "own"})
    assert text_of(opened(mail(path).files[0].read_bytes())).splitlines()[0] == "Good morning."
    (theme / "mail.html").write_text(
        "<p>All 4711 figures</p>{{ blocks(edition.sections[0].blocks) }}", encoding="utf-8"
    )
    ran = CliRunner().invoke(main, ["mail", str(path)])
    assert ran.exit_code == 1
    assert "4711" in ran.output
    assert "untraced-numeral" in ran.output


# Sending.


def test_each_list_gets_its_message(tmp_path):
    """Each list gets one message; who is hidden in it gets it too and is named nowhere."""
    with mail_server() as box:
        path = a_mailing(tmp_path, server=smtp(box), lists=[TEAM, {"to": "board@example.org"}])
        done = mail(path, now=NOW, sending=True)
    assert done.status == 0
    assert [(sender, to) for sender, to, *_ in box.taken] == [
        ("sitroom@example.org", ("yulia@example.org", "team@example.org", "archive@example.org")),
        ("sitroom@example.org", ("board@example.org",)),
    ]
    assert all(b"archive@example.org" not in content for _, _, content, _ in box.taken)
    assert opened(box.taken[0][2])["Date"].datetime == NOW


def test_nobody_gets_an_issue_twice(tmp_path):
    """Who has had an issue does not get it again, unless that is asked for; a correction goes to all."""
    with mail_server() as box:
        path = a_mailing(tmp_path, server=smtp(box))
        mail(path, now=NOW, sending=True)
        again = mail(path, now=NOW, sending=True)
        assert (again.status, len(again.had), len(box.taken)) == (0, 3, 1)
        changed(path, lists=[TEAM, {"to": ["new@example.org", "team@example.org"]}])
        assert mail(path, now=NOW, sending=True).sent == ("new@example.org",)
        mail(path, now=NOW, sending=True, again=True, to=["team@example.org"])
        assert len(box.taken) == 3
        first = opened(box.taken[0][2])["Message-ID"]
        a_mailing(tmp_path, server=smtp(box), facts={"killed": a_fact(value="8000..15000")})
        assert len(mail(path, now=NOW, sending=True).sent) == 3
        assert opened(box.taken[-1][2])["In-Reply-To"] == first
    assert (tmp_path / "out" / "ukraine" / "mail.json").stat().st_mode & 0o077 == 0


def test_a_refused_recipient_is_told_and_tried_again(tmp_path):
    """Where a server refuses one address the others have their message; the next time only that one is tried."""
    with mail_server() as box:
        path = a_mailing(tmp_path, server=smtp(box))
        box.refuse.add("team@example.org")
        ran = CliRunner().invoke(main, ["mail", str(path), "--send"])
        assert ran.exit_code == 3
        assert "team@example.org was refused: 550" in ran.output
        box.refuse.clear()
        assert mail(path, now=NOW, sending=True).sent == ("team@example.org",)
    assert [to for _, to, *_ in box.taken] == [("yulia@example.org", "archive@example.org"), ("team@example.org",)]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_way_is_encrypted(tmp_path, monkeypatch, security):
    """By either way of encryption, messages go to a server whose certificate is trusted, and to no other."""
    monkeypatch.setenv("BRIEFING_SMTP_PASSWORD", "right")
    pem = certificate(tmp_path)
    with mail_server(pem, tls=security == "tls") as box:
        server = smtp(box, security=security, user="sitroom")
        path = a_mailing(tmp_path, server=server)
        done = mail(path, now=NOW, sending=True)
        assert done.status == 3
        assert "its certificate is not to be trusted" in done.refused[0]
        assert box.taken == box.users == []
        changed(path, server={**server, "ca": pem.name})
        assert mail(path, now=NOW, sending=True).status == 0
    assert box.taken[0][3] is True
    assert box.users == [(b"sitroom", b"right")]


def test_a_wrong_password_is_not_printed(tmp_path):
    """A password comes from the environment or a file; where it is wrong that is said, without it."""
    pem = certificate(tmp_path)
    with mail_server(pem) as box:
        server = smtp(box, security="starttls", user="sitroom", ca=pem.name)
        path = a_mailing(tmp_path, server=server)
        with pytest.raises(MailError, match="BRIEFING_SMTP_PASSWORD"):
            mail(path, now=NOW, sending=True, environment={})
        (tmp_path / "secret").write_text("hunter2\n", encoding="utf-8")
        changed(path, server={**server, "password_file": "secret"})
        ran = CliRunner().invoke(main, ["mail", str(path), "--send"])
    assert ran.exit_code == 3
    assert "does not let sitroom in" in ran.output
    assert "hunter2" not in ran.output
    assert set(box.users) == {(b"sitroom", b"hunter2")}


def test_a_password_never_goes_in_the_open(tmp_path):
    """Without encryption no password is sent."""
    path = a_mailing(tmp_path, server={"host": "localhost", "security": "none", "user": "sitroom"})
    with pytest.raises(MailError, match="in the open"):
        mail(path, now=NOW, sending=True, environment={"BRIEFING_SMTP_PASSWORD": "x"})


def test_a_server_that_hangs_is_given_up(tmp_path):
    """A server that never answers is given up after the time that the config allows."""
    with silent_server() as port:
        server = {"host": "localhost", "port": port, "timeout": "1 second", "security": "none"}
        done = mail(a_mailing(tmp_path, server=server), now=NOW, sending=True)
    assert done.status == 3
    assert "gave no answer in time" in done.refused[0]


def test_one_sender_at_a_time(tmp_path):
    """While one process sends, another that wants to is told so."""
    path = a_mailing(tmp_path, server={"host": "localhost"})
    with one_sender(tmp_path / "out" / "ukraine"), pytest.raises(LockedError):
        mail(path, now=NOW, sending=True)


def test_a_damaged_record_sends_nothing(tmp_path):
    """Where nobody knows who had what, nothing is sent."""
    with mail_server() as box:
        path = a_mailing(tmp_path, server=smtp(box))
        (tmp_path / "out" / "ukraine" / "mail.json").write_text("{", encoding="utf-8")
        with pytest.raises(MailError, match=r"mail\.json cannot be read"):
            mail(path, now=NOW, sending=True)
    assert box.taken == []


# Ceilings.


@pytest.mark.parametrize(
    ("marking", "ceiling", "goes"),
    [
        ("TLP:GREEN", "TLP:GREEN", True),
        ("TLP:CLEAR", "TLP:GREEN", True),
        ("TLP:AMBER", "TLP:GREEN", False),
        ("TLP:AMBER+STRICT", "TLP:AMBER", False),
        ("TLP:RED", "TLP:AMBER+STRICT", False),
    ],
)
def test_a_ceiling(marking, ceiling, goes):
    """A marking is above a ceiling when fewer people may read it."""
    assert (above([marking], ceiling) == "") is goes


def test_an_edition_above_a_ceiling_is_withheld(tmp_path):
    """An edition marked above a list's ceiling, or with a fact that is, does not go there, and that is said."""
    lists = [{"to": "public@example.org", "ceiling": "TLP:GREEN"}, {"to": "team@example.org"}]
    with mail_server() as box:
        path = a_mailing(
            tmp_path,
            server=smtp(box),
            lists=lists,
            config={"marking": "TLP:CLEAR"},
            facts={"killed": a_fact(marking="TLP:AMBER")},
        )
        ran = CliRunner().invoke(main, ["mail", str(path), "--send"])
    assert ran.exit_code == 3
    assert "the list of public@example.org does not get the edition of 2022-04-09: it holds TLP:AMBER" in ran.output
    assert [to for _, to, *_ in box.taken] == [("team@example.org",)]


# Runs.


def test_a_run_mails_what_is_new(tmp_path):
    """A run mails a new edition once; what failed is a failure of the run, and the next run makes it good."""
    with mail_server() as box:
        path = a_mailing(tmp_path, server=smtp(box), when="new", config={"date": DAY.isoformat()})
        box.refuse |= {"yulia@example.org", "team@example.org", "archive@example.org"}
        assert run(path, now=NOW).status == 3
        status = json.loads((tmp_path / "out" / "ukraine" / "status.json").read_text(encoding="utf-8"))
        assert status["result"] == "undelivered"
        assert status["last_good"]["date"] == DAY.isoformat()
        box.refuse.clear()
        assert run(path, now=NOW).status == 0
        assert run(path, now=NOW).status == 0
    assert len(box.taken) == 1


def test_a_run_without_mail_sends_nothing(tmp_path):
    """A run mails only where the config says so."""
    with mail_server() as box:
        path = a_mailing(tmp_path, server=smtp(box), config={"date": DAY.isoformat()})
        assert run(path, now=NOW).status == 0
    assert box.taken == []


# The config.


@pytest.mark.parametrize(
    "address", ["nobody", "a@b@c", "a@b, c@d", "Ж@example.org", "a@exa mple", "x <>", "a@-b\u0000"]
)
def test_an_address_that_is_none(tmp_path, address):
    """What is not one address is told by its place."""
    path = a_project(tmp_path, config={"mail": {"from": "a@example.org", "lists": [{"to": address}]}})
    assert any("bad-address" in one or "forbidden-character" in one for one in said(path))


def test_a_password_has_no_place_in_the_config(tmp_path):
    """A password in the config is a key that it does not know."""
    server = {"host": "mail.example.org", "user": "u", "password": "hunter2"}
    path = a_project(tmp_path, config={"mail": {"from": "a@example.org", "server": server}})
    (told,) = said(path)
    assert "unknown-key" in told
    assert "hunter2" not in told


def test_what_is_missing_is_said(tmp_path, project):
    """Without an edition, a sender, a server or readers there is a sentence that says so."""
    plain = a_project(tmp_path)
    with pytest.raises(UsageError, match="who messages are from"):
        mail(plain)
    with pytest.raises(UsageError, match="no whole edition of 2022-04-01"):
        mail(project, day=date(2022, 4, 1))
    with pytest.raises(UsageError, match="has to name a server"):
        mail(project, sending=True)
    with pytest.raises(UsageError, match="not an address"):
        mail(project, to=["nobody"])
    ran = CliRunner().invoke(main, ["mail", str(project), "--send", "--write", "x.eml"])
    assert ran.exit_code == 2


def test_the_tree_is_read_back(tmp_path):
    """An edition that is read back from its briefing.json is the one that was written."""
    path = a_mailing(tmp_path)
    folder = tmp_path / "out" / "ukraine" / DAY.isoformat()
    assert edition_of((folder / "briefing.json").read_bytes())[0] == composed(path).edition


def test_mail_needs_nothing_of_the_facts(tmp_path):
    """A published edition can be mailed when its facts have gone since."""
    path = a_mailing(tmp_path)
    for one in (tmp_path / "facts").iterdir():
        one.unlink()
    assert opened(mail(path).files[0].read_bytes())["Subject"] == "Ukraine: 9 April 2022"
