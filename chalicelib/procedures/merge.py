"""The dossier's fields, each taken from the paper that counts.

In: a procedure and a dossier. Out: `Merged` by dossier field; a field that no paper and nobody gave is absent.
Each value comes whole from one paper (an address is never put together from two), and null means: the best source
leaves it blank.
"""

from chalicelib.dossier.case import Dossier
from chalicelib.procedures.catalogue import Procedure
from chalicelib.procedures.evidence import Evidence, Merged

__all__ = ["Merged", "merged"]


def merged(procedure: Procedure, dossier: Dossier) -> dict[str, Merged]:
    """The dossier's fields by key, by the procedure's `sources` (facts §2.14); declared values come last."""
    return merged_from(procedure, Evidence(procedure, dossier))


def merged_from(procedure: Procedure, evidence: Evidence) -> dict[str, Merged]:
    """The same out of evidence already sorted."""
    best = {key: evidence.best(refs, key) for key, refs in procedure.sources.items()}
    return {key: m for key, m in best.items() if m is not None}
