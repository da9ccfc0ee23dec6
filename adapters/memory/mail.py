"""Mail that stays in this process."""

from adapters.email_message import written
from application.ports.mail import MailBounced, MailUnavailable, OutgoingMail


class MemoryMail:
    """Keeps what was sent: `sent` in our words, `letters` as the bytes that would travel.

    `refuse()` and `time_out()` make the next ones fail, `answer_late()` takes the mail and then
    says that it could not; `recover()` ends all of it.
    """

    def __init__(self) -> None:
        self.sent: list[OutgoingMail] = []
        self.letters: list[bytes] = []
        self._refusing = False
        self._away = False
        self._late = False

    def send(self, message: OutgoingMail) -> None:
        """Keep the mail, or fail as asked."""
        letter = written(message)
        if self._refusing:
            raise MailBounced("The mail server said: 550 no such mailbox", message.envelope_to)
        if self._away:
            raise MailUnavailable("The mail server could not be talked to (TimeoutError).")
        self.sent.append(message)
        self.letters.append(letter)
        if self._late:
            raise MailUnavailable("The mail server could not be talked to (TimeoutError).")

    def refuse(self) -> None:
        """Refuse every mail from now on."""
        self._refusing = True

    def time_out(self) -> None:
        """Take no mail from now on."""
        self._away = True

    def answer_late(self) -> None:
        """Take mails from now on, and then lose the answer."""
        self._late = True

    def recover(self) -> None:
        """Behave again."""
        self._refusing = self._away = self._late = False
