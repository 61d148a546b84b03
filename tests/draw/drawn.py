"""What every drawer of the generator hands back: a picture of one made-up paper together with its truth."""

from dataclasses import dataclass, field

from PIL import Image

Value = str | int | list[dict[str, str | None]] | None
Truth = dict[str, Value]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn page.

    `image` is RGB; paper forms are A4 or A5 at 300 dpi, cards about 1000 px wide and up. `kind`, the keys of
    `truth` and the form of its values are those of `shared/domain/papers.md`; None = the paper leaves it
    blank. `boxes` are `(x, y, width, height)` of each printed value in pixels of `image`. `hand` is the
    handwriting-like font it is filled in with, if it is.
    """

    image: Image.Image
    kind: str
    truth: Truth
    boxes: dict[str, Box] = field(default_factory=dict)
    hand: str = ""
