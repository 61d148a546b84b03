"""Archives in bulk: files of a folder or a manifest in; a record, a searchable PDF and an index of every paper out.

`sources` finds the files, `pool` gives pages to worker processes (`hand`), `shelves` writes what comes out.
"""
