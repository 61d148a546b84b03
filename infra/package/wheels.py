"""The libraries of a zip: a lock in, a folder of unpacked and pruned wheels out.

Wheels come from PyPI and must have the lock's hashes. Files that no function opens are left out; nothing is stripped,
for that breaks libraries that auditwheel has patched.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from infra.package.jbig import take_out
from infra.package.locks import lock_of, pip, target

# Services that a function may call; the models of the other 400 stay at home (24 MB).
SERVICES = frozenset({"dynamodb", "kms", "s3", "secretsmanager", "sesv2", "sqs", "ssm", "sts"})
# Patterns below the folder. Licences stay: they lie in the .dist-info folders.
NOT_SHIPPED = (
    "bin", "share", "**/tests", "**/test", "**/*.pyi", "**/py.typed", "**/__pycache__", "**/include",
    "boto3/examples", "numpy/f2py", "numpy/_core/lib", "numpy/random/lib",
    "cv2/typing", "cv2/data", "**/*.pxd", "**/*.pyx", "pikepdf/_cpphelpers*",
)  # fmt: skip
# reportlab can't be imported without Pillow, but slips hold no pictures: the codecs of the light zip stay at home.
# The readers decode JPEG, PNG, WebP, HEIC, TIFF and PDF, draw no letters and only run nets.
NOT_SHIPPED_IN = {
    "reader": (
        "PIL/_avif*",
        "PIL/_imagingft*",
        "PIL/_imagingcms*",
        "PIL/_imagingtk*",
        *(f"pillow.libs/lib{n}*" for n in ("avif", "brotli", "freetype", "harfbuzz", "lcms2")),
        *(
            f"onnxruntime/{n}"
            for n in ("backend", "datasets", "quantization", "tools", "transformers")
        ),
        "onnxruntime/capi/libonnxruntime.so*",
        *(f"lxml/{n}" for n in ("html", "isoschematron", "objectify*", "sax*")),
    ),
    "light": (
        "PIL/_avif*",
        "PIL/_webp*",
        "PIL/_imagingft*",
        "PIL/_imagingcms*",
        "PIL/_imagingtk*",
        *(
            f"pillow.libs/lib{n}*"
            for n in ("avif", "brotli", "freetype", "harfbuzz", "lcms2", "png", "sharpyuv", "webp")
        ),
    ),
}
KEPT_OF_CHALICE = {"__init__.py", "app.py"}


def install(kind: str, architecture: str, folder: Path) -> None:
    """Unpack the lock's wheels into the folder, without what no function opens."""
    words = ["--quiet", "--no-deps", "--no-compile", "--require-hashes", "--target", str(folder)]
    pip("install", *words, *target(architecture), "--requirement", str(lock_of(kind)))
    for path in _not_shipped(kind, folder):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    take_out(folder)


def _not_shipped(kind: str, folder: Path) -> Iterator[Path]:
    for pattern in (*NOT_SHIPPED, *NOT_SHIPPED_IN[kind]):
        yield from list(folder.glob(pattern))
    yield from (p for p in (folder / "chalice").iterdir() if p.name not in KEPT_OF_CHALICE)
    models = (p for p in (folder / "botocore/data").iterdir() if p.is_dir())
    yield from (p for p in models if p.name not in SERVICES)
