"""A PDF of ours opened in Evince, searched, and photographed: it made docs/archive-evince.png.

`python -m tests.archives.look_in_evince PDF WORD OUT.png`. Needs `apt-get install evince xvfb imagemagick dbus-x11`;
not part of any test: people look at the picture.
"""

import os
import subprocess
import sys
import time

SCREEN = ":97"
SECONDS = 45  # Evince on a busy machine


def look(pdf: str, word: str, picture: str) -> None:
    """Open, search, wait, take the picture; everything that was started ends."""
    env = os.environ | {"DISPLAY": SCREEN, "LC_ALL": "C.UTF-8"}
    screen = subprocess.Popen(["Xvfb", SCREEN, "-screen", "0", "1300x1500x24"])
    time.sleep(2)
    viewer = subprocess.Popen(["dbus-run-session", "--", "evince", f"--find={word}", pdf], env=env)
    try:
        time.sleep(SECONDS)
        subprocess.run(["import", "-window", "root", picture], env=env, check=True)
    finally:
        for each in (viewer, screen):
            each.terminate()
            each.wait()


if __name__ == "__main__":
    look(*sys.argv[1:4])
