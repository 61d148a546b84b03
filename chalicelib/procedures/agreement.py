"""The declared cross-paper rules, asked of a dossier's evidence: one finding per rule that applies.

`inconclusive` whenever a value is not sure, not there, or doesn't settle the matter; it never passes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from chalicelib.dossier.paper import Finding, Outcome
from chalicelib.procedures.catalogue import Pair, Procedure, pair
from chalicelib.procedures.evidence import Evidence, Merged, Ref, ref_from
from chalicelib.procedures.explain import shown
from chalicelib.procedures.letters import folded
from chalicelib.procedures.messages import listed, said
from chalicelib.procedures.rules import TAKES_BLANKS, VOCABULARY
from chalicelib.procedures.sureness import is_sure, threshold

Fields = Mapping[str, Merged]
OWN_KINDS = ("dossier", "declared")
_ALIKE = 50
"""How many times likelier two papers' names are taken to be misread alike than by chance: a margin, not measured."""
READ_APART = {"same_date": 1, "same_number": 1, "date_in_words_agrees": 1, "same_name": _ALIKE}


@dataclass(frozen=True, slots=True)
class _Input:
    ref: Ref
    found: Merged | None

    @property
    def is_blank(self) -> bool:
        return self.found is not None and self.found.field.value is None

    @property
    def is_unsure(self) -> bool:
        return self.found is not None and not is_sure(self.found, self.ref.field)


def agree(procedure: Procedure, evidence: Evidence, fields: Fields) -> Iterator[Finding]:
    """Findings of the procedure's rules, in their order; a rule that does not apply gives none."""
    demanded = {a.kind for n in procedure.submit if n.required for a in n.one_of}
    for rule in procedure.rules:
        if not _applies(rule, evidence):
            continue
        inputs = [_input(text, evidence, fields) for text in rule["of"]]
        answer = _answer(rule, inputs, evidence, demanded)
        if answer is not None:
            yield _finding(rule, answer, inputs, procedure)


def _applies(rule: Mapping[str, Any], evidence: Evidence) -> bool:
    when = rule.get("when")
    if when is None:
        return True
    values = [m.field.value for m in evidence.found([when["ref"]])[:1]]
    return any(folded(str(v)) in {folded(x) for x in when["is"]} for v in values)


def _input(text: str, evidence: Evidence, fields: Fields) -> _Input:
    ref = ref_from(text)
    if ref.kind == "dossier":
        return _Input(ref, fields.get(ref.field))
    if ref.kind == "declared":
        return _Input(ref, next(iter(evidence.claimed(ref.field)), None))
    return _Input(ref, next(iter(_confirmed_first(evidence.found([text]))), None))


def _confirmed_first(found: list[Merged]) -> list[Merged]:
    return sorted(found, key=lambda m: m.field.confirmed_by is None)


def _answer(
    rule: Mapping[str, Any], inputs: list[_Input], evidence: Evidence, demanded: set[str]
) -> str | None:
    """passed, failed, or why it is inconclusive: absent, blank, unsure, unclear; None: does not apply."""
    if rule["rule"] in TAKES_BLANKS and _is_shown_by_the_sure(rule, inputs):
        return "passed"
    if any(i.found is None for i in inputs):
        return None if _is_skipped_absence(rule, inputs, evidence, demanded) else "absent"
    if any(i.is_unsure for i in inputs):
        return "passed" if _bear_each_other_out(rule, inputs) else "unsure"
    blanks = [i.is_blank for i in inputs]
    if any(blanks) and rule["rule"] not in TAKES_BLANKS:
        return _answer_to_blanks(rule, all(blanks))
    more = [_input(text, evidence, {}) for text in rule.get("or", ())]
    rule = {**rule, "dossiers": evidence.dossiers}
    return _verdict(rule, inputs + [m for m in more if m.found and not m.is_blank])


def _bear_each_other_out(rule: Mapping[str, Any], inputs: list[_Input]) -> bool:
    """Do dates or numbers that were read apart, none of them unlikely, say the same?

    Two misreadings of a date or of a person's number that agree are as rare as the product of their doubts. In names
    the same mark is easily lost twice: they must be so many times surer (`_ALIKE`). Other texts are left out.
    """
    together = READ_APART.get(rule["rule"])
    if together is None or any(i.is_blank or i.found is None for i in inputs):
        return False
    found = [
        (i.found.field.confidence, threshold(i.ref.kind, i.ref.field, i.found.channel))
        for i in inputs
        if i.found
    ]
    doubt = together * prod(1 - confidence for confidence, _ in found)
    likely = all(confidence >= 0.5 for confidence, _ in found)
    return likely and doubt <= 1 - max(t for _, t in found) and _verdict(rule, inputs) == "passed"


def _is_shown_by_the_sure(rule: Mapping[str, Any], inputs: list[_Input]) -> bool:
    return _verdict(rule, [i for i in inputs if i.found and not i.is_unsure]) == "passed"


def _is_skipped_absence(
    rule: Mapping[str, Any], inputs: list[_Input], evidence: Evidence, demanded: set[str]
) -> bool:
    """Does a missing value make the rule fall away, instead of inconclusive?

    `skip`: the form may lack the line. `skip_paper`: only without the paper; a line not read is inconclusive.
    A paper that is demanded and not there has its own finding: to tell each comparison it spoils would bury that.
    A card that is there but is nobody's we asked for is no missing paper.
    """
    how = rule.get("when_missing")
    gone = [
        i
        for i in inputs
        if i.found is None and i.ref.kind not in OWN_KINDS and not evidence.papers(i.ref)
    ]
    return (
        how == "skip"
        or (how == "skip_paper" and bool(gone))
        or any(i.ref.kind in demanded and not evidence.has(i.ref.kind) for i in gone)
    )


def _answer_to_blanks(rule: Mapping[str, Any], is_all_blank: bool) -> str | None:
    if rule.get("when_blank") == "skip":
        return None
    return "passed" if is_all_blank and rule["rule"].startswith("same_") else "blank"


def _verdict(rule: Mapping[str, Any], inputs: list[_Input]) -> str:
    found = [i.found.field for i in inputs if i.found]
    options = {**rule, "markless": any(f.source == "mrz" for f in found)}
    verdict = VOCABULARY[rule["rule"]]([f.value for f in found], options)
    return {True: "passed", False: "failed", None: "unclear"}[verdict]


def _finding(
    rule: Mapping[str, Any], answer: str, inputs: list[_Input], procedure: Procedure
) -> Finding:
    outcomes: dict[str, Outcome] = {"passed": "passed", "failed": "failed"}
    outcome = outcomes.get(answer, "inconclusive")
    doubtful = [i for i in inputs if i.found is None or i.is_blank or i.is_unsure]
    named = doubtful if outcome == "inconclusive" and doubtful else inputs
    facts = {
        "fields": listed(procedure.label(label_key(i.ref, procedure)) for i in named),
        "papers": listed(_paper(i, procedure) for i in named),
    }
    text = said(answer, rule["rule"], **facts)
    if outcome == "failed" and "message" in rule:
        text = pair(rule["message"])
    paths = tuple(dict.fromkeys(_path(i) for i in inputs))
    read = None if outcome == "passed" else _read(inputs, procedure)
    return Finding(rule["id"], outcome, paths, text, rule.get("warning", False), read)


def _read(inputs: list[_Input], procedure: Procedure) -> Pair | None:
    """What each paper says, so that people see where they differ; None if nothing was read."""
    found = [(i, i.found.field.value) for i in inputs if i.found]
    said_on = [
        said("read", "blank_on", paper=_paper(i, procedure))
        if value is None
        else said("read", "on", paper=_paper(i, procedure), read=shown(value))
        for i, value in found
    ]
    if not said_on:
        return None
    vi, en = zip(*dict.fromkeys(said_on), strict=True)
    return said("read", "there", read=("; ".join(vi), "; ".join(en)))


def label_key(ref: Ref, procedure: Procedure) -> str:
    """The dossier field whose label names what the reference points at: same key, or fed by it."""
    if ref.label_key in procedure.fields or ref.label_key in procedure.labels:
        return ref.label_key
    fed = (key for key, refs in procedure.sources.items() if str(ref) in refs)
    return next(fed, ref.label_key)


def _paper(i: _Input, procedure: Procedure) -> Pair:
    kind = i.found.kind if i.ref.kind == "dossier" and i.found else i.ref.kind
    if kind is None or kind in ("dossier", "declared"):
        return said("words", kind or "declared")
    return procedure.kind_title(kind)


def _path(i: _Input) -> str:
    return i.ref.field if i.ref.kind == "dossier" else str(i.ref)
