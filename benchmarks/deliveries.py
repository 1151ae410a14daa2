"""Sends thousands of messages through a server with random faults, with SIGKILL of the sender every so-manieth message.

Counted by the server's own log: each message must be held at least once, a second copy only where the connection or the
sender ended between the final dot and the answer, byte for byte the same and under the same Message-ID.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.mail.disturbed import send_disturbed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=5000)
    parser.add_argument("--kill-every", type=int, default=50, metavar="MESSAGES")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = send_disturbed(Path(folder), options.deliveries, kill_every=options.kill_every, seed=options.seed)
    print(f"{told.deliveries} deliveries, seed {options.seed}, in {time.monotonic() - started:.0f} s")
    print(f"{told.transactions} transactions in {told.rounds} runs of the sender, {told.kills} of them killed")
    print("faults: " + ", ".join(f"{count} {name.replace('_', ' ').lower()}" for name, count in told.faults.items()))
    print("states: " + ", ".join(f"{count} {state}" for state, count in told.states.items()))
    print(f"held once {told.held_once}, twice {told.held_twice}, more often {told.held_more}, never {len(told.lost)}")
    print(f"second copies that nothing explains: {len(told.unexplained)}; copies with other bytes: {len(told.altered)}")
    for name in ("lost", "unexplained", "altered"):
        if found := getattr(told, name):
            print(f"{name}: {', '.join(found)}")
    return int(not told.good)


if __name__ == "__main__":
    sys.exit(main())
