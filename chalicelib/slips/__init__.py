"""The papers a citizen gets: reception with due dates, supplement, refusal.

In: a `Slip`, plain values that someone else has looked up. Out: one PDF, A4, its text in NFC.
Numbers of persons, telephones and addresses are masked here (facts §7), whatever is handed in.
"""

from chalicelib.slips.forms import reception, refusal, supplement
from chalicelib.slips.words import FaultRow, PaperRow, ResultRow, Slip

__all__ = ["FaultRow", "PaperRow", "ResultRow", "Slip", "reception", "refusal", "supplement"]
