"""Printing: real PDFs read back by another library, and a real child that is bombed, killed and lied to."""

import hashlib
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import matplotlib as mpl
import page as validator
import pikepdf
import pytest
from PIL import Image

from briefing.errors import LimitError, PrintError
from briefing.pdf import Limits, Printer, PrintJob, printer

ROOT = Path(__file__).parent.parent
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
<p lang="fr">Une phrase, <a href="https://example.org/b" title="The report">avec <b>un</b> lien</a>.</p>
<table><caption>Losses</caption><thead><tr><th scope="col">Who</th><th scope="col">Killed</th></tr></thead>
<tbody><tr><th scope="row">Russia</th><td>7,000 to 15,000</td></tr></tbody></table>
<figure><img src="asset:chart.svg" alt="Losses by source"><figcaption>Losses</figcaption></figure>
<p><a href="mailto:desk@example.org"><img src="asset:chart.svg" alt="Write to the desk"></a></p>
<ul><li>one<ul><li>two</li></ul></li></ul><p lang="ar" dir="rtl">العربية <bdi>7,000–15,000</bdi></p>
"""


def a_page(body="<p>Text</p>", *, style="", head="", assets=None):
    """A page in English with some content."""
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


def a_page_with(name, picture):
    """A page with one picture."""
    return a_page(f'<img src="asset:{name}" alt="a">', assets={name: picture})


def a_picture(kind, size=(10, 10), *, flat=False):
    """The bytes of a picture, which are few where it is flat."""
    picture = io.BytesIO()
    (Image.new("1", size) if flat else Image.effect_noise(size, 90)).save(picture, kind)
    return picture.getvalue()


def read(pdf):
    """A PDF, opened by another library."""
    return pikepdf.open(io.BytesIO(pdf.data))


def tags(element, inside=()):
    """Every tag of a PDF with the kinds of those it is in, in reading order."""
    here = (*inside, str(element.S))
    yield here, element
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from tags(child, here)


def links(pdf):
    """Every link of a PDF by what is said of it."""
    return {str(link.Contents): link for leaf in pdf.pages for link in leaf.get("/Annots", [])}


def has_ended(pid):
    """Whether a process is gone, or waits only for somebody to ask what became of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def ends(pid):
    """Whether a process ends within a while."""
    for _ in range(100):
        if has_ended(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def warm():
    """A printer for all tests that do it no harm."""
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
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []
    assert report.is_compliant
    assert pdf.pages == 1


def test_the_end_of_a_stream_is_plain(warm):
    """A PDF is well-formed for the strictest reader, whatever byte its compressed parts happen to end with."""
    pdfs = (warm.print(a_page(f"<p>{n}</p>")).data for n in range(400))
    unlucky = next(pdf for pdf in pdfs if b"\r\r\nendstream" in pdf)
    assert validator.validate_pdf_bytes(unlucky, profile="ua1").is_compliant
    with pikepdf.open(io.BytesIO(unlucky)) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_a_pdf_says_what_its_parts_are(briefing):
    """Headings, tables, figures, links and notes are tagged as what they are."""
    found = {inside[-2:] for inside, _ in tags(briefing.Root.StructTreeRoot.K[0])}
    assert found >= {
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
    }


def test_every_id_is_found_in_the_index(briefing):
    """The index of a PDF's IDs leads to each of them, in order; notes and table heads have one."""
    named = {str(tag.ID): str(tag.S) for _, tag in tags(briefing.Root.StructTreeRoot.K[0]) if "/ID" in tag}
    names = list(briefing.Root.StructTreeRoot.IDTree.Names)
    assert [str(name) for name in names[::2]] == sorted(named)
    assert [str(tag.ID) for tag in names[1::2]] == sorted(named)
    assert sorted(named.values()) == ["/Note", "/TH", "/TH", "/TH"]


def test_a_change_of_language_is_tagged(briefing):
    """Words in another language are tagged with it, so that they are read out in it."""
    assert str(briefing.Root.Lang) == "en"
    spoken = {(inside[-1], str(tag.Lang)) for inside, tag in tags(briefing.Root.StructTreeRoot.K[0]) if "/Lang" in tag}
    assert spoken == {("/P", "fr"), ("/P", "ar"), ("/NonStruct", "uk")}


def test_a_figure_says_where_it_is(warm):
    """The place of a figure is measured as PDF measures: in points, from below."""
    style = "@page { size: 400pt 300pt; margin: 30pt } body { margin: 0 } img { display: block }"
    job = a_page('<img src="asset:c.svg" alt="c">', style=style, assets={"c.svg": CHART})
    with read(warm.print(job)) as pdf:
        (figure,) = [tag for inside, tag in tags(pdf.Root.StructTreeRoot.K[0]) if inside[-1] == "/Figure"]
        assert [float(side) for side in figure.A.BBox] == pytest.approx([30, 240, 90, 270])


def test_a_link_says_where_it_leads(briefing):
    """A link is told by its label, its title, its text or its picture, and there is one of each."""
    found = links(briefing)
    leads = {words: str(link.get("/A", {}).get("/URI", link.get("/Dest"))) for words, link in found.items()}
    assert leads == {
        "Source 1: Associated Press": "r1",
        "The report": "https://example.org/b",
        "Write to the desk": "mailto:desk@example.org",
        "example.org": "https://example.org/a",
    }
    assert {int(link.F) for link in found.values()} == {4}  # belongs on paper too
    assert len(briefing.pages[0].Annots) == 4


def test_a_linked_picture_is_a_link_all_over(briefing):
    """The whole of a linked picture can be clicked."""
    left, top, right, bottom = (float(side) for side in links(briefing)["Write to the desk"].Rect)
    assert abs(right - left) >= 60  # points
    assert abs(bottom - top) >= 30


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
    """A footnote stands at the foot of the page that calls it, where there is room for it."""
    notes = [f'<p>Words<span class="note" data-n="{n}">Source number {n}</span></p>' for n in range(8)]
    pdf = warm.print(a_page("".join(notes), style=FOOTNOTES + "p { margin: 0 }"))
    assert pdf.pages == 1


@pytest.mark.parametrize("family", ["serif", "sans-serif", "monospace", "DejaVu Sans", "Source Serif 4"])
def test_only_our_fonts_are_used(warm, family):
    """Whatever family a page asks for, its fonts come with the program and are embedded."""
    body = "<p>Text <b>bold</b> <em>italic</em> العربية עברית 中文 Ж Ω ≤ \u202f\u2011\u2060</p>"
    with read(warm.print(a_page(body, style=f"p {{ font-family: {family} }}"))) as pdf:
        fonts = [font.DescendantFonts[0] for font in pdf.pages[0].Resources.Font.values()]
        names = {str(font.BaseFont).partition("+")[2].rstrip(",") for font in fonts}
        main = "Source-Serif-4" if family in {"serif", "Source Serif 4"} else "Source-Sans-3"
        others = {"Noto-Sans-Arabic", "Noto-Sans-Hebrew", "Droid-Sans-Fallback"}
        assert names == {main, f"{main}-Bold", f"{main}-Italic"} | others
        assert all("/FontFile2" in font.FontDescriptor for font in fonts)


def test_a_semibold_is_drawn_as_one(warm):
    """A weight between regular and bold has its own font, and is no guess at one."""
    with read(warm.print(a_page('<p style="font: 600 12pt sans-serif">Text</p>'))) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        assert "Semi" in str(font.BaseFont)


def test_a_missing_character_is_named(warm):
    """A character that no font has keeps the PDF back, until a folder with a font that has it is added."""
    armenian = a_page("<p>Հայաստան Հ</p>")
    with pytest.raises(PrintError) as refusal:
        warm.print(armenian)
    assert "'Հ' (U+0540 ARMENIAN CAPITAL LETTER HO): add a font" in str(refusal.value)
    assert str(refusal.value).count("U+0540") == 1
    with Printer(fonts=[Path(mpl.get_data_path()) / "fonts" / "ttf"]) as richer:
        assert richer.print(armenian).pages == 1


def test_deep_pages_are_printed(warm):
    """A page may have a thousand elements inside one another."""
    assert warm.print(a_page("<div>" * 1000 + "Text")).pages == 1


def test_unknown_css_is_a_remark(warm):
    """CSS that WeasyPrint does not know is told, but is no reason to keep a PDF back."""
    assert "unknown property" in warm.print(a_page(style="p { wibble: wobble }")).warnings[0]


HASHES = """
import hashlib, sys
from pathlib import Path
from briefing.pdf import Printer
from tests.test_pdf import a_briefing, a_page
with Printer(Path(sys.argv[1])) as printing:
    for job in (a_briefing(), a_page("<p>中文 another page</p>"), a_briefing()):
        print(hashlib.sha256(printing.print(job).data).hexdigest())
"""


def test_the_same_page_is_the_same_bytes(warm, tmp_path):
    """A page has the same bytes in any process, order and surroundings, and beside another on one cache."""
    worlds = [
        {"TZ": "Asia/Tokyo", "LANG": "ja_JP.UTF-8", "PYTHONHASHSEED": "1", "HOME": str(tmp_path)},
        {"TZ": "America/Lima", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2", "SOURCE_DATE_EPOCH": "1"},
    ]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", HASHES, str(tmp_path / "cache")],
            cwd=tmp_path,
            env={**world, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for world in worlds
    ]
    one, other = (each.communicate()[0].split() for each in running)
    assert one == other
    assert one[0] == one[2] == hashlib.sha256(warm.print(a_briefing()).data).hexdigest() != one[1]
    assert list((tmp_path / "cache" / "fontconfig").glob("*.cache-*"))


# What is kept out.

PLACES = {
    "picture": '<img src="{}" alt="a">',
    "style sheet": '<link rel="stylesheet" href="{}">',
    "import": "<style>@import '{}';</style>",
    "font": "<style>@font-face {{ font-family: X; src: url('{}') }} p {{ font-family: X }}</style><p>X</p>",
    "colours": "<style>@color-profile --x {{ src: url('{}') }}</style>",
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
    "drawing in a URL": "<img src='data:image/svg+xml," + SVG.format('<image href="{}"/>') + "' alt='a'>",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("scheme", ["file", "http", "relative"])
def test_nothing_but_the_page_is_read(warm, tmp_path, place, scheme):
    """A page that asks for a file or an address is refused, without a look at either."""
    bait = tmp_path / "secret"
    os.mkfifo(bait)  # to read it would take for ever
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


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/hostname", "other.html", "data:,x"])
def test_links_lead_to_the_web_or_a_mailbox(warm, url):
    """A link that would run, open or assume something on the reader's machine is refused."""
    with pytest.raises(PrintError, match="only http, https and mailto"):
        warm.print(a_page(f'<p><a href="{url}">X</a></p>'))


def test_nothing_is_attached(warm):
    """A PDF carries no other file, not even one of the page's own."""
    with pytest.raises(PrintError, match="attachments are not supported"):
        warm.print(a_page('<a rel="attachment" href="asset:a.css">X</a>', assets={"a.css": b""}))


def test_the_child_knows_nothing_of_its_surroundings(monkeypatch):
    """Passwords and settings in the environment do not reach the process that prints."""
    monkeypatch.setenv("SECRET", "s")
    with Printer() as fresh:
        fresh.print(a_page())
        environment = Path(f"/proc/{fresh._running().pid}/environ").read_text(encoding="utf-8")
    names = {line.partition("=")[0] for line in environment.split("\0") if line}
    assert "FONTCONFIG_FILE" in names
    assert not names & {"SECRET", "HOME", "USER", "PATH"}


def test_the_child_is_light():
    """The process that prints loads WeasyPrint and little of the rest of the program."""
    code = "import sys, briefing.pdf.child, briefing.pdf.engine; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "weasyprint" in loaded
    assert not loaded & {"pydantic", "matplotlib", "babel", "numpy", "jinja2", "yaml", "briefing.edition"}


# What is wrong with a page.

WRONG = {
    "a link leads to '#nowhere', which is nowhere in the page": a_page('<a href="#nowhere">X</a>'),
    "the page asks for 'absent.svg', which is none of its files": a_page('<img src="asset:absent.svg">'),
    "the image 'a.svg' has no words for who cannot see it": a_page('<img src="asset:a.svg">', assets={"a.svg": CHART}),
    "the image 'a.svg' cannot be read: not well-formed (invalid token): line 1": a_page_with(
        "a.svg", SVG.format("\x01").encode()
    ),
    "the drawing 'a.svg' cannot be read": a_page_with("a.svg", SVG.format('<g transform="rotate(x)"/>').encode()),
    "the image 'a.png' cannot be read: it is no PNG, JPEG, WebP, GIF or SVG": a_page_with("a.png", a_picture("TIFF")),
    "the image 'a.jpg' cannot be read: image file is truncated": a_page_with(
        "a.jpg", a_picture("JPEG", (200, 200))[:3000]
    ),
    "the image 'a.png' cannot be read: Image size (36000000 pixels) exceeds limit": a_page_with(
        "a.png", a_picture("PNG", (6000, 6000), flat=True)
    ),
    "the page has no title": PrintJob("<!doctype html><html lang='en'><p>X</p></html>", {}),
    "the page names no language (lang)": PrintJob("<!doctype html><title>X</title><p>X</p>", {}),
    "the page is nested too deeply": a_page(style="p { width: " + "(" * 50_000),
    "the font 'X' cannot be loaded": a_page(
        style="@font-face { font-family: X; src: url(asset:x.ttf) }", assets={"x.ttf": b"no font"}
    ),
    "WeasyPrint failed (ZeroDivisionError": a_page("<p style='font-size: 1000000000px'>X"),
}


@pytest.mark.parametrize("problem", WRONG)
def test_a_page_that_would_lose_something_is_not_printed(warm, problem):
    """What WeasyPrint would leave out with a note in its log keeps the PDF back, and is told in our words."""
    child = warm._running()
    with pytest.raises(PrintError) as refusal:
        warm.print(WRONG[problem])
    assert str(refusal.value).startswith(f"The PDF cannot be printed: {problem}")
    assert warm._running() is child


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
    """A small page that would take for ever, or all memory, is given up in time; the next one is printed."""
    with Printer() as bombed:
        bombed.print(a_page())
        begun = time.monotonic()
        with pytest.raises(LimitError, match=r"limits: {(seconds|memory_mb): "):
            bombed.print(a_page(BOMBS[bomb]), Limits(seconds=1.5, memory_mb=400))
        assert time.monotonic() - begun < 5
        assert bombed.print(a_page()).pages == 1


def test_a_lack_of_memory_is_called_that():
    """A page that needs more memory than it may is given up with a sentence that says so."""
    with Printer() as bombed, pytest.raises(LimitError, match=r"more than 256 MB of memory.*memory_mb: "):
        bombed.print(a_page(BOMBS["grid"]), Limits(seconds=20, memory_mb=256))


def test_a_pdf_that_is_too_large_is_given_up():
    """A PDF beyond the allowed size is not taken."""
    large = a_page_with("a.jpg", a_picture("JPEG", (2000, 1500)))
    with Printer() as bombed, pytest.raises(LimitError, match="larger than 1 MB"):
        bombed.print(large, Limits(output_mb=1))


def test_a_long_document_has_room():
    """The limits leave room for a document of more than a hundred pages."""
    with Printer() as plain:
        assert plain.print(a_page('<p style="break-after: page">Text</p>' * 120)).pages > 100


# What happens to the child.


def test_starting_does_not_wait():
    """A printer starts in the background, once."""
    with Printer() as printing:
        begun = time.monotonic()
        printing.start()
        child = printing._running()
        printing.start()
        assert time.monotonic() - begun < 0.4
        assert printing._running() is child


def test_a_killed_child_is_replaced():
    """A child that is killed in the middle of a page fails that page and no other."""
    with Printer() as printing:
        printing.print(a_page())
        threading.Timer(0.3, printing._running().kill).start()
        with pytest.raises(PrintError, match="ended in the middle of its work: SIGKILL"):
            printing.print(a_page(BOMBS["flex"]), Limits(seconds=20))
        assert printing.print(a_page()).pages == 1
        child = printing._running()
        child.kill()  # between two pages
        child.wait()
        assert printing.print(a_page()).pages == 1


def test_a_printer_may_move_between_threads():
    """A printer started in one thread prints in another when the first is gone."""
    with Printer() as printing:
        starting = threading.Thread(target=printing.start)
        starting.start()
        starting.join()
        child = printing._running()
        assert printing.print(a_page()).pages == 1
        assert printing._running() is child


LEFT = """
import signal, time
from briefing.pdf import Printer
from tests.test_pdf import BOMBS, a_page
signal.signal(signal.SIGINT, signal.default_int_handler)
printing = Printer()
printing.print(a_page())
print(printing._running().pid, flush=True)
try:
    printing.print(a_page(BOMBS["flex"]))
except KeyboardInterrupt:
    time.sleep(99)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_child_does_not_outlive_its_parent(end):
    """When the program is killed, or its user interrupts a page, the process that prints for it ends."""
    with subprocess.Popen(
        [sys.executable, "-c", LEFT],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        pid = next(iter(parent.stdout or ())).strip()
        home = Path(f"/proc/{pid}/cwd").readlink()
        time.sleep(0.2)
        assert not has_ended(pid)
        parent.send_signal(end)
        assert ends(pid)
        parent.kill()
    shutil.rmtree(home, ignore_errors=True)  # a killed program cannot


def test_closing_leaves_nothing():
    """A closed printer leaves no process and no file."""
    with Printer() as printing:
        printing.print(a_page())
        pid = printing._running().pid
        home = Path(f"/proc/{pid}/cwd").readlink()
        assert (home / "fonts.conf").exists()
    assert ends(pid)
    assert not home.exists()
    printing.close()


def a_rogue(folder, code):
    """A program to be started in place of Python."""
    rogue = folder / "rogue"
    say = 'def say(text): os.write(1, struct.pack(">I", len(text)) + text)'
    rogue.write_text(f"#!{sys.executable}\nimport os, struct, sys, time\n{say}\n{code}\n", encoding="utf-8")
    rogue.chmod(0o755)
    return str(rogue)


HABITS = {
    "reads nothing": ("time.sleep(99)", LimitError, "not ready after 1 s"),
    "falls silent": ("os.read(0, 9); os.close(1); time.sleep(99)", PrintError, "ended in the middle"),
    "babbles": ("os.write(1, b'<!doctype html>' * 99); time.sleep(99)", PrintError, "answer that is none"),
    "answers something else": ("say(b'{\"sizes\": [0]}'); time.sleep(99)", PrintError, "answer that is none"),
    "never ends": ("os.write(1, b'\\0'); time.sleep(99)", LimitError, "not ready after 1 s"),
    "promises the moon": ("say(b'{\"sizes\": [99999999999]}'); time.sleep(99)", LimitError, "larger than"),
    "leaves": ("os._exit(3)", PrintError, "exit status 3"),
    "has used up its time": ("os.kill(os.getpid(), 24)", LimitError, "not ready after"),
    "crashes": ("os.kill(os.getpid(), 11)", PrintError, "SIGSEGV"),
}


@pytest.mark.parametrize("habit", HABITS)
def test_a_child_gone_mad_is_survived(tmp_path, monkeypatch, habit):
    """Whatever the child does, printing ends in time with a sentence, and the child is gone."""
    code, error, words = HABITS[habit]
    monkeypatch.setattr(sys, "executable", a_rogue(tmp_path, f"say(b'{{\"sizes\": []}}')\n{code}"))
    with Printer() as printing:
        pid = printing._running().pid
        size = 1_000_000 if habit == "reads nothing" else 1  # more than a pipe holds, or less
        with pytest.raises(error, match=words):
            printing.print(a_page(assets={"a.png": bytes(size)}), Limits(seconds=1))
        assert ends(pid)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print('OSError: cannot load library libpango', file=sys.stderr)", "cannot load library libpango"),
        ("time.sleep(99)", "not ready after 1 s"),
    ],
)
def test_a_child_that_does_not_start_says_why(tmp_path, monkeypatch, code, words):
    """Where WeasyPrint or Pango cannot be loaded, the message says so."""
    monkeypatch.setattr(sys, "executable", a_rogue(tmp_path, code))
    monkeypatch.setattr(printer, "START", 1)
    with Printer() as printing, pytest.raises(PrintError, match=f"cannot be started.*{words}"):
        printing.print(a_page())
