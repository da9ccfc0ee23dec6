"""Who asks, and how they are answered: web, admin, worker and command line.

An entrypoint parses, knows who is asking, sends one command or asks one query, and answers. It
may import everything inwards; the entrypoints do not know each other, and only
`entrypoints.container` picks adapters. Words for people live here.
"""
