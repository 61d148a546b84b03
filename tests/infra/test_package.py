"""The zips: which function gets which, what is pinned, and what the gates turn away."""

import http.client
import re
import shutil
import subprocess
import sys
import threading
from importlib.metadata import distribution
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from infra.functions import FUNCTIONS
from infra.package import bill, gates, jbig, locks, wheels
from infra.package.build import split
from infra.package.zips import KINDS, ROOT, kind_of
from infra.proof import events
from infra.proof.emulated import emulated
from infra.proof.runtime_api import InvocationFailed, serving

SITE = Path(distribution("tesserocr").locate_file(""))


def test_only_functions_that_open_pictures_get_the_readers_zip():
    readers = {f.name for f in FUNCTIONS if kind_of(f"app.{f.name}") == "reader"}
    assert readers == {"read_paper", "read_archive"}
    assert kind_of("app.app") == "light"


def test_each_function_takes_its_own_zip():
    names = {"APIHandler": "app.app", "ReadPaper": "app.read_paper"}
    functions = {
        n: {"Type": "AWS::Serverless::Function", "Properties": {"Handler": h, "CodeUri": "x"}}
        for n, h in names.items()
    }
    made = split({"Resources": {**functions, "Table": {"Type": "AWS::DynamoDB::Table"}}})[
        "Resources"
    ]
    uris = {n: made[n]["Properties"]["CodeUri"] for n in names}
    assert uris == {"APIHandler": "../light-arm64.zip", "ReadPaper": "../reader-arm64.zip"}


@pytest.mark.parametrize("kind", KINDS)
def test_what_ships_is_what_was_tested_and_every_wheel_has_its_hash(kind):
    tested = dict(
        re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "requirements.txt").read_text().lower(), re.M)
    )
    lock = locks.lock_of(kind).read_text()
    pinned = dict(re.findall(r"^(\S+)==(\S+) \\$", lock, re.M))
    shared = pinned.keys() & tested.keys()
    assert len(shared) >= 6 and {n: pinned[n] for n in shared} == {n: tested[n] for n in shared}
    assert all("--hash=sha256:" in part for part in re.split(r"^(?=\S+==)", lock, flags=re.M)[1:])


def test_the_models_of_every_service_that_the_code_calls_are_shipped():
    sources = [p.read_text() for p in (ROOT / "chalicelib" / "adapters").glob("*.py")]
    called = {n for s in sources for n in re.findall(r"\.client\(\s*\"(\w+)\"", s)}
    assert {"dynamodb", "s3", "sqs"} <= called <= wheels.SERVICES


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("MIT", False),
        ("LGPL-2.1-or-later", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
        ("GPL-2.0-or-later", True),
        ("MIT AND AGPL-3.0-only", True),
    ],
)
def test_the_gpl_does_not_ship(expression, refused):
    assert bill.is_gpl(expression) is refused


def test_a_library_for_another_processor_and_a_zip_too_big_are_complained_of(tmp_path):
    library = next(SITE.glob("rpds/*.so"))
    shutil.copy(library, tmp_path)
    (tmp_path / "cv2").mkdir()
    with (tmp_path / "cv2" / "big").open("wb") as file:
        file.truncate(61_000_000)
    with library.open("rb") as file:
        is_x86 = ELFFile(file)["e_machine"] == "EM_X86_64"
    other = "aarch64" if is_x86 else "x86_64"
    found = "\n".join(gates.complaints("light", other, tmp_path, ships=True))
    assert "built for" in found and "bytes unpacked" in found and "cv2 is in it" in found


@pytest.mark.eyes
def test_tesseract_reads_without_jbig(tmp_path):
    for name in ("tesserocr", "tesserocr.libs"):
        shutil.copytree(SITE / name, tmp_path / name)
    if not list(tmp_path.glob("*.libs/libjbig-*")):
        pytest.skip("this machine's tesserocr carries no libjbig")
    jbig.take_out(tmp_path)
    assert not list(tmp_path.glob("*.libs/libjbig-*"))
    words = (
        "import sys; sys.path.insert(0, sys.argv[1]); import tesserocr;"
        "api = tesserocr.PyTessBaseAPI(path=sys.argv[2], lang='vie'); print(tesserocr.__file__)"
    )
    data = str(ROOT / "chalicelib" / "ocr" / "tessdata")
    done = subprocess.run(
        [sys.executable, "-c", words, str(tmp_path), data],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith(str(tmp_path))


# ---- the proof's own tools ---------------------------------------------------------------------


def test_the_runtime_api_hands_out_events_and_takes_answers_and_errors():
    with serving() as api:
        threading.Thread(target=a_client, args=(api.address,), daemon=True).start()
        assert api.invoke({"say": "fine"}) == {"said": "fine"}
        with pytest.raises(InvocationFailed, match="no such word"):
            api.invoke({"say": ""})
        assert api.await_ready() > 0


def a_client(address):
    line = http.client.HTTPConnection(address)
    for kind, body in (
        ("response", b'{"said": "fine"}'),
        ("error", b'{"errorMessage": "no such word"}'),
    ):
        line.request("GET", "/2018-06-01/runtime/invocation/next")
        given = line.getresponse()
        id = given.getheader("Lambda-Runtime-Aws-Request-Id")
        given.read()
        line.request("POST", f"/2018-06-01/runtime/invocation/{id}/{kind}", body=body)
        line.getresponse().read()


def test_the_emulator_gets_all_but_what_it_cannot_make():
    function = {
        "Handler": "app.app",
        "Environment": {"Variables": {"MOTCUA_OFFICERS": {"Ref": "Keys"}}},
    }
    template = {
        "Resources": {
            "APIHandler": {"Type": "AWS::Serverless::Function", "Properties": function},
            "RestAPI": {"Type": "AWS::Serverless::Api", "Properties": {}},
            "Keys": {"Type": "AWS::SecretsManager::Secret", "Properties": {}},
            "Budget": {"Type": "AWS::Budgets::Budget", "Properties": {}},
        },
        "Outputs": {"Spent": {"Value": {"Ref": "Budget"}}, "Api": {"Value": {"Ref": "RestAPI"}}},
    }
    made, told = emulated(template)
    assert set(made["Resources"]) == {"APIHandler", "RestAPI", "Keys"}
    assert set(made["Outputs"]) == {"Api"}
    assert any("Budget" in word for word in told)
    officers = function["Environment"]["Variables"]["MOTCUA_OFFICERS"]
    assert officers["Fn::Sub"].endswith("secret:${Keys}")


def test_a_request_names_its_route_and_its_path():
    event = events.request("GET", "/v1/dossiers/{code}", token="t", code="H26")
    assert (event["resource"], event["path"]) == ("/v1/dossiers/{code}", "/v1/dossiers/H26")
    assert event["headers"]["Authorization"] == "Bearer t"
