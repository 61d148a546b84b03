"""How well strangers' papers are read: draw, degrade, read, compare, per variant.

`python -m tests.strangers.card` reads the tuning set, `--unseen` the other; `--errors` shows what went wrong.
"""

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from chalicelib.procedures.sureness import threshold
from tests.draw.degrade import degrade
from tests.draw.drawn import Drawn
from tests.strangers.variants import TUNING, UNSEEN, Variant, made

Outcome = tuple[str, object, object, float | None]


def file_of(v: Variant, style: str) -> tuple[bytes, dict[str, object]]:
    """The file's bytes (PNG, or a TIFF of several pages) and its truth. Styles: a number is dpi, clean."""
    dpi = int(style) if style.isdigit() else 415 if v.kind == "cccd" else 300
    pages, truth = made(v, dpi)
    if not style.isdigit():
        seed = sum(v.name.encode())
        pages = [Image.open(io.BytesIO(degrade(Drawn(p, v.kind, {}), style, seed))) for p in pages]
    out = io.BytesIO()
    pages[0].save(out, "TIFF" if pages[1:] else "PNG", save_all=bool(pages[1:]), append_images=pages[1:])  # fmt: skip
    return out.getvalue(), truth


def outcomes(v: Variant, style: str) -> Iterator[Outcome]:
    """(key, truth, value, confidence) of every field of the truth, then of every invented one."""
    from chalicelib.reading import read_file

    data, truth = file_of(v, style)
    papers = [p for p in read_file(data).reading.papers if p.kind == v.kind]
    found = dict(papers[0].fields) if papers else {}
    for key, true in truth.items():
        f = found.get(key)
        yield key, true, f.value if f else "<absent>", f.confidence if f else None
    for key, f in found.items():
        if key not in truth and f.value is not None:
            yield key, "<not there>", f.value, f.confidence


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--unseen", action="store_true")
    ask.add_argument("--errors", action="store_true")
    ask.add_argument("--only", nargs="+", default=())
    ask.add_argument("--save", type=Path, help="folder to keep the pictures in")
    args = ask.parse_args()
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    right = total = sure = bad = 0
    for v in UNSEEN if args.unseen else TUNING:
        for style in v.styles:
            if args.only and v.name not in args.only and f"{v.name}/{style}" not in args.only:
                continue
            if args.save:
                data, truth = file_of(v, style)
                (args.save / f"{v.name}-{style}.img").write_bytes(data)
                (args.save / f"{v.name}-{style}.json").write_text(
                    json.dumps(truth, ensure_ascii=False)
                )
                continue
            start = time.monotonic()
            found = list(outcomes(v, style))
            own = [o for o in found if o[1] != "<not there>"]
            good = sum(o[1] == o[2] for o in own)
            certain = [o for o in found if o[3] is not None and o[3] >= threshold(v.kind, o[0])]
            wrong = [o for o in certain if o[1] != o[2]]
            right, total = right + good, total + len(own)
            sure, bad = sure + len(certain), bad + len(wrong)
            print(f"{v.name}/{style}: {good}/{len(own)}  sure {len(certain)} wrong {len(wrong)}  {time.monotonic() - start:.1f} s", flush=True)  # fmt: skip
            if args.errors:
                for key, true, value, confidence in found:
                    if true != value:
                        mark = "" if confidence is None else f"({confidence:.3f})"
                        print(f"    {key}: {value!r} {mark} truth {true!r}")
    if total:
        print(f"ALL {right}/{total} = {right / total:.3f}; sure {sure}, wrong among them {bad}")


if __name__ == "__main__":
    sys.exit(main())
