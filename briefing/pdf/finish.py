"""What WeasyPrint leaves out of a tagged PDF, for readers who listen to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf
from weasyprint.formatting_structure.boxes import FootnoteAreaBox
from weasyprint.pdf import tags

_LINKS = ("http:", "https:", "mailto:")
_PRINT = 4  # the flag of an annotation that is printed too
_POINTS = 0.75  # in a CSS pixel


def finish(document: Any, pdf: Any) -> Iterator[str]:
    """Mend a PDF that is about to be written; yield what must not be in it."""
    yield from _links(document)
    elements = [one for one in pdf.objects if isinstance(one, pydyf.Dictionary) and one.get("Type") == "/StructElem"]
    for element in elements:
        if element["S"] == "/Figure":
            _place(element, _object(pdf, element["Pg"]))
    if named := sorted((element["ID"].string, element.reference) for element in elements if "ID" in element):
        names = [part for name, reference in named for part in (pydyf.String(name), reference)]
        _object(pdf, pdf.catalog["StructTreeRoot"])["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(names)})


def _links(document: Any) -> Iterator[str]:
    """Say in words where a link leads: its `aria-label`, its `title` or its text."""
    for page in document.pages:
        for kind, target, _, box in page.links:
            if kind == "attachment":
                yield f"the page attaches {target!r}, which is not supported"
            elif kind == "external" and not target.lower().startswith(_LINKS):
                yield f"a link leads to {target!r}; only http, https and mailto are links"
            elif box.link_annotation:
                element = box.element
                words = element.get("aria-label") or element.get("title") or " ".join("".join(element.itertext()).split())
                box.link_annotation["F"] = _PRINT
                box.link_annotation["Contents"] = pydyf.String(words or target)


def _place(figure: Any, page: Any) -> None:
    """Give a figure's box in points from the bottom left, where WeasyPrint leaves pixels from the top left."""
    left, top, right, bottom = (pixels * _POINTS for pixels in figure["A"]["BBox"])
    height = page["TrimBox"][3]
    figure["A"]["BBox"] = pydyf.Array((left, height - bottom, right, height - top))


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


# WeasyPrint ties no tag to the box it was made for, except inside this one function, which yields the tags of a box and
# calls itself for the boxes inside. Listening to it is all we do: were it gone, the tests would say so and the PDF
# would only be the poorer by what follows.
_build_box_tree = tags._build_box_tree


def _listen(box: Any, parent: Any, pdf: Any, *rest: Any) -> Iterator[Any]:
    for element in _build_box_tree(box, parent, pdf, *rest):
        _describe(box, element, pdf)
        yield element


def _describe(box: Any, element: Any, pdf: Any) -> None:
    """Tag the language of a part in another language, and a footnote's body, marker and call."""
    if box.element is not None and box.element.tag not in {"html", "body"} and (language := box.element.get("lang")):
        element["Lang"] = pydyf.String(language)
    if isinstance(box, FootnoteAreaBox):
        for note in (_object(pdf, reference) for reference in element["K"]):
            note["S"] = "/Note"
            note["ID"] = pydyf.String(f"note-{note.number}")
    elif element["S"] == "/NonStruct":
        _, _, part = str(box.element_tag).partition("::")
        element["S"] = {"footnote-call": "/Reference", "footnote-marker": "/Lbl"}.get(part, "/NonStruct")


tags._build_box_tree = _listen


# The spec wants a line end before "endstream"; pydyf writes "\n". After data that ends in "\r" a reader cannot know
# whether that is data or line end, and a validator calls the length wrong; "\r\n" is plain either way.
_data = pydyf.Stream.data.fget


def _plain(stream: Any) -> bytes:
    data: bytes = _data(stream)
    return data.removesuffix(b"\nendstream") + b"\r\nendstream" if data.endswith(b"\r\nendstream") else data


pydyf.Stream.data = property(_plain)
