"""Adapters: the outside. The only package with boto3 or HTTP clients."""
