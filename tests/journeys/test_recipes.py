"""CONTRIBUTING.md, followed literally: its blocks are run in a copy of the program, and what they promise is tried."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.copied import BEGINNING, ROOT, copy_of_the_program, edit, run_in

BLOCK = re.compile(r"```sh recipe=(\w+)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))


@pytest.fixture
def folder(tmp_path):
    return copy_of_the_program(tmp_path / "copy")


def follow(folder: Path, recipe: str) -> str:
    """Run every block of the recipe, stopping at the first command that fails; what was printed."""
    shim = folder / "bin" / "motcua"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m chalicelib.cli.main "$@"\n')
    shim.chmod(0o755)
    script = "\n".join(text for name, text in BLOCKS if name == recipe)
    env = {**os.environ, "PATH": f"{shim.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "-ec", script], cwd=folder, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


FILE_THE_THIRTEENTH = (
    BEGINNING
    + """
from tests.journeys.test_twelve import file, good
dossier = file(house, "khai_tu_mau", papers=good("khai_tu"))
faulty = file(house, "khai_tu_mau", papers=good("khai_tu"), changed=("giay_bao_tu", "death.date", "2019-01-01"))
doubtful = file(house, "khai_tu_mau", papers=good("khai_tu"), doubtful=("to_khai_khai_tu", "death.place"))
envelope = json.loads(house.agencies.came[0][2])
print(json.dumps({"states": [d.state.value for d in (dossier, faulty, doubtful)], "procedure": envelope["procedure"]}))
"""
)


def test_a_thirteenth_procedure_is_a_folder_dropped_in(folder, tmp_path):
    said = follow(folder, "procedure")
    assert "✓ 13 procedures are sound" in said and "✓ khai_tu_mau/1" in said
    told = json.loads(run_in(folder, FILE_THE_THIRTEENTH, str(tmp_path)))
    assert told["states"] == ["handed_over", "supplement", "in_review"]
    assert told["procedure"]["code"] == "9.000001"
    assert told["procedure"]["name"] == "Đăng ký khai tử (mẫu)"


def test_a_new_version_is_begun_and_published(folder):
    said = follow(folder, "version")
    assert "✓ khai_tu/2" in said and "✓ 12 procedures are sound" in said
    assert (folder / "schemas/procedures/khai_tu/versions/1/procedure.json").exists()


RECOGNISE = """
from chalicelib.dossier.paper import Word
from chalicelib.extraction.kinds import split
lines = ["ĐƠN ĐỀ NGHỊ MẪU THỬ", "Họ tên người làm đơn: NGUYỄN THỊ MẪU",
         "Nội dung đề nghị mẫu: thử", "Lý do đề nghị mẫu: thử"]
words = [Word(w, (50 + 90 * n, 60 * line, 80, 40), 0.95, 1, line)
         for line, text in enumerate(lines, 1) for n, w in enumerate(text.split())]
print(split([words])[0].kind)
"""


def test_a_new_kind_of_paper_is_recognised(folder):
    assert "are sound" in follow(folder, "paper")
    assert run_in(folder, RECOGNISE).strip() == "don_mau"


def give_to_tax(d):
    share = {
        **d["agencies"][0],
        "id": "tax",
        "fields": ["owner.full_name", "business_name"],
        "papers": [],
    }
    d["agencies"].append(share)


DELIVER_TO_TAX = (
    BEGINNING
    + """
from tests.journeys.test_twelve import file, good
dossier = file(house, "ho_kinh_doanh", papers=good("ho_kinh_doanh"))
tax = next(json.loads(body) for agency, _, body in house.agencies.came if agency == "tax")
print(json.dumps([dossier.state.value, sorted(tax["fields"])]))
"""
)


def test_a_new_agency_gets_its_share(folder, tmp_path):
    assert "are sound" in follow(folder, "agency")
    (folder / "schemas/procedures/published.json").unlink()
    edit(folder / "schemas/procedures/ho_kinh_doanh/procedure.json", give_to_tax)
    told = json.loads(run_in(folder, DELIVER_TO_TAX, str(tmp_path)))
    assert told == ["handed_over", ["business_name", "owner.full_name"]]
