"""Printing: real PDFs read back, and a real child that is bombed, killed and lied to."""

import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import matplotlib
import page as validator
import pikepdf
import pytest
from PIL import Image

from briefing.errors import LimitError, PrintError
from briefing.pdf import Limits, Printer, PrintJob, printer

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40" width="80" height="40">{}</svg>'
CHART = SVG.format('<rect width="60" height="20"/><text y="36">Losses</text>').encode()
FOOTNOTES = """
@page { size: A4; margin: 20mm; @footnote { border-top: .5pt solid; padding-top: 2mm } }
.note { float: footnote } .note::footnote-marker { content: attr(data-n) " " }
.note::footnote-call { content: "[" attr(data-n) "]" }
"""
BRIEFING = """
<h1>War in Ukraine</h1><h2>Overview</h2>
<p>NATO puts the losses at 7,000 to 15,000<span class="note" id="r1" data-n="1">Associated Press,
<cite lang="uk">Назва</cite>, <a href="https://example.org/a">example.org</a></span> soldiers, and so do
others.<a href="#r1" aria-label="Source 1: Associated Press">[1]</a></p>
<p lang="fr">Une phrase en français, <a href="https://example.org/b" title="The report">avec <b>un</b> lien</a>.</p>
<table><caption>Losses</caption><thead><tr><th scope="col">Who</th><th scope="col">Killed</th></tr></thead>
<tbody><tr><th scope="row">Russia</th><td>7,000 to 15,000</td></tr></tbody></table>
<figure><img src="asset:chart.svg" alt="Losses by source"><figcaption>Losses</figcaption></figure>
<p><a href="mailto:desk@example.org"><img src="asset:chart.svg" alt="Write to the desk"></a></p>
<ul><li>one<ul><li>two</li></ul></li></ul><p lang="ar" dir="rtl">العربية <bdi>7,000–15,000</bdi></p>
"""


def a_page(body="<p>Text</p>", *, style="", head="", assets=None):
    """A page of English with some content."""
    html = f'<!doctype html><html lang="en"><head><title>A page</title>{head}<style>{style}</style></head>'
    return PrintJob(f"{html}<body>{body}</body></html>", assets or {})


def a_briefing():
    """A page with one of everything."""
    meta = {
        "author": "The desk",
        "description": "What is known",
        "keywords": "war, losses",
        "dcterms.created": "2022-04-09T00:00:00+03:00",
        "dcterms.modified": "2022-04-10",
    }
    head = "".join(f'<meta name="{name}" content="{content}">' for name, content in meta.items())
    return a_page(BRIEFING, style=FOOTNOTES, head=head, assets={"chart.svg": CHART})


def a_picture(kind, size=(10, 10)):
    """The bytes of a picture."""
    picture = io.BytesIO()
    Image.effect_noise(size, 90).save(picture, kind)
    return picture.getvalue()


def read(pdf):
    """The PDF, opened by another library."""
    return pikepdf.open(io.BytesIO(pdf.data))


def tags(element, inside=()):
    """Every tag of a PDF with the names of those it is in, in reading order."""
    here = (*inside, str(element.S))
    yield here, element
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from tags(child, here)


def links(pdf):
    """Every link of a PDF by what is said of it."""
    return {str(one.Contents): one for leaf in pdf.pages for one in leaf.get("/Annots", [])}


def gone(pid):
    """Whether a process has ended, within a while."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def warm():
    """A printer that all tests may use."""
    with Printer() as shared:
        yield shared


@pytest.fixture(scope="module")
def briefing(warm):
    """The page with one of everything, printed and opened."""
    with read(warm.print(a_briefing())) as pdf:
        yield pdf


# What comes out.


def test_a_pdf_is_accessible(warm):
    """A PDF passes every rule of PDF/UA-1."""
    pdf = warm.print(a_briefing())
    report = validator.validate_pdf_bytes(pdf.data, profile="ua1")
    assert [(one.rule_id, one.message) for one in report.failures] == []
    assert report.is_compliant
    assert pdf.pages == 1


def test_a_pdf_says_what_its_parts_are(briefing):
    """Headings, tables, figures, links and notes are tagged as what they are."""
    found = {inside[-2:] for inside, _ in tags(briefing.Root.StructTreeRoot.K[0])}
    assert {
        ("/Document", "/H1"),
        ("/Document", "/H2"),
        ("/P", "/Link"),
        ("/P", "/Reference"),
        ("/Note", "/Lbl"),
        ("/Note", "/Link"),
        ("/Table", "/Caption"),
        ("/TR", "/TH"),
        ("/TR", "/TD"),
        ("/LI", "/LBody"),
        ("/Link", "/Figure"),
    } <= found


def test_every_id_is_found_in_the_index(briefing):
    """The index of a PDF's IDs leads to each of them, in order; notes and table heads have one."""
    named = {str(tag.ID): str(tag.S) for _, tag in tags(briefing.Root.StructTreeRoot.K[0]) if "/ID" in tag}
    names = list(briefing.Root.StructTreeRoot.IDTree.Names)
    assert [str(name) for name in names[::2]] == sorted(named)
    assert [str(tag.ID) for tag in names[1::2]] == sorted(named)
    assert sorted(named.values()) == ["/Note", "/TH", "/TH", "/TH"]


def test_a_change_of_language_is_tagged(briefing):
    """Words in another language are read out in that language."""
    languages = [str(tag.Lang) for _, tag in tags(briefing.Root.StructTreeRoot.K[0]) if "/Lang" in tag]
    assert str(briefing.Root.Lang) == "en"
    assert set(languages) == {"fr", "ar", "uk"}


def test_a_figure_says_where_it_is(warm):
    """The place of a figure is measured as PDF measures: in points, from below."""
    style = "@page { size: 400pt 300pt; margin: 30pt } body { margin: 0 } img { display: block }"
    with read(warm.print(a_page('<img src="asset:c.svg" alt="c">', style=style, assets={"c.svg": CHART}))) as pdf:
        (figure,) = [tag for inside, tag in tags(pdf.Root.StructTreeRoot.K[0]) if inside[-1] == "/Figure"]
        assert [float(x) for x in figure.A.BBox] == pytest.approx([30, 240, 90, 270])


def test_a_link_says_where_it_leads(briefing):
    """A link is told by its label, its title, its text or its picture, and there is one of each."""
    assert {
        words: str(link.get("/A", {}).get("/URI", link.get("/Dest"))) for words, link in links(briefing).items()
    } == {
        "Source 1: Associated Press": "r1",
        "The report": "https://example.org/b",
        "Write to the desk": "mailto:desk@example.org",
        "example.org": "https://example.org/a",
    }
    assert {int(link.F) for link in links(briefing).values()} == {4}  # printed
    assert len(briefing.pages[0].Annots) == 4


def test_a_linked_picture_is_a_link_all_over(briefing):
    """The whole of a linked picture can be clicked."""
    left, top, right, bottom = (float(x) for x in links(briefing)["Write to the desk"].Rect)
    assert (abs(right - left), abs(bottom - top)) >= (60, 30)  # points


def test_a_pdf_knows_what_it_is(briefing):
    """Title, author, subject, keywords and dates stand in the PDF as the page gives them."""
    assert {key: str(value) for key, value in briefing.docinfo.items() if key != "/Producer"} == {
        "/Title": "A page",
        "/Author": "The desk",
        "/Subject": "What is known",
        "/Keywords": "war, losses",
        "/CreationDate": "D:20220409000000+03'00",
        "/ModDate": "D:20220410",
    }
    with briefing.open_metadata() as xmp:
        assert xmp["dc:title"] == "A page"
        assert xmp["xmp:CreateDate"] == "2022-04-09T00:00:00+03:00"
        assert xmp["pdfuaid:part"] == "1"


def test_a_note_stays_on_its_page(warm):
    """A footnote stands at the foot of the page that calls it."""
    notes = [f'<p>Words<span class="note" data-n="{n}">Source number {n}</span></p>' for n in range(8)]
    pdf = warm.print(a_page("".join(notes), style=FOOTNOTES + "@page { size: A5 } p { margin: 0 }"))
    assert pdf.pages == 1


FACES = "Text <b>bold</b> <em>italic</em> العربية עברית 中文 Ж Ω ≤ \u202f\u2011\u2060"


@pytest.mark.parametrize("family", ["serif", "sans-serif", "monospace", "Arial", "DejaVu Sans", "Source Serif 4"])
def test_only_our_fonts_are_used(warm, family):
    """Whatever family a page asks for, its fonts come with the program and are embedded."""
    with read(warm.print(a_page(f"<p>{FACES}</p>", style=f"p {{ font-family: {family} }}"))) as pdf:
        fonts = [font.DescendantFonts[0] for font in pdf.pages[0].Resources.Font.values()]
        names = {str(font.BaseFont).partition("+")[2].rstrip(",") for font in fonts}
        main = "Source-Serif-4" if "erif" in family and "sans" not in family else "Source-Sans-3"
        assert names == {
            main,
            f"{main}-Bold",
            f"{main}-Italic",
            "Noto-Sans-Arabic",
            "Noto-Sans-Hebrew",
            "Droid-Sans-Fallback",
        }
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)


def test_a_semibold_is_one(warm):
    """The weights between regular and bold are drawn, not guessed."""
    with read(warm.print(a_page('<p style="font: 600 12pt sans-serif">Text</p>'))) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        assert "Semi-Bold" in str(font.BaseFont) or "Semibold" in str(font.BaseFont)


def test_a_missing_character_is_named():
    """A character that no font has keeps the PDF back; a folder with a font that has it lets it through."""
    armenian = a_page("<p>Հայաստան Հ</p>")
    with Printer() as plain, pytest.raises(PrintError) as refusal:
        plain.print(armenian)
    assert "'Հ' (U+0540 ARMENIAN CAPITAL LETTER HO): add a font" in str(refusal.value)
    assert str(refusal.value).count("U+0540") == 1
    with Printer(fonts=[Path(matplotlib.get_data_path()) / "fonts" / "ttf"]) as richer:
        assert richer.print(armenian).pages == 1


def test_unknown_css_is_a_remark(warm):
    """CSS that WeasyPrint does not know is no reason to keep a PDF back, but is told."""
    assert "unknown property" in warm.print(a_page(style="p { wibble: wobble }")).warnings[0]


# The same bytes.

HASH = """
import hashlib, sys
from pathlib import Path
from briefing.pdf import Printer
from tests.test_pdf import a_briefing, a_page
with Printer(Path(sys.argv[1])) as printer:
    for job in (a_briefing(), a_page("<p>中文 another page</p>"), a_briefing()):
        print(hashlib.sha256(printer.print(job).data).hexdigest())
"""


def test_the_same_page_is_the_same_bytes(warm, tmp_path):
    """A page has the same bytes in any process, surroundings and order, and beside others on one cache."""
    root = str(Path(__file__).parent.parent)
    worlds = [
        {"TZ": "Asia/Tokyo", "LANG": "ja_JP.UTF-8", "PYTHONHASHSEED": "1", "HOME": str(tmp_path)},
        {"TZ": "America/Lima", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "1"},
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", HASH, str(tmp_path / "cache")],
            cwd=tmp_path,
            env={**world, "PYTHONPATH": root},
            stdout=subprocess.PIPE,
            text=True,
        )
        for world in worlds
    ]
    outputs = [one.communicate()[0].split() for one in running]
    expected = hashlib.sha256(warm.print(a_briefing()).data).hexdigest()
    assert outputs[0] == outputs[1]
    assert outputs[0][0] == outputs[0][2] == expected != outputs[0][1]
    assert list((tmp_path / "cache" / "fontconfig").glob("*.cache-*"))


# What is kept out.

PLACES = {
    "picture": '<img src="{}" alt="a">',
    "style sheet": '<link rel="stylesheet" href="{}">',
    "import": "<style>@import '{}';</style>",
    "font": "<style>@font-face {{ font-family: X; src: url('{}') }} p {{ font-family: X }}</style><p>X</p>",
    "colours": "<style>@color-profile --x {{ src: url('{}') }} p {{ color: color(--x 1 1 1) }}</style><p>X</p>",
    "background": "<style>p {{ background: url('{}') }}</style><p>X</p>",
    "border": "<style>p {{ border-image: url('{}') 1; border-width: 1px }}</style><p>X</p>",
    "bullet": "<style>li {{ list-style-image: url('{}') }}</style><ul><li>X</li></ul>",
    "content": "<style>p::before {{ content: url('{}') }}</style><p>X</p>",
    "object": '<object data="{}"></object>',
    "embed": '<embed src="{}">',
    "attachment": '<link rel="attachment" href="{}">',
    "attachment link": '<p><a rel="attachment" href="{}">X</a></p>',
    "drawing": SVG.format('<title>X</title><image href="{}" width="9" height="9"/>'),
    "drawing in a file": '<img src="asset:wrapper.svg" alt="a">',
    "drawing in a URL": '<img src="data:image/svg+xml,'
    + SVG.format("<image href='{}'/>").replace('"', "'")
    + '" alt="a">',
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("scheme", ["file", "http", "relative"])
def test_nothing_but_the_page_is_read(warm, tmp_path, place, scheme):
    """A page that asks for any file or address of its own is refused, without a look at it."""
    bait = tmp_path / "secret"
    os.mkfifo(bait)  # reading it would never end
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"//127.0.0.1:{server.getsockname()[1]}/secret"
        url = {"file": bait.as_uri(), "http": f"http:{address}", "relative": address}[scheme]
        wrapper = SVG.format(f'<image href="{url}" width="9" height="9"/>').encode()
        with pytest.raises(PrintError, match=url) as refusal:
            warm.print(a_page(PLACES[place].format(url), assets={"wrapper.svg": wrapper}), Limits(seconds=5))
        assert not isinstance(refusal.value, LimitError)
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_base_address_opens_no_door(warm):
    """A page cannot turn the names of its files into addresses."""
    with pytest.raises(PrintError, match="file:///etc/hostname"):
        warm.print(a_page('<img src="hostname" alt="a">', head='<base href="file:///etc/">'))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/hostname", "other.html", "data:text/html,x"])
def test_links_lead_to_the_web_or_a_mailbox(warm, url):
    """A link that would run, open or assume something on the reader's machine is refused."""
    with pytest.raises(PrintError, match="only http, https and mailto"):
        warm.print(a_page(f'<p><a href="{url}">X</a></p>'))


def test_the_child_knows_nothing_of_its_surroundings(warm, monkeypatch):
    """Passwords and settings in the environment do not reach the process that prints."""
    monkeypatch.setenv("SECRET", "s")
    with Printer() as fresh:
        fresh.start()
        environment = Path(f"/proc/{fresh._child.pid}/environ").read_text(encoding="utf-8")
    names = {line.partition("=")[0] for line in environment.split("\0") if line}
    assert not names & {"SECRET", "HOME", "USER", "PATH"}


def test_the_child_is_light():
    """The process that prints loads WeasyPrint and nothing of the rest of the program."""
    code = "import sys, briefing.pdf.child, briefing.pdf.engine; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "weasyprint" in loaded
    assert not {"pydantic", "matplotlib", "babel", "numpy", "jinja2", "yaml", "briefing.edition"} & set(loaded)


# What is wrong with a page.

WRONG = {
    "a link leads to '#nowhere', which is nowhere in the page": a_page('<a href="#nowhere">X</a>'),
    "the page asks for 'absent.svg', which is none of its files": a_page('<img src="asset:absent.svg" alt="a">'),
    "the image 'a.svg' has no words for who cannot see it": a_page('<img src="asset:a.svg">', assets={"a.svg": CHART}),
    "the image 'a.svg' cannot be read: not well-formed (invalid token): line 1": a_page(
        '<img src="asset:a.svg" alt="a">', assets={"a.svg": SVG.format("\x01").encode()}
    ),
    "the drawing 'a.svg' cannot be read": a_page(
        '<img src="asset:a.svg" alt="a">', assets={"a.svg": SVG.format('<g transform="rotate(x)"/>').encode()}
    ),
    "the image 'a.png' cannot be read: it is no PNG, JPEG, WebP, GIF or SVG": a_page(
        '<img src="asset:a.png" alt="a">', assets={"a.png": a_picture("TIFF")}
    ),
    "the image 'a.jpg' cannot be read: image file is truncated": a_page(
        '<img src="asset:a.jpg" alt="a">', assets={"a.jpg": a_picture("JPEG", (200, 200))[:3000]}
    ),
    "the image 'b.png' cannot be read: Image size (36000000 pixels) exceeds limit": a_page(
        '<img src="asset:b.png" alt="a">', assets={"b.png": a_picture("PNG", (1, 1))}
    ),
    "the page names no language (lang)": PrintJob("<!doctype html><title>X</title><p>X</p>", {}),
    "the page is nested too deeply": a_page("<div>" * 4000),
    "the font 'X' cannot be loaded": a_page(
        style="@font-face { font-family: X; src: url(asset:x.ttf) }", assets={"x.ttf": b"no font"}
    ),
    "WeasyPrint failed (ZeroDivisionError": a_page("<p style='font-size: 1000000000px'>X"),
}


@pytest.mark.parametrize("problem", WRONG)
def test_a_page_that_would_lose_something_is_not_printed(warm, problem):
    """What WeasyPrint would leave out of a PDF and only note in a log keeps the PDF back, in the user's words."""
    job = WRONG[problem]
    if "b.png" in job.assets:
        job.assets["b.png"] = a_picture("PNG", (1, 1))
        large = io.BytesIO()
        Image.new("1", (6000, 6000)).save(large, "PNG")
        job.assets["b.png"] = large.getvalue()
    before = warm._running().pid
    with pytest.raises(PrintError) as refusal:
        warm.print(job)
    assert str(refusal.value).startswith(f"The PDF cannot be printed: {problem}")
    assert warm._running().pid == before


def test_all_problems_are_told_at_once(warm):
    """Everything that is wrong with a page is told in one go, a line each."""
    with pytest.raises(PrintError) as refusal:
        warm.print(a_page('<a href="#a">A</a> <a href="#b">B</a> <img src="asset:c.svg" alt="c"> ก'))
    assert str(refusal.value).splitlines() == [
        "The PDF cannot be printed:",
        "  a link leads to '#a', which is nowhere in the page",
        "  a link leads to '#b', which is nowhere in the page",
        "  the page asks for 'c.svg', which is none of its files",
        "  no font has the character 'ก' (U+0E01 THAI CHARACTER KO KAI): add a font that has it",
    ]


# What costs too much.

BOMBS = {
    "flex": '<div style="display: flex">' * 14 + "X",
    "grid": '<div style="display: grid; grid-template-columns: repeat(100000000, 1px)">X</div>',
    "colspan": '<table><tr><td colspan="1000000">X</td></tr></table>',
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_within_its_limits(bomb):
    """A small page that would take for ever, or all memory, is given up in time, and the next page printed."""
    with Printer() as bombed:
        bombed.print(a_page())
        begun = time.monotonic()
        with pytest.raises(LimitError, match="limits: {(seconds|memory_mb): "):
            bombed.print(a_page(BOMBS[bomb]), Limits(seconds=1.5, memory_mb=400))
        assert time.monotonic() - begun < 2.5
        assert bombed.print(a_page()).pages == 1


def test_a_lack_of_memory_is_called_that():
    """A page that needs more memory than it may is given up with a sentence that says so."""
    with Printer() as bombed, pytest.raises(LimitError, match=r"more than 256 MB of memory.*memory_mb: "):
        bombed.print(a_page(BOMBS["grid"]), Limits(seconds=20, memory_mb=256))


def test_a_pdf_that_is_too_large_is_given_up(warm):
    """A PDF beyond the allowed size is not taken."""
    photo = {"a.jpg": a_picture("JPEG", (2000, 1500))}
    with pytest.raises(LimitError, match="larger than 1 MB"):
        warm.print(a_page('<img src="asset:a.jpg" alt="a">', assets=photo), Limits(output_mb=1))


# What happens to the child.


def test_a_killed_child_is_replaced():
    """A child that is killed in the middle of a page fails that page and no other."""
    with Printer() as printing:
        printing.print(a_page())
        threading.Timer(0.3, os.kill, (printing._child.pid, signal.SIGKILL)).start()
        with pytest.raises(PrintError, match="ended in the middle of its work: SIGKILL"):
            printing.print(a_page(BOMBS["flex"]), Limits(seconds=20))
        assert printing.print(a_page()).pages == 1
        printing._child.kill()  # between two pages
        printing._child.wait()
        assert printing.print(a_page()).pages == 1


ORPHAN = """
from briefing.pdf import Printer
from tests.test_pdf import BOMBS, a_page
printer = Printer()
printer.print(a_page())
print(printer._child.pid, printer._home.name, flush=True)
printer.print(a_page(BOMBS["flex"]))
"""


def test_a_child_does_not_outlive_its_parent():
    """When the program is killed, the process that prints for it ends in the middle of a page."""
    root = Path(__file__).parent.parent
    with subprocess.Popen([sys.executable, "-c", ORPHAN], cwd=root, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid, home = parent.stdout.readline().split()
        time.sleep(0.2)
        assert not Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] == "Z"
        parent.kill()
    assert gone(pid)
    assert Path(home).exists()  # nobody was left to clear it up
    for path in sorted(Path(home).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    Path(home).rmdir()


def test_closing_leaves_nothing():
    """A closed printer leaves no process and no file."""
    with Printer() as printing:
        printing.print(a_page())
        pid, home = printing._child.pid, Path(printing._home.name)
        assert (home / "fonts.conf").exists()
    assert gone(pid)
    assert not home.exists()
    printing.close()


READY = 'import os, struct, sys, time\ndef say(text): os.write(1, struct.pack(">I", len(text)) + text)\nsay(b\'{"sizes": []}\')\n'
ROGUES = {
    "reads nothing": ("time.sleep(99)", LimitError, "not ready after 1 s"),
    "falls silent": (
        "sys.stdin.buffer.read(9); os.close(1); time.sleep(99)",
        PrintError,
        "ended in the middle",
    ),
    "babbles": ("os.write(1, b'<!doctype html>' * 99); time.sleep(99)", PrintError, "an answer that is none"),
    "answers another question": (
        "say(b'{\"sizes\": [0]}'); time.sleep(99)",
        PrintError,
        "an answer that is none",
    ),
    "never ends": ("os.write(1, b'\\0'); time.sleep(99)", LimitError, "not ready after 1 s"),
    "promises the moon": ("say(b'{\"sizes\": [99999999999]}'); time.sleep(99)", LimitError, "larger than"),
    "leaves": ("os._exit(3)", PrintError, "exit status 3"),
    "runs out of processor time": ("os.kill(os.getpid(), 24)", LimitError, "not ready after"),
    "crashes": ("os.kill(os.getpid(), 11)", PrintError, "SIGSEGV"),
}


@pytest.mark.parametrize("habit", ROGUES)
def test_a_child_gone_mad_is_survived(tmp_path, monkeypatch, habit):
    """Whatever the child does, printing ends in time with a sentence, and the child is gone."""
    code, error, words = ROGUES[habit]
    rogue = tmp_path / "rogue"
    rogue.write_text(f"#!{sys.executable}\n{READY}{code}\n", encoding="utf-8")
    rogue.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(rogue))
    with Printer() as printing:
        printing.start()
        pid = printing._child.pid
        with pytest.raises(error, match=words):
            printing.print(a_page(assets={"a.png": bytes(1_000_000)}), Limits(seconds=1))
        assert gone(pid)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print('OSError: cannot load library libpango', file=sys.stderr)", "cannot load library libpango"),
        ("time.sleep(99)", "not ready after 1 s"),
    ],
)
def test_a_child_that_does_not_start_says_why(tmp_path, monkeypatch, code, words):
    """Where WeasyPrint or Pango cannot be loaded, the message says so."""
    rogue = tmp_path / "rogue"
    rogue.write_text(f"#!{sys.executable}\nimport sys, time\n{code}\n", encoding="utf-8")
    rogue.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(rogue))
    monkeypatch.setattr(printer, "START", 1)
    with Printer() as printing, pytest.raises(PrintError, match=f"cannot be started.*{words}"):
        printing.print(a_page())
