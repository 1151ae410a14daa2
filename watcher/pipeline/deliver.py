"""Deliver what waits in the outbox: claim one, attempt it, keep what came of it, and so on."""

from __future__ import annotations

from contextlib import contextmanager
from email.utils import parseaddr
from typing import TYPE_CHECKING

from watcher.errors import DeliveryError
from watcher.mail import outbox
from watcher.models import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from watcher.mail.outbox import Transport
    from watcher.models import Delivery
    from watcher.pipeline.context import Context
    from watcher.settings import Settings

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
    be used at all: then everything waits as it did. `stopping` is asked between two messages.
    """
    store, now = context.store, context.now
    for delivery in store.deliveries.open():
        if delivery.state is State.SENDING:
            store.deliveries.keep(outbox.recovered(delivery, now), now)
    due = [delivery for delivery in store.deliveries.open() if outbox.due(delivery, now, force=force)]
    if not due:
        return []
    run_id = store.runs.start(MAIL, None, now)
    settled: list[Delivery] = []
    error: str | None = "it was stopped"
    try:
        with open_transport() as transport:
            for delivery in due:
                if stopping():
                    break
                context.progress(f"mail: to {delivery.recipient}")
                settled.append(_attempt(context, transport, delivery))
        waiting = [delivery for delivery in settled if delivery.state is not State.SENT]
        error = waiting[0].error if waiting else None
    except DeliveryError as refusal:
        error = str(refusal)
        raise
    finally:
        sent = sum(delivery.state is State.SENT for delivery in settled)
        store.runs.finish(run_id, now, found=len(due), new=sent, error=error)
    return settled


def _attempt(context: Context, transport: Transport, delivery: Delivery) -> Delivery:
    store, now = context.store, context.now
    claimed = outbox.claim(delivery, now)
    store.deliveries.keep(claimed, now)
    try:
        settled = outbox.after(claimed, transport.send(claimed), now)
    except DeliveryError as refusal:
        store.deliveries.keep(outbox.released(claimed, str(refusal)), now)
        raise
    store.deliveries.keep(settled, now)
    return settled


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
