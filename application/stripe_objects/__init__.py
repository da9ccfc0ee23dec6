"""Reads objects of Stripe's API, as its list calls return them, into rows of an import.

One customer is one account with one active contract and one bill group. `given` reads untrusted
objects, `background` remembers what other objects need, and each further file is named after the
objects it reads. Source of the shapes: Stripe's API reference, versions up to 2025.
"""
