"""PDFs by typst: fonts, template and compiler in this process; text goes in as data only."""

from adapters.pdf_typst.renderer import TypstPdf

__all__ = ["TypstPdf"]
