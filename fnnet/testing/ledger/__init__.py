"""The ledger of the laws: which hold of what, shown as a table."""
