"""`computerace schema`: the JSON schema of a scenario's, a design's or a claim's file, for an editor."""

from typing import Annotated, Literal

from cyclopts import Parameter


def schema(
    of: Annotated[Literal["scenario", "design", "claim"], Parameter(help="scenario, design or claim.")], /
) -> None:
    """Print the JSON schema of a kind of file, which editors complete and check by."""
    from importlib.resources import files

    print(files("computerace.runs.schema").joinpath(f"{of}.json").read_text(encoding="utf-8").rstrip())
