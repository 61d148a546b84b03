"""The command line: motcua."""
