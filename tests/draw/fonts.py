"""The committed fonts: every one holds every Vietnamese letter in both cases (held by test_draw)."""

from functools import cache
from pathlib import Path

from PIL import ImageFont

FOLDER = Path(__file__).parent / "fonts"
LABEL_FAMILIES = ("Tinos", "Tinos", "Tinos", "Arimo", "NotoSerif", "Roboto")
VALUE_FAMILIES = ("Tinos", "Tinos", "Arimo", "Roboto", "BeVietnamPro", "NotoSerif")
HAND_FAMILIES = (
    "PatrickHand", "Mali", "FuzzyBubbles", "OoohBaby", "GrapeNuts", "BadScript", "EduQLDHand", "SendFlowers",
)  # fmt: skip
UNSEEN_HANDS = (
    "Mansalva", "Charm", "PlaypenSans", "DancingScript", "SedgwickAve", "Bilbo", "Yomogi", "StoryScript",
)  # fmt: skip
"""Of the card's seeds alone: nothing is trained, fitted or tuned on these."""


@cache
def load(family: str, weight: str, px: int) -> ImageFont.FreeTypeFont:
    """A face of `family`; a weight the family lacks falls back to its regular face."""
    path = FOLDER / f"{family}-{weight}.ttf"
    if not path.exists():
        path = FOLDER / f"{family}-Regular.ttf"
    return ImageFont.truetype(path, px, layout_engine=ImageFont.Layout.BASIC)
