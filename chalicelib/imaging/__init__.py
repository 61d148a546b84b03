"""Imaging: bytes of one upload in; upright, cleaned page pictures out."""
