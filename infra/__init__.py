"""What AWS needs beside the code: one CloudFormation template, built from the code's own lists. Never shipped."""
