"""Accounts to sellers: candidate pairs, evidence, identities."""
