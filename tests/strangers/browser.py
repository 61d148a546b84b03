"""HTML pages in, pictures out: headless Chromium draws them, so that no code of ours sets the print.

`installed()` tells whether there is a browser; `draw` raises `CalledProcessError` if it fails.
"""

import io
import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
MM = 96 / 25.4
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed() -> bool:
    return BROWSER is not None


def draw(html: str, size_mm: tuple[float, float], dpi: int) -> Image.Image:
    """The page as RGB, `size_mm` wide and high, at so many dots per inch."""
    if BROWSER is None:
        raise FileNotFoundError("chromium")
    wide, high = (round(side * MM) for side in size_mm)
    with tempfile.TemporaryDirectory() as folder:
        page, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        page.write_text(html, "utf-8")
        subprocess.run(
            [
                BROWSER, *_FLAGS, f"--user-data-dir={folder}/profile", f"--window-size={wide},{high}",
                f"--force-device-scale-factor={dpi / 96}", f"--screenshot={shot}", page.as_uri(),
            ],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        return Image.open(io.BytesIO(shot.read_bytes())).convert("RGB")
