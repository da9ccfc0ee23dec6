"""What the portal can do.

One command and its handler, one after another, in a file named after the noun. It may import
`domain`, msgspec and small libraries that check formats; ports say what is needed from machines.
"""
