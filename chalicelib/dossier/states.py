"""States of a dossier and the moves between them: a table, and nothing that guesses.

`NATIONAL` maps each state to the national list of dossier states (facts §4.4), for exchange with other portals.
"""

from enum import StrEnum

from chalicelib.errors import MoveNotAllowed


class State(StrEnum):
    """Where a dossier stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    SUPPLEMENT = "supplement"
    VERIFIED = "verified"
    HANDED_OVER = "handed_over"
    COMPLETED = "completed"
    REFUSED = "refused"


class PileState(StrEnum):
    """Where a pile of an archive's doubts stands: lists of their own, so that no pile stands among dossiers."""

    WAITING = "pile_waiting"
    DONE = "pile_done"


Standing = State | PileState
"""What histories are listed by."""

MOVES: dict[State, frozenset[State]] = {
    State.OPEN: frozenset({State.SUBMITTED}),
    State.SUBMITTED: frozenset({State.VERIFIED, State.IN_REVIEW, State.SUPPLEMENT}),
    State.IN_REVIEW: frozenset({State.VERIFIED, State.SUPPLEMENT, State.REFUSED}),
    State.SUPPLEMENT: frozenset({State.SUBMITTED, State.REFUSED}),
    State.VERIFIED: frozenset({State.HANDED_OVER}),
    State.HANDED_OVER: frozenset({State.COMPLETED}),
    State.COMPLETED: frozenset(),
    State.REFUSED: frozenset(),
}

# number in the national list, what the citizen is told in Vietnamese and English
NATIONAL: dict[State, tuple[int, str, str]] = {
    State.OPEN: (1, "Đang chuẩn bị hồ sơ", "Being prepared"),
    State.SUBMITTED: (1, "Mới nộp, đang kiểm tra", "Submitted, being checked"),
    State.IN_REVIEW: (1, "Chờ cán bộ xem lại", "Waiting for an officer"),
    State.SUPPLEMENT: (5, "Yêu cầu bổ sung giấy tờ", "A supplement is needed"),
    State.VERIFIED: (2, "Đã tiếp nhận", "Received"),
    State.HANDED_OVER: (4, "Đang xử lý tại cơ quan", "With the agencies"),
    State.COMPLETED: (9, "Đã có kết quả", "All results are there"),
    State.REFUSED: (3, "Không được tiếp nhận", "Not received"),
}

PAPERS_MAY_CHANGE = frozenset({State.OPEN, State.SUPPLEMENT})


def moved(now: State, to: State) -> State:
    """`to`, if the table allows the move.

    Raises:
        MoveNotAllowed: the table has no such move.
    """
    if to not in MOVES[now]:
        raise MoveNotAllowed(state=now.value)
    return to
