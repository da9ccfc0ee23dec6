"""The built-in sandbox provider: an app of its own on its own port, where no money moves.

It shares nothing with the portal but the key of its API and the secret of its webhooks. It may
import the sandbox's adapter, what the entrypoints share in `entrypoints.http`, and ports.
"""
