"""Review: what an officer may decide about a dossier that could not pass by itself."""
