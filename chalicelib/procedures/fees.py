"""What a procedure costs: its data, a place, a channel and how many in; amounts in đồng out, none of them in code.

An amount may be unknown (`amount_vnd` None: set by a council whose resolution we don't have); then an officer says it,
and nothing is guessed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chalicelib.procedures.catalogue import Fee, Pair, Procedure


@dataclass(frozen=True, slots=True)
class Amount:
    """One fee as it falls due: `quantity` units, `total_vnd` đồng, or None where the amount is not known."""

    id: str
    title: Pair
    quantity: int
    total_vnd: int | None
    source: str


def amounts_due(
    procedure: Procedure,
    place: str,
    channel: str,
    quantities: Mapping[str, int] | None = None,
    failed_rules: Collection[str] = (),
) -> list[Amount]:
    """The fees of this procedure (as of its day) in this place.

    `place`: a province's code such as `H26`, or a ward's; `channel`: online or desk; `quantities`: how many, by what
    the fee counts (copy, page, person) or by the dossier field it names; `failed_rules`: ids, for fees `when` late.
    A fee that holds only when late takes the place of the others.
    """
    here = [f for f in procedure.fees if _holds(f, place, channel)]
    late = [f for f in here if f.when and set(f.when) & set(failed_rules)]
    usual = [f for f in here if not f.when]
    return [_amount(f, quantities or {}) for f in late or usual]


def total(amounts: Collection[Amount]) -> int | None:
    """All of them together; None if one is not known."""
    known = [a.total_vnd for a in amounts if a.total_vnd is not None]
    return sum(known) if len(known) == len(amounts) else None


def _holds(fee: Fee, place: str, channel: str) -> bool:
    return fee.channel in ("any", channel) and bool({"*", place} & set(fee.places))


def _amount(fee: Fee, quantities: Mapping[str, int]) -> Amount:
    quantity = quantities.get(fee.quantity or fee.per, 1)
    return Amount(fee.id, fee.title, quantity, _sum(fee, quantity), fee.source)


def _sum(fee: Fee, quantity: int) -> int | None:
    if fee.amount_vnd is None:
        return None
    full = quantity if fee.then_vnd is None else min(quantity, fee.then_from - 1)
    whole = full * fee.amount_vnd + (quantity - full) * (fee.then_vnd or 0)
    return whole if fee.most_vnd is None else min(whole, fee.most_vnd)
