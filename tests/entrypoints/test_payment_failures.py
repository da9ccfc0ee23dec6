"""Every way in which a payment can fail has words, for whoever pays and for staff."""

from typing import get_args

from application.ports.payment_outcomes import FailureCode
from entrypoints.wording.payment_failures import SHORTLY, WHY


def test_each_failure_has_a_sentence_and_a_few_words() -> None:
    assert set(get_args(FailureCode)) == WHY.keys() == SHORTLY.keys()
