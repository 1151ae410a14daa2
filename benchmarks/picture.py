"""Makes docs/digest.png, the picture of the sample's first mail that README.md shows.

    python benchmarks/picture.py [--chromium PROGRAM]

Needs Chromium, and Georgia or a typeface of its measures (Gelasio), or else the picture is in what stands in for it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PICTURE = Path(__file__).parent.parent / "docs" / "digest.png"
WIDTH, HEIGHT, SCALE = 700, 960, 1.5
LARGEST = 300_000  # bytes


def main() -> None:
    """Play the sample into a folder of its own, and take a picture of its first page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chromium", default=shutil.which("chromium") or "chromium", metavar="PROGRAM")
    chromium = parser.parse_args().chromium
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo = [sys.executable, "-m", "watcher", "demo", "--out", str(folder / "demo")]
        subprocess.run(demo, check=True, stdout=subprocess.DEVNULL)
        page = min((folder / "demo" / "db" / "outbox").glob("*.html"))
        options = (
            "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--force-device-scale-factor={SCALE}",
            f"--window-size={WIDTH},{HEIGHT}", f"--user-data-dir={folder / 'profile'}", f"--screenshot={PICTURE}",
        )  # fmt: skip
        subprocess.run([chromium, *options, page.as_uri()], check=True, stderr=subprocess.DEVNULL, timeout=120)
    size = PICTURE.stat().st_size
    print(f"{PICTURE}: {size:,} bytes")
    if size > LARGEST:
        sys.exit(f"it is larger than {LARGEST:,} bytes")


if __name__ == "__main__":
    main()
