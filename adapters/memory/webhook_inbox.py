"""An inbox of webhooks that stays in this process."""

from datetime import datetime

from application.ports.webhook_inbox import ReadWebhook


class MemoryWebhookInbox:
    """Keeps webhooks, and the jobs to read them in `jobs`."""

    def __init__(self) -> None:
        self.jobs: list[ReadWebhook] = []
        self._kept: dict[ReadWebhook, tuple[datetime, bytes | None]] = {}

    def keep(self, source: str, event_id: str, body: bytes, at: datetime) -> bool:
        """Keep a webhook with its job, unless it is there."""
        named = ReadWebhook(source, event_id)
        if named in self._kept:
            return False
        self._kept[named] = (at, body)
        self.jobs.append(named)
        return True

    def body(self, source: str, event_id: str) -> bytes | None:
        """Give what is still to be read."""
        return self._kept.get(ReadWebhook(source, event_id), (None, None))[1]

    def note_read(self, source: str, event_id: str, at: datetime) -> None:  # noqa: ARG002
        """Forget the body."""
        named = ReadWebhook(source, event_id)
        if named in self._kept:
            self._kept[named] = (self._kept[named][0], None)

    def forget(self, before: datetime) -> int:
        """Delete what is old."""
        old = [named for named, (at, _) in self._kept.items() if at < before]
        for named in old:
            del self._kept[named]
        return len(old)
