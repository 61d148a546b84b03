"""What agencies get: the envelope of a verified dossier, its signature, and when to try again."""
