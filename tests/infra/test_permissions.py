"""Each function's role grants what the function asks AWS for on a whole day, and nothing else."""

from pathlib import Path

import pytest

from infra.functions import FUNCTIONS
from infra.permissions import role_name
from infra.stages import STAGES
from infra.template import joined, packaged
from tests.infra.cloud import Cloud
from tests.infra.grants import allows, granted, unused
from tests.infra.walk import walk
from tests.moto_server import LockedMoto

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.eyes


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return joined(packaged("dev", tmp_path_factory.mktemp("packaged")), STAGES["dev"])


@pytest.fixture(scope="module")
def cloud(template):
    with LockedMoto() as url:
        made = Cloud(url, template)
        walk(made)
        yield made


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_the_role_grants_what_the_function_asks_for(cloud, template, function):
    grants = granted(template, role_name(function))
    missing = {call for call in cloud.seen[function.name] if not allows(grants, call)}
    assert missing == set()


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
def test_the_role_grants_nothing_that_the_function_never_asks_for(cloud, template, function):
    grants = granted(template, role_name(function))
    assert list(unused(grants, cloud.seen[function.name])) == []
