"""What the files that people write may hold: keys declared once, read and checked by pydantic, and as JSON schemas.

`keys` says what a key is and makes a form of keys; `check` holds a table against a form; `toml` reads a file; `editors`
writes the JSON schemas that editors read.
"""
