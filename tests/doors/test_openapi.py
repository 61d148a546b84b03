"""The API answers what its document says, and nothing that schemathesis thinks of makes it fall."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import app as doors
from chalicelib import journey, piles, wiring
from chalicelib.doors import openapi
from chalicelib.doors.server import LocalServer
from tests.journeys.house import OFFICER_KEY, House, bring_all

PILE = "pile_1"
DOCUMENT = openapi.document(doors.app)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("house"))
    house.code = house.open()
    bring_all(house, house.code)
    journey.submit(house.world, house.code)
    house.run()
    doubt = {"field": "number", "label": "Số", "read": "7", "confidence": 0.5, "needed": 0.9}
    paper = {"paper": "0" * 16, "where": {}, "reasons": ["blurred"], "pictures": []}
    papers = [{**paper, "doubts": [{**doubt, "why": "unsure"}]}]
    facts = {"batch": "lot-7", "kind": "giay_chung_sinh", "papers": papers}
    piles.send(house.world, PILE, facts, {})
    yield house
    house.store.close()


API = schemathesis.openapi.from_wsgi("/v1/openapi.json", LocalServer(doors.app, None))
OPERATIONS = [(m, p) for p, ms in DOCUMENT["paths"].items() for m in ms]
schemathesis.checks.load_all_checks()
CHECKS = [
    schemathesis.checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda x: x)
def test_no_request_makes_it_fall_and_answers_match_the_document(method, path, place):
    wiring.use(place.world)
    operation = API[path][method.upper()]

    @given(case=operation.as_strategy(), is_known=st.booleans())
    @settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    def ask(case, is_known):
        named = [str(v) for v in (case.path_parameters or {}).values()]
        # What is blank once stripped, or holds a slash, is another route.
        assume(not any(v.strip() in ("", ".", "..") or "/" in v for v in named))
        if is_known and "code" in (case.path_parameters or {}):
            case.path_parameters["code"] = place.code
        if is_known and "pile" in (case.path_parameters or {}):
            case.path_parameters["pile"] = PILE
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {key_of(case, place)}"}
        case.call_and_validate(checks=CHECKS)

    ask()


def key_of(case, place):
    if case.path.startswith("/v1/desk"):
        return OFFICER_KEY
    agency = (case.path_parameters or {}).get("id")
    return f"khoa-{agency}".encode("ascii", "ignore").decode() if agency else place.token


def test_every_route_is_in_the_document_and_every_entry_is_a_route():
    routes = {(m, p) for p, ms in doors.app.routes.items() for m in ms if p.startswith("/v1")}
    told = {(m.upper(), p) for p, ms in DOCUMENT["paths"].items() for m in ms}
    assert routes == told
    forms = json.loads((openapi.SCHEMAS / "api.json").read_text("utf-8"))["routes"]
    assert {f"{m} {p}" for m, p in routes} == set(forms)


def test_the_document_has_webhooks_and_the_procedures_schemas():
    assert DOCUMENT["openapi"] == "3.1.0"
    dossier = {"verified", "supplemented", "corrected", "result", "stopped"}
    told = {f"dossier.{what}" for what in dossier} | {"endpoint.ping"}
    assert set(DOCUMENT["webhooks"]) == told
    schemas = DOCUMENT["components"]["schemas"]
    assert {"dossier.khai_sinh", "dossier.lien_thong_ks_tt_bhyt", "envelope"} <= set(schemas)


def test_every_reference_of_the_document_leads_somewhere():
    def refs(node):
        if isinstance(node, dict):
            yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
            for value in node.values():
                yield from refs(value)
        elif isinstance(node, list):
            for value in node:
                yield from refs(value)

    for ref in refs(DOCUMENT):
        found = DOCUMENT
        for word in ref.removeprefix("#/").split("/"):
            found = found[word]
        assert found
    for each in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(each)
