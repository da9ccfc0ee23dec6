"""The mails the portal writes: one folder for each message with its subject, text and HTML.

It may import `entrypoints.http`, whose words and filters it shares, and nothing of web or admin.
"""
