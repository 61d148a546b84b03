"""Extraction: words in; kinds of paper and fields out."""
