"""Deliver what waits in the outbox: claim one, attempt it, keep what came of it, and so on."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import replace
from email.utils import parseaddr
from typing import TYPE_CHECKING

from watcher.errors import DeliveryError, SecretError
from watcher.mail import outbox
from watcher.told import Attempt, Outcome, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from watcher.mail.outbox import Transport
    from watcher.pipeline.context import Context
    from watcher.settings import Settings
    from watcher.told import Delivery

MAIL = "mail"  # as a source of runs: the mail server fails and recovers as feeds do


def deliver(
    context: Context,
    open_transport: Callable[[], AbstractContextManager[Transport]],
    *,
    force: bool = False,
    stopping: Callable[[], bool] = lambda: False,
) -> list[Delivery]:
    """Attempt every delivery that is due, the oldest first; gives them as they then are.

    What an attempt came to is on the disk before the next one begins. Raises DeliveryError where the mail server cannot
    be used at all, and SecretError where the password cannot: then everything waits until that may have been mended.
    `stopping` is asked between two messages.
    """
    store, now = context.store, context.now
    for delivery in store.deliveries.open():
        if delivery.state is State.SENDING:
            store.deliveries.keep(outbox.recovered(delivery, now), now)
    waiting = deque(delivery for delivery in store.deliveries.open() if outbox.due(delivery, now, force=force))
    if not waiting:
        return []
    run_id, found = store.runs.start(MAIL, None, now), len(waiting)
    settled: list[Delivery] = []
    error: str | None = "it was stopped"
    try:
        with open_transport() as transport:
            while waiting and not stopping():
                if transport.unreachable:
                    settled += _defer(context, waiting, transport.unreachable)
                    break
                context.progress(f"mail: to {waiting[0].recipient}")
                done, instead = _attempt(context, transport, waiting[0])
                settled.append(done)
                waiting.popleft()
                if instead is not None:
                    waiting.appendleft(instead)
            error = transport.unreachable
    except (DeliveryError, SecretError) as refusal:
        error = str(refusal)
        with store.transaction():
            for delivery in waiting:
                store.deliveries.keep(outbox.put_off(delivery, error, now), now)
        raise
    finally:
        sent = sum(delivery.state is State.SENT for delivery in settled)
        store.runs.finish(run_id, now, found=found, new=sent, error=error)
    return settled


def _defer(context: Context, deliveries: Iterable[Delivery], why: str) -> list[Delivery]:
    """The deliveries after an attempt at a server that is known not to be there; kept all at once."""
    attempt = Attempt(Outcome.DEFERRED, why)
    deferred = [outbox.after(outbox.claim(each, context.now), attempt, context.now) for each in deliveries]
    with context.store.transaction():
        for delivery in deferred:
            context.store.deliveries.keep(delivery, context.now)
    return deferred


def _attempt(context: Context, transport: Transport, delivery: Delivery) -> tuple[Delivery, Delivery | None]:
    """The delivery after an attempt, and the one that is to go in its stead, if it was too large."""
    store, now = context.store, context.now
    claimed = outbox.claim(delivery, now)
    store.deliveries.keep(claimed, now)
    attempt = transport.send(claimed, lambda: store.deliveries.keep(outbox.handed_over(claimed), now))
    done = outbox.after(claimed, attempt, now)
    with store.transaction():
        store.deliveries.keep(done, now)
        instead = store.deliveries.shorten(done, now) if attempt.outcome is Outcome.TOO_LARGE else None
    return (replace(done, successor=instead.id) if instead else done), instead


def resend(context: Context, digest_id: int, recipient: str | None = None) -> None:
    """Let a digest's messages be due again, the same bytes: to those who may not have it, or to one reader (a bare
    address) whatever became of theirs. LookupError, with words for a person, where there is nobody.

    One in whose stead another went is left: that other one counts.
    """
    found = context.store.deliveries.of_digest(digest_id)
    if not found:
        raise LookupError(f"there is no digest {digest_id}: `watcher status` names them")
    current = [delivery for delivery in found if delivery.successor is None]
    if recipient is not None:
        chosen = [delivery for delivery in current if delivery.recipient.lower() == recipient.lower()]
        if not chosen:
            known = ", ".join(dict.fromkeys(delivery.recipient for delivery in current)) or "nobody any more"
            raise LookupError(f"digest {digest_id} does not go to {recipient}; it goes to {known}")
    else:
        chosen = [delivery for delivery in current if delivery.state is not State.SENT]
        if not chosen:
            raise LookupError(f"everyone has digest {digest_id}: --to ADDRESS sends it to one reader once more")
    with context.store.transaction():
        for delivery in chosen:
            context.store.deliveries.keep(outbox.anew(delivery), context.now)


@contextmanager
def transport_for(settings: Settings, password: str | None) -> Iterator[Transport]:
    """The mail server of the settings, connected; without one, the folder `outbox` beside the database."""
    mail = settings.mail
    if mail is None:
        from watcher.mail.files import FolderTransport

        yield FolderTransport(settings.store.parent / "outbox")
        return
    from watcher.mail.smtp import SmtpTransport

    server = SmtpTransport(
        mail.host, mail.port, mail.security, sender=parseaddr(mail.sender)[1], user=mail.user, password=password,
        allow_plaintext=mail.allow_plaintext,
    )  # fmt: skip
    with server:
        yield server
