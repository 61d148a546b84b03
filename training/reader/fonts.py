"""The fonts that lines are drawn in: open fonts with every Vietnamese letter, and which of them are held out.

In: the npm packages of `package.json`, at the versions of `package-lock.json`. Out: whole TrueType files in a
cache folder, one a style, each checked: all letters of `letters.NEEDED`, a licence that lets us draw with it.
A family is trained on or judged on, never both.
"""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = Path(os.environ.get("READER_CACHE", HERE.parents[1] / "var" / "reader"))
FOLDER = CACHE / "fonts"
SUBSETS = ("latin", "vietnamese")
LICENCES = ("SIL OPEN FONT LICENSE", "Apache License")

# Held out whole: nothing drawn in them is ever trained on. The first two are those of tests/draw.
HELD_OUT_HANDS = (
    "patrick-hand", "mali", "mansalva", "charm", "playpen-sans", "dancing-script", "sedgwick-ave",
    "fuzzy-bubbles", "oooh-baby", "grape-nuts", "bad-script", "edu-qld-hand", "send-flowers", "bilbo",
    "yomogi", "story-script",
)  # fmt: skip
HELD_OUT_PRINTS = ("be-vietnam-pro", "noto-serif", "roboto")
# Near relatives of what is held out: used for nothing.
SET_ASIDE = ("sedgwick-ave-display", "roboto-condensed", "roboto-slab", "roboto-mono")
# Met by training since 2026-11-28 alone: drawn `OFTEN` times as often as the rest.
NEWCOMERS = (
    "playwrite-br", "playwrite-cl", "playwrite-es", "playwrite-hu", "playwrite-mx", "playwrite-pl", "playwrite-us-trad",
    "arizonia", "ruge-boogie", "kings", "ingrid-darling", "allura", "lovers-quarrel", "playball", "pinyon-script",
    "montecarlo", "comforter-brush", "gluten", "bellota", "italianno",
)  # fmt: skip
OFTEN = 3
PRINTS = (
    "tinos", "arimo", "cousine", "noto-sans", "open-sans", "source-sans-3", "eb-garamond", "lora",
    "merriweather", "montserrat", "nunito", "inter", "alegreya", "literata", "spectral", "sarabun",
    "taviraj", "stix-two-text", "gelasio", "crimson-pro", "newsreader", "lexend", "bitter",
    "noticia-text", "source-serif-4", "old-standard-tt",
)  # fmt: skip
STYLES = ("400-normal", "400-italic", "700-normal")
UPRIGHT = STYLES[0]


def fetch() -> None:
    """Install the packages as the lock file pins them, and make one whole font of each style's parts."""
    packages = CACHE / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, packages / name)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    subprocess.run(npm, cwd=packages, check=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    report = {}
    for package in sorted((packages / "node_modules" / "@fontsource").iterdir()):
        for style in STYLES:
            report[f"{package.name}-{style}"] = _make(package, style)
    for package in sorted((packages / "node_modules" / "@expo-google-fonts").iterdir()):
        report[f"{package.name}-{UPRIGHT}"] = _take(package)
    (FOLDER / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


def _take(package: Path) -> str:
    """Keep the whole font of a package that ships one in files not parted; gives "made", or why not."""
    from fontTools.ttLib import TTFont

    found = [*(package / "400Regular").glob("*.ttf")]
    if len(found) != 1:
        return "no one regular face"
    if not _is_free(package / "LICENSE_FONT"):
        return "not under a licence we know"
    return _kept(TTFont(found[0]), f"{package.name}-{UPRIGHT}")


def _make(package: Path, style: str) -> str:
    """Write one style's whole font; gives "made", or why not."""
    parts = [package / "files" / f"{package.name}-{subset}-{style}.woff2" for subset in SUBSETS]
    if not all(p.exists() for p in parts):
        return "a part is missing"
    if not _is_free(package / "LICENSE"):
        return "not under a licence we know"
    return _kept(_merged(parts), f"{package.name}-{style}")


def _is_free(licence: Path) -> bool:
    """Does it let us draw with the font?"""
    told = licence.read_text("utf-8").casefold()
    return any(words.casefold() in told for words in LICENCES)


def _kept(font, name: str) -> str:
    """Write a whole font if it has every letter; gives "made", or what it lacks."""
    from training.reader.letters import NEEDED

    lacking = NEEDED - {chr(c) for c in font.getBestCmap()}
    if lacking:
        return "lacks " + "".join(sorted(lacking))
    font.save(FOLDER / f"{name}.ttf")
    return "made"


def _merged(parts: list[Path]):
    from fontTools.merge import Merger, Options
    from fontTools.ttLib import TTFont

    plain = []
    for n, part in enumerate(parts):
        font = TTFont(part)
        font.flavor = None
        for table in (
            "GSUB",
            "GPOS",
            "GDEF",
            "kern",
            "STAT",
            "DSIG",
            "MATH",
            "BASE",
            "meta",
            "gasp",
        ):
            if table in font:
                del font[table]
        plain.append(FOLDER / f"part-{n}.ttf")
        font.save(plain[-1])
    whole = Merger(Options(drop_tables=["vmtx", "vhea"])).merge([str(p) for p in plain])
    for path in plain:
        path.unlink()
    return whole


@cache
def files(hand: bool, held_out: bool) -> tuple[str, ...]:
    """Paths of the fonts of one kind, sorted: handwriting-like or print, for judging or for training.

    Those to be drawn often stand there as often.
    """
    judged = HELD_OUT_HANDS if hand else HELD_OUT_PRINTS
    prints = PRINTS + HELD_OUT_PRINTS
    found = []
    for path in sorted(FOLDER.glob("*.ttf")):
        family = path.stem.rsplit("-", 2)[0]
        if family in SET_ASIDE or (family in prints) is hand:
            continue
        if (family in judged) is held_out:
            found += [str(path)] * (OFTEN if family in NEWCOMERS else 1)
    return tuple(found)


if __name__ == "__main__":
    fetch()
    made = json.loads((FOLDER / "report.json").read_text("utf-8"))
    print(
        {k: v for k, v in made.items() if v not in ("made", "a part is missing")}, file=sys.stderr
    )
    print(f"{sum(v == 'made' for v in made.values())} fonts in {FOLDER}")
