"""Scripts as a user writes them: `mypy --strict` and pyright find no fault with them, and each `main` runs."""
