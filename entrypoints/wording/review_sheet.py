"""The result of an access review in the reader's words, ready to be made into a PDF."""

from datetime import UTC, datetime

from application.ports.pdf import Column, Fact, Row, Table
from application.ports.review_pdf import ReviewSheet
from entrypoints.http.formats import day
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import phrase, speaking
from entrypoints.http.names import readable, unerased
from entrypoints.reviewing import Result
from entrypoints.wording import audit as say
from read_models.access_review import ReviewedGrant
from read_models.columns import moment

OUTCOMES = {
    "open": ("warn", phrase("To decide")),
    "keep": ("ok", phrase("Kept")),
    "revoke": ("bad", phrase("Taken back")),
    "gone": ("none", phrase("Revoked meanwhile")),
}
"""Each outcome of a grant: the kind of pill, and the words."""

_ZONE = "UTC"


def review_sheet(result: Result, language: str) -> ReviewSheet:
    """Word a result; its date is that of the completion."""
    with speaking(language):
        return ReviewSheet(
            language=language,
            document_title=_("Access review: %(title)s", title=result.review.title),
            title=_("Access review: %(title)s", title=result.review.title),
            facts=tuple(_facts(result, language)),
            grants=_table(result),
            proof=_("Signature"),
            proof_words=(
                _(
                    "The file attached to this document holds the same result. Its part “result” "
                    "(keys in order, no spaces: RFC 8785) has the SHA-256 below, signed with the "
                    "portal's Ed25519 key."
                ),
            ),
            note=(*(line for line in result.note.splitlines() if line), result.key),
            signed=result.content,
            signed_name=f"access-review-{result.review.review_id}.json",
            signed_words=_("The signed result"),
            page_of=_("Page {page} of {pages}"),
            made_at=_completed(result),
        )


def _completed(result: Result) -> datetime:
    assert result.review.completed_at is not None
    return moment(result.review.completed_at).astimezone(UTC)


def _facts(result: Result, language: str) -> list[Fact]:
    review, counts = result.review, result.review.counts
    said = {
        _("Started"): say.at(review.opened_at, _ZONE),
        _("Started by"): say.by_whom(review.opened_by, result.names),
        _("Completed"): say.at(_completed(result), _ZONE),
        _("Completed by"): say.by_whom(review.completed_by, result.names),
        _("Due"): day(review.due_on, language),
        _("Position in the record"): str(review.position),
        _("Kept"): str(counts.keep),
        _("Taken back"): _(
            "%(num)s (revoked meanwhile: %(gone)s)", num=counts.revoke, gone=counts.gone
        ),
    }
    return [Fact(label, value) for label, value in said.items()]


def _table(result: Result) -> Table:
    labels = (
        _("Bill group"),
        _("Rule"),
        _("Granted"),
        _("Outcome"),
        _("By"),
        _("Why"),
    )
    rows = tuple(_row(each, result) for each in result.grants)
    return Table(_("The grants under review"), tuple(Column(label) for label in labels), rows)


def _row(grant: ReviewedGrant, result: Result) -> Row:
    outcome, names = grant.outcome, result.names
    by, why = "", ""
    if outcome is not None:
        by = f"{say.by_whom(outcome.by, names)}, {say.at(outcome.at, _ZONE)}"
        why = unerased(outcome.reason)
    granted = say.by_whom(grant.granted_by, names)
    return Row(
        (
            " · ".join(name for name in (grant.account, grant.bill_group) if name),
            unerased(readable(grant.value)),
            f"{say.at(grant.granted_at, _ZONE)}, {granted}",
            _(OUTCOMES[grant.standing][1]),
            by,
            why,
        )
    )
