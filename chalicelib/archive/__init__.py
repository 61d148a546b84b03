"""Stage: archive. Papers read in bulk as records, rows of an index and samples for checking; values in, values out."""
