"""A mail server that says what a test tells it to, and remembers what it was given."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from watcher.told import Attempt, Delivery, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage


@dataclass
class Answering:
    """`answers` holds, for a recipient, what comes of the attempts at them; to all others it is *sent*."""

    answers: dict[str, Outcome] = field(default_factory=dict)
    attempts: list[Delivery] = field(default_factory=list)
    sent: list[Delivery] = field(default_factory=list)
    unreachable: str | None = None

    @contextmanager
    def open(self) -> Iterator[Answering]:
        yield self

    def send(self, delivery: Delivery, hand_over: Callable[[], None]) -> Attempt:
        self.attempts.append(delivery)
        outcome = self.answers.get(delivery.recipient, Outcome.SENT)
        if outcome in {Outcome.SENT, Outcome.UNKNOWN}:
            hand_over()
        if outcome is Outcome.SENT:
            self.sent.append(delivery)
            return Attempt(outcome)
        return Attempt(outcome, f"{outcome}, says the server")

    def mail(self, recipient: str) -> list[EmailMessage]:
        """What a recipient has got, in order."""
        return [
            message_from_bytes(delivery.message, policy=policy.default)
            for delivery in self.sent
            if delivery.recipient == recipient
        ]


def text_of(message: EmailMessage) -> str:
    """The text part, on one line."""
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())
