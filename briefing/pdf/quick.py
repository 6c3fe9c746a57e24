"""WeasyPrint, kept from doing again what it has done. The PDF is the same to the byte."""

from __future__ import annotations

from math import inf

import pydyf
from weasyprint.formatting_structure.boxes import Box
from weasyprint.formatting_structure.build import create_anonymous_boxes
from weasyprint.layout import LayoutContext
from weasyprint.layout.block import block_level_layout

# For each new footnote WeasyPrint lays out all notes of the page, and all once more. Notes stand below one another, so
# that each has the height it has alone; one that could share a margin, or an area that is limited, goes the long way.
_update_footnote_area = LayoutContext._update_footnote_area  # noqa: SLF001


def _add_up_notes(context: LayoutContext) -> bool:
    area, notes = context.current_footnote_area, tuple(context.current_page_footnotes)
    if not notes or context.in_column or not _plain(area) or any(_may_share_a_margin(note) for note in notes):
        overflows: bool = _update_footnote_area(context)
        return overflows
    if area.height != "auto":
        context.page_bottom += area.margin_height()
    heights = context.__dict__.setdefault("note_heights", {})
    for note in notes:
        if (note, area.width) not in heights:
            area.children = [note]
            alone = create_anonymous_boxes(area.deepcopy())
            heights[note, area.width] = block_level_layout(context, alone, -inf, None, area.page)[0].height
    area.children = context.current_page_footnotes
    area.height = sum(heights[note, area.width] for note in notes)
    context.page_bottom -= area.margin_height()
    return False


def _plain(area: Box) -> bool:
    style = area.style
    return (
        style["height"] == "auto"
        and style["max_height"].value == inf
        and style["min_height"] in {"auto", (0, "px")}
        and style["padding_bottom"].value > 0
    )


def _may_share_a_margin(note: Box) -> bool:
    return bool(note.style["margin_top"] == "auto" or note.style["margin_top"].value)


LayoutContext._update_footnote_area = _add_up_notes  # noqa: SLF001


# WeasyPrint asks for the references of all pages once for every tagged box, and pydyf makes them anew each time.
_page_references = pydyf.PDF.page_references.fget


def _remembered(pdf: pydyf.PDF) -> tuple[bytes, ...]:
    count, references = pdf.__dict__.get("remembered", (None, ()))
    if count != pdf.pages["Count"]:
        references = tuple(_page_references(pdf))
        pdf.__dict__["remembered"] = (pdf.pages["Count"], references)
    kept: tuple[bytes, ...] = references
    return kept


pydyf.PDF.page_references = property(_remembered)
