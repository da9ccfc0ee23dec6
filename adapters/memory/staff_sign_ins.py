"""Sign-ins of staff under way that live as long as this process."""

from datetime import datetime, timedelta
from uuid import UUID

from application.ports.event_log import Beside, Job
from application.ports.staff_sign_ins import (
    ASKED_AN_HOUR_PER_NETWORK,
    CODE_TRIES,
    LIFE,
    MAILS_A_MINUTE,
    MAILS_AN_HOUR,
    AskedSignIn,
    StaffSignInCodeWrong,
    StaffSignInOver,
)


class _UnderWay:
    """One request and what happened to it."""

    def __init__(self, asked: AskedSignIn, browser: str, *, held_back: bool) -> None:
        self.asked = asked
        self.browser = browser
        self.held_back = held_back
        self.secrets: list[tuple[str, str]] = []
        self.tries = 0
        self.proven_at: datetime | None = None
        self.over = False

    def waits(self, at: datetime) -> bool:
        """Whether the mailbox may still be proven."""
        return not self.over and self.proven_at is None and at - self.asked.asked_at < LIFE

    def is_proven(self, at: datetime) -> bool:
        """Whether the second factor may still be given."""
        return not self.over and self.proven_at is not None and at - self.proven_at < LIFE


class MemoryStaffSignIns:
    """Implements `StaffSignIns`; `jobs` are those that would be mailed."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self._kept: dict[UUID, _UnderWay] = {}

    def ask(self, asked: AskedSignIn, browser: str, job: Job, replaces: str = "") -> str:
        """Keep a request with the job that mails it, or let the older one go on."""
        held_back = self._too_many(asked)
        older = [kept for kept in self._kept.values() if kept.browser == replaces]
        goes_on = held_back and any(
            kept.waits(asked.asked_at) and kept.asked.address == asked.address for kept in older
        )
        for other in older:
            other.over = other.over or not goes_on
        self._kept[asked.request_id] = _UnderWay(asked, browser, held_back=held_back)
        if not held_back:
            self.jobs.append(job)
        return replaces if goes_on else browser

    def asked(self, request_id: UUID, at: datetime) -> AskedSignIn:
        """Give a request that still waits to be proven."""
        found = self._kept.get(request_id)
        if found is None or not found.waits(at):
            raise StaffSignInOver
        return found.asked

    def waiting(self, browser: str, at: datetime) -> AskedSignIn:
        """Give the request of a browser that still waits to be proven."""
        found = self._of(browser)
        if not found.waits(at):
            raise StaffSignInOver
        return found.asked

    def arm(self, request_id: UUID, link: str, code: str) -> None:
        """Keep a mail's link secret and code."""
        self._kept[request_id].secrets.append((link, code))

    def prove_by_link(self, browser: str, link: str, renewed: str, at: datetime) -> AskedSignIn:
        """Use a link."""
        found = self._of(browser)
        if not found.waits(at) or link not in {known for known, _ in found.secrets}:
            raise StaffSignInOver
        return _proven(found, renewed, at)

    def prove_by_code(self, browser: str, code: str, renewed: str, at: datetime) -> AskedSignIn:
        """Use a code."""
        found = self._of(browser)
        if not found.waits(at) or found.tries >= CODE_TRIES:
            raise StaffSignInOver
        found.tries += 1
        if code not in {known for _, known in found.secrets}:
            raise StaffSignInCodeWrong(tries_left=CODE_TRIES - found.tries)
        return _proven(found, renewed, at)

    def proven(self, browser: str, at: datetime) -> AskedSignIn:
        """Give the sign-in whose mailbox this browser proved."""
        found = self._of(browser)
        if not found.is_proven(at):
            raise StaffSignInOver
        return found.asked

    def finish(self, browser: str, at: datetime) -> Beside:
        """Use up a proven sign-in."""

        def finished(_connection: object) -> None:
            self.proven(browser, at)
            self._of(browser).over = True

        return finished

    def forget(self, before: datetime) -> None:
        """Delete old requests with their secrets."""
        old = [key for key, kept in self._kept.items() if kept.asked.asked_at < before]
        for key in old:
            del self._kept[key]

    def _of(self, browser: str) -> _UnderWay:
        for found in self._kept.values():
            if found.browser == browser:
                return found
        raise StaffSignInOver

    def _too_many(self, asked: AskedSignIn) -> bool:
        def within(kept: _UnderWay, span: timedelta) -> bool:
            return asked.asked_at - kept.asked.asked_at < span

        minute, hour = timedelta(minutes=1), timedelta(hours=1)
        mailed = [
            kept
            for kept in self._kept.values()
            if kept.asked.address == asked.address
            and not kept.held_back
            and kept.asked.known_browser == asked.known_browser
        ]
        near = [kept for kept in self._kept.values() if kept.asked.network == asked.network]
        return (
            sum(within(kept, minute) for kept in mailed) >= MAILS_A_MINUTE
            or sum(within(kept, hour) for kept in mailed) >= MAILS_AN_HOUR
            or sum(within(kept, hour) for kept in near) >= ASKED_AN_HOUR_PER_NETWORK
        )


def _proven(found: _UnderWay, renewed: str, at: datetime) -> AskedSignIn:
    found.proven_at, found.browser = at, renewed
    return found.asked
