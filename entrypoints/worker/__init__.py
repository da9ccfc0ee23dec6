"""What works behind the pages: sends mails, ends sessions that ran out, deletes what is old.

It may import `entrypoints.mails`, `entrypoints.http` and everything inwards, not web or admin.
"""

from entrypoints.worker.loop import run, work_once

__all__ = ["run", "work_once"]
