"""Worlds of a folder to be played again: by the program that made it, or by another one that says so."""

from pathlib import Path
from typing import TYPE_CHECKING

from computerace.analysis.manifest_form import Manifest
from computerace.market.errors import UserError
from computerace.runs.store import program
from computerace.runs.worlds.progress import say

if TYPE_CHECKING:
    from computerace.runs.scenarios import Scenario

UNKNOWN = "it does not say by which program it was made"


def changed_since(manifest: Manifest) -> list[str]:
    """What has changed in the program since a folder was made, each in a few words; a folder of old may not tell."""
    if "program" not in manifest:
        return [UNKNOWN]
    return program.changes(manifest["program"], program.fingerprint())


def say_if_changed(folder: Path, manifest: Manifest) -> None:
    """Say in a line where worlds that are played now may differ from those in a folder."""
    changed = changed_since(manifest)
    if changed:
        shown = ", ".join(changed[:4]) + (f" and {len(changed) - 4} more" if len(changed) > 4 else "")
        say(f"{folder} is of another version of the program ({shown}): worlds played now may differ from what it holds")


def scenario_of(folder: Path, manifest: Manifest, *, trust_code: bool = False) -> "Scenario":
    """The scenario of a folder, to be played again.

    trust_code: whether code of one's own that it names may run. Raises UserError where it may not, or has changed, and
    where this program cannot play the scenario.
    """
    from computerace.runs.scenarios import Scenario, own_code

    try:
        scenario = Scenario.from_dict(dict(manifest["scenario"]))
    except (KeyError, TypeError, ValueError, UserError) as error:
        raise _not_playable(folder, error) from error
    scenario = own_code.trust(scenario) if trust_code else scenario
    own_code.require(scenario)
    try:
        scenario.parameters()
    except (TypeError, ValueError, UserError) as error:
        raise _not_playable(folder, error) from error
    return scenario


def _not_playable(folder: Path, error: Exception) -> UserError:
    return UserError(
        f"{folder} is of another version of the program, and this one cannot play its worlds again ({error});"
        " what its tables hold can be read"
    )
