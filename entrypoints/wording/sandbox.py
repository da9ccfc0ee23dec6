"""What can be tried at the sandbox, in words: each method by its key, each state by its name."""

from entrypoints.http.languages import phrase

TRIALS: dict[str, str] = {
    "card-succeeds": phrase("Card that is accepted"),
    "card-other": phrase("Another card that is accepted"),
    "card-ends-soon": phrase("Card that is accepted, and expires this month"),
    "card-secure": phrase("Card that asks for 3-D Secure"),
    "card-declined": phrase("Card that is declined"),
    "card-no-funds": phrase("Card without enough money"),
    "card-expired": phrase("Card that has expired"),
    "card-declined-later": phrase("Card that can be added, and is declined at each charge"),
    "card-slow": phrase("Card that is accepted slowly"),
    "card-silent": phrase("Card that is charged, and the answer gets lost"),
    "sepa-settles": phrase("SEPA direct debit that settles after five days"),
    "sepa-returned": phrase("SEPA direct debit that comes back after five days"),
    "ach-settles": phrase("ACH debit that settles after five days"),
    "ach-returned": phrase("ACH debit that comes back after five days"),
    "bacs-settles": phrase("Bacs direct debit that settles after five days"),
    "bacs-returned": phrase("Bacs direct debit that comes back after five days"),
}

FAILURES: dict[str, str] = {
    "declined": phrase("This card was declined. Try another one."),
    "insufficient_funds": phrase("There is not enough money on this card. Try another one."),
    "expired": phrase("This card has expired. Try another one."),
    "authentication_failed": phrase("The bank could not confirm that it is you. Try again."),
}

STATES: dict[str, tuple[str, str]] = {
    "open": ("info", phrase("Waiting")),
    "needs_action": ("warn", phrase("3-D Secure waits")),
    "processing": ("info", phrase("Processing")),
    "succeeded": ("ok", phrase("Succeeded")),
    "failed": ("bad", phrase("Failed")),
    "cancelled": ("none", phrase("Closed")),
}

MANNERS: dict[str, str] = {
    "well": phrase("It answers as it should"),
    "away": phrase("It is away: nothing is done, nothing is answered"),
    "silent": phrase("It does what is asked, and every answer gets lost"),
}
