"""Stage: procedures. What a procedure needs, as data; dossiers judged by the rules of their day.

Everything an official may change lies in `schemas/procedures/`, `schemas/units/` and `schemas/calendar/`.
"""
