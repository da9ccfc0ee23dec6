"""What staff and auditors open in a browser, on a host of its own.

It may import `entrypoints.http` and everything inwards. Every route names who may call it with one
guard of `entrypoints.admin.guard`, and takes the staff member as `staff: Entered`.
"""
