"""How a machine is talked to: event store, mail, payments, PDF, clock, secrets.

What lives here implements a port of `application.ports` (or serves one that does). It may import
`application`, `domain` and any library; it never imports `read_models` or `entrypoints`.
"""
