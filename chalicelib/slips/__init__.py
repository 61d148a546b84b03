"""Slips as PDF: the citizen's and the desk's.

The citizen's: reception with due dates, supplement, refusal, stop of one result, apology with a new date. The desk's:
control slip, register. In: plain values that someone else has looked up. Out: one PDF, A4, its text in NFC.
Numbers of persons, telephones and mail addresses are masked here (facts §7), whatever is handed in.
"""

from chalicelib.slips.desk import control, register
from chalicelib.slips.forms import apology, reception, refusal, stop, supplement
from chalicelib.slips.words import (
    ControlSlip,
    FaultRow,
    HandoverRow,
    MovedRow,
    PaperRow,
    Register,
    RegisterRow,
    ResultRow,
    Slip,
)

__all__ = [
    "ControlSlip",
    "FaultRow",
    "HandoverRow",
    "MovedRow",
    "PaperRow",
    "Register",
    "RegisterRow",
    "ResultRow",
    "Slip",
    "apology",
    "control",
    "reception",
    "refusal",
    "register",
    "stop",
    "supplement",
]
