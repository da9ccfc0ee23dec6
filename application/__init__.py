"""What the portal can do.

One command and its handler, one after another, in a file named after the noun. It may import
`domain`, msgspec and small libraries that check formats; ports say what is needed from machines.

A command is listed by its name; what takes none, or shares one, by the name of its function.

portal_access: who may open a bill group's portal
    TurnPortalOn                   Make a bill group's portal available.
    TurnPortalOff                  Close it, for everybody and at once.
    RotatePortalLink               Replace its link by a new one.
    GrantDomain                    Let everyone at a domain in.
    GrantAddress                   Let one address in, and tell it by mail if wanted.
    SendAccessGranted              Mail an address that it was let in.
    ReplaceAddressesByDomain       Replace single addresses by their domain, in one decision.
    RevokeGrant                    Take a grant back, for a reason.

access_review: auditors confirm or take back what was granted
    OpenAccessReview               Begin a review of the grants that stand now.
    ReviewGrants                   Keep grants or take them back, for a reason.
    CompleteAccessReview           Close a review when nothing is left.
    RepeatAccessReview             Set after how many months the next one follows.
    OpenNextAccessReview           Begin the one that follows, on its day.
    RemindOfAccessReview           Remind the auditors of what is left.
    SendReviewReminder             Mail one auditor what is left.

sign_in: customers sign in by a proven mailbox
    AskToSignIn                    Keep a request to sign in; whoever asks gets the same answer.
    SendSignIn                     Decide about a request, and mail its proof.
    SendNewBrowser                 Tell somebody of a sign-in from a browser not seen before.
    make_proof                     Make the link and the code of one mail, and keep their hashes.
    Redeem                         Turn a proof into a session, once.

customer_session: what a customer's session does
    EnterBillGroup                 Note that a session opens a bill group for the first time.
    EndSession                     End one session.

preview: staff see what a customer sees
    AskForPreview                  Make a ticket for one look at a bill group's portal.
    OpenPreview                    Use the ticket, and record who looks.
    look                           Give an open preview, which lives as long as the staff session.
    EndPreview                     End a preview.
    end_preview                    End one preview for somebody.
    end_previews_of_ended_sessions Record the end of previews whose staff session is over.

bill_group: what customers keep right themselves
    ChangeDetail                   Change or clear a PO, VAT or registration number, or the default.
    UndoChange                     Go back to what stood before a change.
    SendBillingEmailUndone         Mail that a billing email is the earlier one again.

notifications: which mails somebody wants about a bill group
    ChooseNotifications            Say which kinds of mail an address gets, and which not.
    StopNotification               Turn one kind of mail off for an address.

reactions: what follows from an event by itself
    when_invoice_is_issued_then_announce_it  Have the billing contact told of a new invoice.
    when_detail_is_changed_then_tell         Have the billing contact told of a changed detail.
    when_contact_is_changed_then_tell        Have the billing contact told of a changed contact.
    when_method_is_saved_then_tell           Have the billing contact told of a new way to pay.
    when_method_is_removed_then_tell         Have the billing contact told of one that is gone.
    when_auto_pay_is_switched_then_tell      Have the billing contact told of auto-pay.
    reactions_to                   Give the jobs that follow from an event.
    SendInvoiceAvailable           Mail that an invoice is there.
    SendDetailsChanged             Mail what a detail or a contact became.
    SendMethodsChanged             Mail what was done with the ways to pay.

mail_queue: what staff decide about mails
    SendMailAgain                  Have a mail sent once more that ended.

contact: whom invoices and goods go to
    ChangeContact                  Change a contact; a new billing email waits for its mailbox.
    ConfirmBillingEmail            Let a new billing email take effect, by a secret of its mail.
    CancelBillingEmail             Let a new billing email be, before it is confirmed.
    SendBillingEmailAgain          Mail the new billing email once more.
    SendBillingEmailConfirmation   Mail the new billing email a link and a code.
    SendBillingEmailNotice         Tell the old and the new billing email.
    make_email_proof               Make the link and the code of one mail, and keep their hashes.

invoice_document: the PDF of an invoice, and its e-invoice
    PrepareInvoiceDocuments        Have the PDFs of many invoices made by the worker.
    StoreInvoiceDocument           Keep a document as the invoice's, for good.

invoice_viewing: what customers do with invoices
    NoteInvoicesViewed             Note the first time that invoices were opened or downloaded.

e_invoice: documents as data, by the European norm EN 16931
    e_invoice                      Draw up an invoice, or say what is missing for it.
    e_credit_note                  Draw up a credit note, or say what is missing for it.

entity_brand: how a seller looks
    ChangeBrand                    Set an entity's logo, accent and links.
    kept_logo                      Keep an uploaded logo that was made anew.

entity_payments: how a seller lets customers pay
    ChangePaymentRules             Set the provider account, and what customers may do.

staff: who works here
    AddStaffMember                 Add somebody with an address and roles.
    ChangeRoles                    Give somebody other roles.
    DeactivateStaffMember          Take somebody's access, sessions and previews away.
    ReactivateStaffMember          Give access back.
    ResetSecondFactor              Forget somebody's second factor, so that they set up a new one.

staff_sign_in: staff sign in by mail and second factor
    AskToSignIn                    Keep a request to sign in; whoever asks gets the same answer.
    SendStaffSignIn                Decide about a request, and make its mail.
    prove_by_link                  Use the mailed link in the browser that asked.
    prove_by_code                  Use the mailed code in the browser that asked.
    proposed_key                   Propose the key of a second factor to whoever has none.
    enrol_and_enter                Set up a second factor, begin a session, give recovery codes.
    enter                          Begin a session with the second factor's code.
    enter_by_recovery_code         Begin a session with a recovery code.

restore: what a restored record must not keep open
    open_sessions                  Name every session that the restored record has open.
    record_their_end               Record that the restore ended them, and previews with them.

staff_session: what a staff session does
    LetIn                          Begin a session, and record who came in and how.
    open_demo_door                 Begin a session without any factor: in the demo only.
    continue_session               Go on after a pause, by the second factor's code.
    EndStaffSessions               End all sessions of a staff member.
    end_session                    End some sessions for one cause.
    end_own_session                End one of one's own sessions.
    end_lapsed_sessions            Record the end of sessions that ran out.

audit: what auditors ask
    RecordReading                  Record a question before its answer is shown.

checkpoints: the record is signed as it grows
    make_due_checkpoints           Sign each full thousand of new events, and the rest each minute.
    cover_everything               Sign whatever is stored now.
    push_checkpoints               Send the newest checkpoint to each place that lacks it.

erasure: a person is forgotten
    ErasePerson                    Decide an erasure, and carry it out.

erasure_again: what was decided is carried out, whatever came in between
    finish_erasures                Carry out what was decided and not done yet, as after a crash.
    apply_erasures_again           Carry out every erasure again after a restore.

legal_hold: what the law may still ask for
    PlaceHold                      Forbid to erase somebody.
    ReleaseHold                    Allow it again.

personal_holdings: what is held of a person
    what_is_held                   Look through every store; the dry run of an erasure.

personal_export: what is held, for the person
    export_of                      Put together everything held of somebody.

paying: customers set out to pay, and auto-pay does
    PayInvoices                    Store an attempt to pay invoices, as somebody saw them.
    BeginOffSession                Store an attempt to charge a saved method with nobody there.

auto_pay: invoices are collected by themselves
    SwitchAutoPay                  Let invoices be collected by themselves, or not.
    CollectInvoice                 Store the next try at an invoice, when it is due.

payment_methods: customers take payment methods away
    RemoveMethod                   Remove a method here, and have its provider forget it.
    RemoveAtProvider               Let the provider forget it.

method_set_ups: a method is added on the provider's own page
    BeginSetUp                     Store that somebody set out to add one.
    OpenPage                       Ask the provider for its page.
    follow_set_up                  See a visit to it through until it has ended.
    find_out_set_up                Look a visit up, and record how it stands.
    leave_set_up                   Close a visit that is not wanted any more.
    SettleSetUp                    Record how a visit stands, and the method.
    RefuseSetUp                    End a visit whose page the provider refuses.
    EndSetUp                       End a visit that the provider never heard of.

saved_methods: what providers keep, taken into the record
    KeepMethod                     Record a method that a provider keeps, or has renewed.
    LoseMethod                     Record that a provider keeps a method no longer.

payment_attempts: the provider is asked, by the attempt's id only
    HandOver                       Charge a saved method, or open the provider's page.
    find_out                       Look an attempt up, and record how it stands.
    settle                         Record an outcome that the provider gave.

payment_endings: an attempt is seen through
    follow                         Look after an attempt until it has ended.
    leave                          Close an attempt that its payer does not want any more.
    GiveUp                         End an attempt that the provider never heard of.
    AskStaff                       Tell staff that an attempt cannot be seen through.

settling: what a provider tells, taken into the record once
    SettlePayment                  Record how an attempt stands, on it and on its invoices.
    SendReceipt                    Mail a receipt to the billing contact.
    SendPaymentFailed              Mail that no money came while nobody was there.

payment_returns: money that goes back
    RecordRefund                   Show money that went back.
    RecordDispute                  Show that a bank contests a payment, and how it decided.

payment_notices: what providers tell by themselves, and whether it agrees with the record
    take_notice                    Record what a webhook tells of a payment.
    reconcile                      Take again what a provider told since a moment.
    check_recorded                 Ask the provider for money that stands in the record.
    MarkMissing                    Tell staff that the provider does not hold it.
    MarkHandled                    Note how a payment that needed attention was handled.

importing: take rows of a billing system's file, the good ones, and report the others
stripe_objects: read objects of Stripe's API into such rows
"""
