"""What a refusal says to people, by its code: the fact, and what to do next.

A sentence may take any of the refusal's facts as `%(name)s`. A test holds that every code has one.
"""

from decimal import Decimal

from domain.aggregate import Refusal
from entrypoints.http import formats
from entrypoints.http.languages import gettext, phrase, spoken

SENTENCES: dict[str, str] = {
    "address_characters": phrase(
        "This has a space or a character that email addresses do not have. Please check it."
    ),
    "address_domain": phrase("Please check what stands after the @: no mail can come from there."),
    "address_invalid": phrase("This is not an email address. Please check it."),
    "address_missing": phrase("Please type an email address."),
    "address_no_at": phrase("An email address has an @ in it, as in jane@example.com."),
    "address_not_alone": phrase("Please type only the address, without a name or brackets."),
    "code_wrong": phrase(
        "This is not the code in the mail. Please check it: eight letters and digits."
    ),
    "entry_refused": phrase("You cannot enter this portal at the moment."),
    "other_browser": phrase("Please type the code in the browser where you asked for the mail."),
    "session_is_over": phrase("Your session is over. Please sign in again."),
    "sign_in_spent": phrase("This link or code can no longer be used. Please ask for a new mail."),
    "tries_used_up": phrase("Five codes were typed. Please ask for a new mail."),
    "domain_email_address": phrase(
        "This is an email address. Add it as an email, or leave out what stands before the @."
    ),
    "domain_port": phrase("A domain has no port. Please leave out the colon and the number."),
    "domain_invalid": phrase(
        "No mail can come from a domain like this. Write it as in example.com, in small letters."
    ),
    "domain_ip_address": phrase(
        "This is a network address. A domain is a name, as in example.com."
    ),
    "domain_missing": phrase("Please type a domain, as in example.com."),
    "domain_no_dot": phrase("A domain has a dot in it, as in example.com."),
    "domain_pattern": phrase(
        "A domain stands for itself alone. Leave out the *, and add each sub-domain by its name."
    ),
    "domain_spaces": phrase("A domain has no spaces. Please leave them out."),
    "domain_web_address": phrase(
        "This is a web address. Type only the domain of the email addresses, as in example.com."
    ),
    "field_missing": phrase("Please fill this in."),
    "field_unreadable": phrase("This is not in the form that is needed here."),
    "last_admin_stays": phrase(
        "This is the last admin. Make somebody else an admin first, so that staff can be managed."
    ),
    "mail_still_waiting": phrase("This mail waits for its next try anyway."),
    "mail_unknown": phrase("There is no such mail any more."),
    "member_already_added": phrase("A staff member has this address already."),
    "member_inactive": phrase("This staff member is deactivated. Reactivate them first."),
    "member_unknown": phrase("There is no such staff member."),
    "one_address_at_a_time": phrase("Add one address at a time."),
    "one_domain_at_a_time": phrase("Add one domain at a time."),
    "auto_pay_not_offered": phrase("Auto-pay is not switched here. Please ask us to switch it."),
    "auto_pay_needs_method": phrase(
        "Auto-pay needs a default payment method that can be charged. Add one, or make one the "
        "default."
    ),
    "collection_not_due": phrase("There is nothing to collect of this invoice now."),
    "payment_method_needed": phrase(
        "Auto-pay collects with it, and there is no other method to collect with. Add another one "
        "first, or switch auto-pay off."
    ),
    "default_method_needed": phrase(
        "Auto-pay collects with the default method. Choose another one, or switch auto-pay off "
        "first."
    ),
    "set_up_unknown": phrase("There is no such attempt to add a payment method."),
    "payment_provider_unknown": phrase("The settings name no such provider account any more."),
    "retry_schedule_invalid": phrase(
        "Write at most %(most)s days in rising order, each from 1 to %(latest)s, as in 3, 7, 14."
    ),
    "record_has_gap": phrase(
        "Events are missing from the record after position %(after)s, so it cannot be signed. "
        "Restore it from a backup."
    ),
    "roles_missing": phrase("Choose at least one role."),
    "second_factor_already_enrolled": phrase("You have a second factor. Use its code."),
    "second_factor_missing": phrase(
        "There is no second factor yet. Sign in once more to set it up."
    ),
    "second_factor_not_confirmed": phrase(
        "This is not the code that the app shows now. If it is, check the clock of its device."
    ),
    "second_factor_used": phrase(
        "This code was used already. Wait for the next one, at most half a minute."
    ),
    "second_factor_waits": phrase(
        "Too many codes were wrong. Wait %(minutes)s min, then try again."
    ),
    "second_factor_wrong": phrase("This code is not right. Tries left: %(tries_left)s."),
    "sign_in_not_sent_again": phrase(
        "Sign-in mails are never sent again. Whoever signs in asks for a new one."
    ),
    "staff_name_invalid": phrase("Please type a name of at most 120 characters."),
    "staff_reason_invalid": phrase(
        "Please give a reason of at most 500 characters, without a card number."
    ),
    "staff_session_unknown": phrase("This session is over."),
    "staff_sign_in_code_wrong": phrase("This code is not right. Tries left: %(tries_left)s."),
    "staff_sign_in_over": phrase("This sign-in is over. Ask for a new mail."),
    "access_reason_invalid": phrase(
        "Please give a reason of at most 500 characters, without a card number."
    ),
    "address_already_granted": phrase(
        "%(address)s can already sign in (granted %(granted_at)s by %(by)s)."
    ),
    "address_covered_by_domain": phrase(
        "Everyone at %(domain)s can already sign in (granted %(granted_at)s by %(by)s)."
    ),
    "address_malformed": phrase("This is not an email address. Please check it."),
    "addresses_of_domain_granted": phrase(
        "Single addresses of %(domain)s can sign in already: %(addresses)s. "
        "Replace them with the domain in one step."
    ),
    "domain_already_granted": phrase(
        "Everyone at %(domain)s can already sign in (granted %(granted_at)s by %(by)s)."
    ),
    "domain_is_free_mail": phrase(
        "Anybody can get a mailbox at %(domain)s. Add single addresses instead."
    ),
    "domain_is_public_suffix": phrase(
        "Anybody can register a name under %(domain)s. Type the company's own domain."
    ),
    "domain_malformed": phrase(
        "No mail can come from a domain like this. Write it as in example.com, in small letters."
    ),
    "grant_already_revoked": phrase("Somebody has revoked this already."),
    "grant_unknown": phrase("There is no such grant at this bill group."),
    "link_guessable": phrase("This link could be guessed. Please make a new one."),
    "reason_missing": phrase("Please give a reason."),
    "review_unknown": phrase("There is no such review."),
    "review_over": phrase("This review is completed; nothing changes in it any more."),
    "review_title_invalid": phrase(
        "Please give the review a name of at most 120 characters, without a card number."
    ),
    "review_due_in_the_past": phrase("Please choose today or a later day."),
    "review_interval_invalid": phrase("A review repeats every 1 to 24 months, or not at all."),
    "nobody_named": phrase("Name a bill group, a person or a domain."),
    "nothing_to_review": phrase("Nobody is granted access there, so there is nothing to review."),
    "grant_not_under_review": phrase("This grant is not on the list of this review."),
    "grant_already_reviewed": phrase(
        "Somebody has decided about one of these in the meantime. Please look again."
    ),
    "grant_is_your_own": phrase("You gave one of these grants. Somebody else decides about it."),
    "grants_undecided": phrase("Grants left to decide: %(left)s."),
    "audited_bill_group_unclear": phrase("“%(line)s” fits no bill group, or several. Use the id."),
    "no_grant_chosen": phrase("Please choose at least one grant."),
    "audited_bill_group_unknown": phrase("No bill group has this id or name."),
    "audited_staff_unknown": phrase("No staff member ever had this address."),
    "moment_unreadable": phrase(
        "Please write a date, with or without a time, as in 2026-11-02T09:30:15."
    ),
    "moment_to_come": phrase(
        "This moment is still to come. The record can tell only what has been."
    ),
    "moments_reversed": phrase("This lies before the beginning of the period."),
    "time_zone_unknown": phrase("There is no time zone of this name."),
    "accent_malformed": phrase("A colour is # and six digits, as in #3d5afe."),
    "brand_link_invalid": phrase("A link is a whole address that begins with https://."),
    "link_insecure": phrase("A link is a whole address that begins with https://."),
    "logo_too_large": phrase("A logo has at most 1 MB. Please choose a smaller file."),
    "logo_too_wide": phrase("A logo has at most 2000 by 2000 pixels. Please make it smaller."),
    "logo_unreadable": phrase("This is no PNG, JPEG or WebP picture that can be read."),
    "grant_still_covers": phrase(
        "This address may still enter by a grant of its own. Revoke it first, or with the erasure."
    ),
    "legal_hold_stands": phrase(
        "A legal hold stands on this person. Nothing is erased until it is released."
    ),
    "legal_hold_unknown": phrase("There is no legal hold on this person."),
    "nothing_held": phrase("Nothing is held of this person."),
    "subject_unreadable": phrase("Type an email address, staff:<id> or grant:<id>."),
    "typed_otherwise": phrase("This is not what stands above. Please type it once more."),
    "staff_still_active": phrase("This person works here. Deactivate them first."),
    "preview_is_over": phrase("The preview is over."),
    "address_part_missing": phrase("An address in this country needs this."),
    "billing_contact_stays": phrase(
        "Invoices have to go to somebody: the billing contact can be changed, not removed."
    ),
    "billing_email_change_over": phrase(
        "This change can no longer be confirmed. Ask for it once more."
    ),
    "billing_email_unconfirmed": phrase(
        "A new billing email takes effect when it is confirmed from its mailbox."
    ),
    "card_number_typed": phrase(
        "This looks like the number of a payment card. Please leave it out; we never keep one."
    ),
    "change_unknown": phrase("There is no such change."),
    "changed_since": phrase("This was changed again since. Undo the newest change first."),
    "country_unknown": phrase("Please choose a country from the list."),
    "earlier_value_erased": phrase("Who stood there before was erased and cannot come back."),
    "lines_too_many": phrase("Please use at most %(most)s lines."),
    "number_too_long": phrase("Please use at most %(most)s characters."),
    "payment_method_unknown": phrase("This payment method is no longer there. Choose another one."),
    "phone_wrong": phrase("Nobody can be called at this number. One looks like %(example)s."),
    "po_number_too_long": phrase("A PO number has at most %(most)s characters."),
    "postal_code_wrong": phrase(
        "This is not a postal code (%(country)s). One looks like %(example)s."
    ),
    "region_unknown": phrase("Please choose one from the list."),
    "registration_number_wrong": phrase(
        "This is not a registration number (%(country)s). One looks like %(example)s."
    ),
    "text_too_long": phrase("Please use at most %(most)s characters."),
    "too_many_billing_email_mails": phrase(
        "Many mails went to new billing emails just now. Please try again in an hour."
    ),
    "vat_number_malformed": phrase(
        "This is not a VAT number (%(country)s). One looks like %(example)s."
    ),
    "vat_number_mistyped": phrase(
        "The check digits of this number do not fit, so something in it is mistyped. "
        "A VAT number of %(country)s looks like %(example)s."
    ),
    "vat_number_of_other_country": phrase(
        "This begins like a number of another country, and you are billed in %(country)s. "
        "A VAT number there looks like %(example)s."
    ),
    "amount_changed": phrase(
        "The amount has changed since you opened this page. Please look at it again before you pay."
    ),
    "amount_missing": phrase("Please type how much you would like to pay."),
    "amount_too_high": phrase("This is more than is open. Please pay what is open at most."),
    "amount_too_precise": phrase("This has more decimals than there are in %(currency)s."),
    "amount_two_ways": phrase(
        "This can be read in two ways. Type it without a separator for thousands: %(thousands)s or "
        "%(decimals)s."
    ),
    "amount_unclear": phrase(
        "We are not sure how to read this. Type it without a separator for thousands, such as "
        "%(example)s."
    ),
    "currencies_mixed": phrase(
        "Invoices in %(first)s and %(second)s cannot be paid together. Pay one currency at a time."
    ),
    "handling_reason_invalid": phrase(
        "Please say it in at most 500 characters, without a card number."
    ),
    "invoice_already_paid": phrase("Invoice %(number)s is paid already."),
    "invoice_being_paid": phrase(
        "Invoice %(number)s is being paid already, by you in another window or by a colleague."
    ),
    "invoice_in_dispute": phrase(
        "Invoice %(number)s is disputed. It cannot be paid here until that is settled."
    ),
    "invoice_uncollectible": phrase(
        "Invoice %(number)s was given up, so there is nothing to pay here."
    ),
    "invoice_unknown": phrase("This invoice is no longer there."),
    "invoice_void": phrase("Invoice %(number)s is void, so there is nothing to pay."),
    "nothing_chosen": phrase("Please choose at least one invoice."),
    "nothing_to_handle": phrase("Somebody has taken care of this payment already."),
    "parts_not_allowed": phrase("Please pay the whole amount."),
    "paying_not_offered": phrase("Payments cannot be made here at the moment. Please write to us."),
    "payment_already_begun": phrase(
        "This payment was begun before, for another amount, other invoices or with another method. "
        "See what became of it before you pay again."
    ),
    "payment_unknown": phrase("There is no such payment."),
    "still_asking": phrase(
        "We are still asking the payment provider. Please try again in two minutes."
    ),
    "preview_ticket_spent": phrase("This preview was opened already, or waited too long."),
}
"""Each room of refusals adds its own below, in alphabetical order of the code."""


def sentence(refusal: Refusal) -> str:
    """Say a refusal in the language of the moment (`languages.speaking`)."""
    facts = {name: _readable(value) for name, value in refusal.facts.items()}
    return gettext(SENTENCES[refusal.code], **facts) if facts else gettext(SENTENCES[refusal.code])


def _readable(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(part) for part in value)
    if isinstance(value, Decimal):
        return formats.typed(value, spoken())
    return str(value)
