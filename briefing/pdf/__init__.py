"""From a page of HTML to a PDF, printed by a child process that can be stopped."""

from briefing.pdf.printer import Limits, PrintedPDF, Printer, PrintJob

__all__ = ["Limits", "PrintJob", "PrintedPDF", "Printer"]
