"""Counts in plain English, for what operators read; pages have the words of their readers."""


def counted(number: int, one: str, several: str = "") -> str:
    """Say how many: `1 event`, `2 events`; `several` where an s is not enough."""
    return f"{number} {one if number == 1 else several or f'{one}s'}"
