"""The proof that what was built runs: under the Lambda runtime client, and as a whole stack on an emulator."""
