"""What every e-invoice writer promises, held against the norm's own rules."""

import socket
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from adapters.e_invoice_facturx import FacturxEInvoices
from application.e_invoice import Parties, e_credit_note, e_invoice
from application.ports.e_invoice import EInvoice, EInvoiceRefused, EInvoices, Syntax
from tests.contracts.e_invoices import CREDIT_NOTE, GERMAN, HOSTILE, INVOICES, SELLER
from tests.e_invoice_rules import broken_rules


@pytest.fixture(scope="module", params=[FacturxEInvoices])
def writer(request: pytest.FixtureRequest) -> EInvoices:
    made: EInvoices = request.param()
    return made


@pytest.fixture(params=["cii", "ubl"])
def syntax(request: pytest.FixtureRequest) -> Syntax:
    given: Syntax = request.param
    return given


def drawn(name: str) -> EInvoice:
    document, buyer = INVOICES[name]
    return e_invoice(document, Parties(SELLER, buyer), automatic=False)


@pytest.mark.parametrize("name", INVOICES)
def test_1_what_is_written_breaks_no_rule_of_the_norm(
    writer: EInvoices, syntax: Syntax, name: str
) -> None:
    assert broken_rules(writer.write(drawn(name), syntax), syntax) == []


def test_1_a_credit_note_breaks_no_rule_of_the_norm(writer: EInvoices, syntax: Syntax) -> None:
    document = e_credit_note(CREDIT_NOTE, Parties(SELLER, GERMAN), preceding="NW-2026-0001")
    written = writer.write(document, syntax)
    assert broken_rules(written, syntax) == []
    assert b"NW-2026-0001" in written


def test_1_the_rules_find_a_wrong_sum(writer: EInvoices, syntax: Syntax) -> None:
    written = writer.write(drawn("domestic"), syntax)
    assert b"119.00" in written
    assert broken_rules(written.replace(b"119.00", b"118.00"), syntax)


def test_2_the_same_document_gives_the_same_bytes(writer: EInvoices, syntax: Syntax) -> None:
    assert writer.write(drawn("domestic"), syntax) == writer.write(drawn("domestic"), syntax)


def test_3_text_stays_text(writer: EInvoices, syntax: Syntax) -> None:
    words = [*etree.fromstring(writer.write(drawn("hostile text"), syntax)).itertext()]
    assert HOSTILE.number in words
    assert HOSTILE.note in words
    assert any(word.startswith("<script>&amp;]]>") for word in words)


def test_4_nothing_is_fetched(
    writer: EInvoices, syntax: Syntax, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refused)
    assert writer.write(drawn("hostile text"), syntax)


def test_5_what_has_no_number_is_refused(writer: EInvoices, syntax: Syntax) -> None:
    document, buyer = INVOICES["domestic"]
    whole = e_invoice(document, Parties(SELLER, buyer), automatic=False)
    with pytest.raises(EInvoiceRefused):
        writer.write(_without_number(whole), syntax)


def _without_number(whole: EInvoice) -> EInvoice:
    return replace(whole, number=" ")
