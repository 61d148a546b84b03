"""Một Cửa: photographs of papers in, verified dossiers to every agency that must act. Start at `journey.py`."""
