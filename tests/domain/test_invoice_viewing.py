"""An invoice is opened for the first time once, and downloaded for the first time once."""

from domain.invoice_viewing import InvoiceFirstDownloaded, InvoiceFirstOpened, InvoiceViewing
from tests.domain.telling import BY, name


def test_each_first_time_is_told_once() -> None:
    viewing = InvoiceViewing(name("viewing"))
    for viewed in ("opened", "downloaded", "opened", "downloaded"):
        viewing.note(viewed, name("invoice"), name("group"), by=BY)
    assert [type(event) for event in viewing.pending] == [
        InvoiceFirstOpened,
        InvoiceFirstDownloaded,
    ]
