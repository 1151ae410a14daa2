"""What a mail server's answer, or its silence, means for the message at hand (RFC 5321, 4.2 and 4.3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from watcher.told import Outcome

_CLOSING = 421
_GO_ON = 354
_TOO_LARGE = 552
_TOO_LARGE_ENHANCED = ("5.3.4", "5.2.3")  # RFC 3463: for the system, for the mailbox; some say 550 or 554 with it
_LOGIN_WANTED = frozenset({530, 534, 535, 538})  # RFC 4954, 6, and as RFC 2554 had them


class Stage(StrEnum):
    """Where a conversation stands; named as a person may read it."""

    GREETING = "the greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    READY = "login"
    RSET = "RSET"
    MAIL = "MAIL FROM"
    RCPT = "RCPT TO"
    DATA = "DATA"
    BODY = "the message"
    DOT = "the final dot"
    QUIT = "QUIT"

    @property
    def if_lost(self) -> Outcome:
        """What a drop here means. Until the final dot the server has nothing; from then on nobody knows (RFC 1047)."""
        return Outcome.UNKNOWN if self is Stage.DOT else Outcome.DEFERRED


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command; `code` is -1 where it was none that SMTP knows."""

    stage: Stage
    code: int
    text: str

    @property
    def agrees(self) -> bool:
        """The command was carried out."""
        return self.code // 100 == 2  # the first digit is the answer: 2 done, 3 go on, 4 not now, 5 never

    @property
    def refuses(self) -> bool:
        """It was not, and never will be."""
        return self.code // 100 == 5

    @property
    def too_large(self) -> bool:
        """A smaller message may do. 552 is also a full mailbox's answer, where that may do, too."""
        return self.code == _TOO_LARGE or (self.refuses and self.text.startswith(_TOO_LARGE_ENHANCED))

    @property
    def wants_message(self) -> bool:
        """The message itself is to come now."""
        return self.stage is Stage.DATA and self.code == _GO_ON

    @property
    def wants_login(self) -> bool:
        """Nothing goes without a login."""
        return self.code in _LOGIN_WANTED

    @property
    def closing(self) -> bool:
        """The server hangs up."""
        return self.code == _CLOSING

    @property
    def outcome(self) -> Outcome:
        """What it means for the message as the last word on it."""
        match self.code // 100:
            case 2 if self.stage is Stage.DOT:
                return Outcome.SENT
            case 4:
                return Outcome.DEFERRED
            case 5:
                return Outcome.TOO_LARGE if self.too_large else Outcome.REFUSED
            case _:
                return self.stage.if_lost

    @property
    def ends_conversation(self) -> bool:
        """As the last word on a message, it leaves nobody to talk to: the server closes, or is out of step."""
        settled = self.code // 100 in {4, 5} or self.outcome is Outcome.SENT
        return self.closing or not settled
