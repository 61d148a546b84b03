"""The core: pure values and laws of a dossier."""
