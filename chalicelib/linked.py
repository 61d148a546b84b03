"""News to agencies of a dossier that they have: another's answer that their step hangs on, or the dossier anew.

In: a dossier and an answer, or events that change what is known. Out: which results begin or end with it, and news to
the agencies concerned. News of a result names it and nothing of a person. Steps that do not hang on it go on untouched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib import handover
from chalicelib.changes import Draft, message, queue_of
from chalicelib.dispatch import envelope as envelopes
from chalicelib.dossier.case import Dossier, Outgoing, foreseen
from chalicelib.ports import World

RESULT_NEWS, STOPPED_NEWS = "dossier.result", "dossier.stopped"
News = tuple[list[Draft], list[Outgoing]]


def ended_with(dossier: Dossier, results: Sequence[str]) -> list[str]:
    """These results, and the owed ones that can't be given without them."""
    ended = list(results)
    for result in handover.rules_of(dossier).results:
        if result.after in ended and result.id not in ended:
            ended.append(result.id)
    owed = {r["id"] for r in dossier.owed()}
    return [id for id in ended if id in owed]


def news(world: World, dossier: Dossier, drafts: Sequence[Draft], facts: Mapping[str, Any]) -> News:
    """News of the answer in `facts`, which `drafts` already hold, for the other agencies that it concerns."""
    after = foreseen(dossier, drafts, world.clock.now(), "system")
    if facts["answer"] == "result":
        return _posted(world, after, RESULT_NEWS, _begun(after, facts))
    if facts["answer"] == "refused":
        return _posted(world, after, STOPPED_NEWS, _ended(after, facts))
    return [], []


def anew(
    world: World,
    dossier: Dossier,
    drafts: Sequence[Draft],
    agencies: Sequence[str],
    kind: str,
    actor: str = "system",
) -> News:
    """The whole dossier once more, as it is after `drafts` of this actor, for these agencies."""
    now = world.clock.now()
    after = foreseen(dossier, drafts, now, actor)
    news: list[Draft] = []
    told: list[Outgoing] = []
    for agency in agencies:
        id = world.ids.new("msg")
        seen = replace(after, version=after.version + len(news) + 1)
        data = handover.envelope(seen, agency, now, world.base_url, (id, kind))
        key = f"envelopes/{id}.json"
        world.blobs.write(key, data, "application/json")
        news.append(("news_posted", {"agency": agency, "id": id, "kind": kind, "envelope": key}))
        told.append(message(world, queue_of(agency), envelopes.notice(data)))
    return news, told


def _begun(after: Dossier, facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """For each agency whose step begins now: number and date of the result, and when its own is due."""
    done = next(r for r in after.results if r["id"] == facts["result"])
    told = {k: done[k] for k in ("id", "agency", "name", "number", "date")}
    begun = {r["id"] for r in facts["results"] if "agency_due" in r}
    about: dict[str, dict[str, Any]] = {}
    for r in after.owed():
        if r["id"] in begun:
            said = about.setdefault(r["agency"], {"result": told, "due": {}})
            said["due"][r["id"]] = r["agency_due"]
    return about


def _ended(after: Dossier, facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """For each other agency whose result can't be given any more: which was refused, which of its own ended."""
    known = {r["id"]: r for r in after.results}
    ended = [known[r["id"]] for r in facts["results"]]
    first = {k: ended[0][k] for k in ("id", "agency", "name")}
    about: dict[str, dict[str, Any]] = {}
    for r in ended:
        if r["agency"] != facts["agency"]:
            said = about.setdefault(r["agency"], {"refused": first, "stopped": []})
            said["stopped"].append(r["id"])
    return about


def _posted(
    world: World, after: Dossier, kind: str, abouts: Mapping[str, Mapping[str, Any]]
) -> News:
    drafts: list[Draft] = []
    told: list[Outgoing] = []
    for agency, about in abouts.items():
        id = world.ids.new("msg")
        seen = replace(after, version=after.version + len(drafts) + 1)
        content = envelopes.news(
            id=id, kind=kind, agency=agency, at=world.clock.now(), dossier=seen, about=about
        )
        data, key = envelopes.canonical(content), f"envelopes/{id}.json"
        world.blobs.write(key, data, "application/json")
        drafts.append(("news_posted", {"agency": agency, "id": id, "kind": kind, "envelope": key}))
        told.append(message(world, queue_of(agency), envelopes.notice(data)))
    return drafts, told
