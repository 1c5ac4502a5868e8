"""Folders that runs leave: whole or not at all, part by part, and their tables."""

from computerace.runs.store.folder import (
    IDENTITY,
    MANIFEST,
    read_manifest,
    refuse_another_question,
    refuse_other_kinds,
    refuse_unless_free,
    run_folder,
    same_run,
    write_manifest,
)

__all__ = [
    "IDENTITY",
    "MANIFEST",
    "read_manifest",
    "refuse_another_question",
    "refuse_other_kinds",
    "refuse_unless_free",
    "run_folder",
    "same_run",
    "write_manifest",
]
