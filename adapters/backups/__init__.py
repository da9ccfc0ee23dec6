"""Copies of the record and of the keys: taken while the portal runs, and put back from a file.

Each kind of database is copied by its own tools. A copy is one consistent moment; writers go on.
"""
