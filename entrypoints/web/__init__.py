"""What customers open in a browser: signing in, and the pages of one bill group at a time.

It may import `entrypoints.http` and everything inwards. A page of a bill group takes
`entry: Entered` (`entrypoints.web.guard`): the signature says who may call it.
"""
