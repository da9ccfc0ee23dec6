"""Sheets for the tests of the PDF port: an ordinary invoice to vary."""

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from application.ports.pdf import (
    Column,
    Fact,
    Headline,
    InvoiceSheet,
    Logo,
    Notes,
    Party,
    Row,
    Table,
    Total,
)


def a_logo(kind: str = "png") -> Logo:
    content = io.BytesIO()
    Image.new("RGB", (320, 96), "#3d5afe").save(content, kind.upper())
    return Logo(content.getvalue(), kind, "Northwind Systems")  # type: ignore[arg-type]


def lines(rows: int) -> Table:
    return Table(
        "What is billed",
        (Column("Description"), Column("Quantity", "figure"), Column("Amount", "figure")),
        tuple(
            Row((f"Seat {n}", str(n), f"€{n}.00"), "1 \N{EN DASH} 30 November 2026")
            for n in range(rows)
        ),
    )


def a_sheet(**changes: Any) -> InvoiceSheet:
    facts: dict[str, Any] = {
        "language": "en",
        "document_title": "Invoice NW-2026-1187 from Northwind Systems",
        "title": "Invoice",
        "number": "NW-2026-1187",
        "seller": Party(
            "From",
            "Northwind Systems A/S",
            ("Kongens Nytorv 18", "1050 København K", "Denmark"),
            (Fact("VAT number", "DK 1358 5628"),),
        ),
        "buyer": Party("Billed to", "Brennan & Søn ApS", ("Vesterbrogade 6", "Denmark")),
        "headline": Headline("Amount due", "€1,190.00", "by 1 December 2026"),
        "facts": (Fact("Invoice date", "1 November 2026"), Fact("PO number", "PO-2026-0778")),
        "lines": lines(3),
        "totals": (Total("Subtotal", "€952.00"), Total("Total", "€1,190.00", strong=True)),
        "taxes": Table(
            "VAT by rate",
            (Column("VAT"), Column("Net", "figure"), Column("Tax", "figure")),
            (Row(("25%", "€952.00", "€238.00")),),
        ),
        "notes": (
            Notes(
                "How to pay",
                ("Please transfer the amount due.",),
                (Fact("IBAN", "DK50 0040 0440 1162 43"),),
            ),
        ),
        "footer": ("Northwind Systems A/S · Denmark", "billing@northwind.example"),
        "page_of": "Page {page} of {pages}",
        "logo": a_logo(),
        "made_at": datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
    }
    return InvoiceSheet(**(facts | changes))
