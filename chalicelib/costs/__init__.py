"""What dossiers cost on AWS, where its quotas bind, and how a peak day goes: counted, priced, simulated. Pure."""
