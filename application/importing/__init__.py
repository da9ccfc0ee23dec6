"""How data gets in: rows of a file become aggregates, a batch in one transaction.

`rows` says what a row looks like, `reading` makes one from JSON and names what is wrong with it,
`parties`, `billing`, `invoices` and `credit_notes` say what each kind does, `batches` takes many
at once, `runs` takes whole files. A row is known by (source, kind, external id): the same row a
second time changes nothing, and one that refers to something unknown is reported and taken by a
later run.
"""
