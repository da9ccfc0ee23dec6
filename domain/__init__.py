"""The rules of billing access and billing groups.

What lives here is true about billing whoever asks and whatever machine runs it: aggregates,
their events, and the rules that have a name in conversation. It may import the standard library
and msgspec, nothing else: no clock, no random, no I/O, no logging.
"""
