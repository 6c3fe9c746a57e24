"""What WeasyPrint leaves out of a tagged PDF, for those who have it read to them."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pydyf
from weasyprint.document import Document
from weasyprint.formatting_structure.boxes import Box, FootnoteAreaBox
from weasyprint.pdf import tags

_LINKS = ("http:", "https:", "mailto:")
_PRINT = 4  # the flag of an annotation that belongs on paper too
_POINTS = 0.75  # in a CSS pixel


def forbidden(document: Document) -> Iterator[str]:
    """What must not be in a PDF: attachments, and links that lead neither to the web nor to a mailbox."""
    links = dict.fromkeys((kind, target) for page in document.pages for kind, target, _, _ in page.links)
    for kind, target in links:
        if kind == "external" and not target.lower().startswith(_LINKS):
            yield f"a link leads to {target!r}; only http, https and mailto are followed"
    if document.metadata.attachments or any(kind == "attachment" for kind, _ in links):
        yield "the page attaches a file, and attachments are not supported"


def join_links(document: Document) -> None:
    """Join each link with those WeasyPrint finds inside it: to it, `<a>one <b>two</b></a>` is two."""
    for page in document.pages:
        links: list[tuple[str, str, tuple[float, float, float, float], Box]] = []
        for kind, target, area, box in page.links:
            if links and not box.link:  # inherited from the one before, in which it lies
                *same, outer, whole = links[-1]
                links[-1] = (*same, (*map(min, area[:2], outer[:2]), *map(max, area[2:], outer[2:])), whole)
            else:
                links.append((kind, target, area, box))
        page.links[:] = links


def finish(document: Document, pdf: pydyf.PDF) -> None:
    """Mend a PDF that is about to be written."""
    _describe_links(document)
    ids = []
    for element in pdf.objects:
        if isinstance(element, pydyf.Dictionary) and element.get("Type") == "/StructElem":
            if element["S"] == "/Figure":
                _place(element, _object(pdf, element["Pg"]))
            if "ID" in element:
                ids.append((element["ID"].string, element.reference))
    if ids:
        names = pydyf.Array()
        for name, reference in sorted(ids):
            names += [pydyf.String(name), reference]
        _object(pdf, pdf.catalog["StructTreeRoot"])["IDTree"] = pydyf.Dictionary({"Names": names})


def _describe_links(document: Document) -> None:
    """Say in words where each link leads, where WeasyPrint gives only its URL."""
    for page in document.pages:
        for _, target, _, box in page.links:
            if box.link_annotation:
                box.link_annotation["Contents"] = pydyf.String(_words(box.element) or target)
                box.link_annotation["F"] = _PRINT


def _words(link: Element) -> str:
    """The words for a link: its `aria-label`, else its `title`, its text or what its pictures show."""
    text = " ".join("".join(link.itertext()).split())
    pictures = " ".join(image.get("alt", "") for image in link.iter("img"))
    return link.get("aria-label") or link.get("title") or text or pictures


def _place(figure: pydyf.Dictionary, page: pydyf.Dictionary) -> None:
    """Measure a figure's place in points from below, where WeasyPrint does in pixels from above."""
    left, top, right, bottom = (pixels * _POINTS for pixels in figure["A"]["BBox"])
    height = page["TrimBox"][3]
    figure["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    return pdf.objects[int(reference.split()[0])]


# WeasyPrint ties no tag to the box it stands for, except in one function, which yields the tags of a box and
# calls itself for the boxes inside. We only listen to it. Without it a PDF would lack what `_describe` adds.
_build_box_tree = tags._build_box_tree  # noqa: SLF001


def _listen(box: Box, parent: pydyf.Dictionary, pdf: pydyf.PDF, *rest: object) -> Iterator[pydyf.Dictionary]:
    for element in _build_box_tree(box, parent, pdf, *rest):
        _describe(box, element, pdf)
        yield element


def _describe(box: Box, element: pydyf.Dictionary, pdf: pydyf.PDF) -> None:
    """Tag a change of language, and a footnote's body, its marker and its call."""
    source = box.element
    if source is not None and source.tag not in {"html", "body"} and (language := source.get("lang")):
        element["Lang"] = pydyf.String(language)
    if isinstance(box, FootnoteAreaBox):
        for note in (_object(pdf, reference) for reference in element["K"]):
            note["S"] = "/Note"
            note["ID"] = pydyf.String(f"note-{note.number}")
    elif element["S"] == "/NonStruct" and element["K"]:
        _, _, part = str(box.element_tag).partition("::")
        element["S"] = {"footnote-call": "/Reference", "footnote-marker": "/Lbl"}.get(part, "/NonStruct")


tags._build_box_tree = _listen  # noqa: SLF001


# A line end stands before "endstream", and pydyf writes "\n". After data that ends in "\r" nobody can tell
# whether the "\r" belongs to it, and a validator calls the stated length wrong. "\r\n" leaves no doubt.
_data = pydyf.Stream.data.fget


def _data_and_line_end(stream: pydyf.Stream) -> bytes:
    data: bytes = _data(stream)
    return data.removesuffix(b"\nendstream") + b"\r\nendstream" if data.endswith(b"\r\nendstream") else data


pydyf.Stream.data = property(_data_and_line_end)
