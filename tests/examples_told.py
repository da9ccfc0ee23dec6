"""How many histories Hypothesis tells: few in every run, as many as asked for when it matters.

`PORTAL_TEST_EXAMPLES=10000 pytest tests/read_models/test_access_as_of.py` tells ten thousand.
"""

import os


def examples(few: int) -> int:
    """Give the number asked for, else the few of every run."""
    return int(os.environ.get("PORTAL_TEST_EXAMPLES", few))
