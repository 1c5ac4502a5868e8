"""A design file: which scenarios, worlds, what varies, how points are drawn; checked before anything runs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from computerace.analysis.manifest_form import DesignForm
from computerace.analysis.paths import at_home, beside
from computerace.market.errors import UserError, unknown
from computerace.market.vocabulary import NEUTRAL_PREFIX
from computerace.runs.claims import Claim, read_claims, resolved
from computerace.runs.designs.sampling import ONE_POINT, SAMPLERS, Sampler, read_sampler, sampler_form
from computerace.runs.designs.varied import BLOCK, Vary, read_vary
from computerace.runs.scenarios import Scenario, scenario
from computerace.runs.schema.bounds import LARGEST_SEED, LONGEST, MOST_WORLDS, check_points, check_total
from computerace.runs.schema.check import checked, shown
from computerace.runs.schema.keys import Key, form
from computerace.runs.schema.toml import read_toml, with_full_names

DEFAULT_WORLDS_PER_POINT = 64
CLAIMS = "a list of names, of TOML files beside the design, or blocks headed [[claims]], each with a name"


@dataclass(frozen=True)
class Design:
    """A sweep in full. `measures` None: all while points are few, else the headline ones; see `sweeps/work.py`.

    claims: of `runs/claims`, of which the race's labs and months can be asked.
    """

    scenarios: tuple[Scenario, ...]
    question: Annotated[str, Key("what is asked; a text for the manifest")] = ""
    seed: Annotated[int, Key("which luck, and which points", least=0, most=LARGEST_SEED)] = 1
    worlds_per_point: Annotated[int, Key("worlds at every point", least=1, most=MOST_WORLDS)] = DEFAULT_WORLDS_PER_POINT
    months: Annotated[int, Key("how long; by default as the scenario says", least=1, most=LONGEST)] = 60
    keep: Annotated[Literal["outcomes", "quantiles", "steps"], Key("what is kept of the months")] = "quantiles"
    fixed: Annotated[bool, Key("whether parameters that do not vary keep their centre")] = False
    independent: Annotated[bool, Key("whether every point has luck of its own")] = False
    measures: Annotated[tuple[str, ...] | None, Key("the measures of which months are kept", least=1)] = None
    every: Annotated[int, Key("keep every so many months, and the last", least=1, most=LONGEST)] = 1
    claims: Annotated[tuple[Any, ...], Key("claims of one's own, counted in every world", allowed=CLAIMS)] = ()
    quantiles: Annotated[Literal["auto", "exact", "counts"], Key("how quantiles are made")] = "auto"
    sampler: Sampler = ONE_POINT
    vary: tuple[Vary, ...] = ()

    def to_dict(self) -> DesignForm:
        """As the manifest keeps it; scenarios by name, their content stands beside the design."""
        plain = {one.name: _plain(getattr(self, one.name)) for one in fields(self)}
        return cast("DesignForm", plain | {"scenarios": [one.name for one in self.scenarios]})


DECISIONS = "decisions"  # among a design's measures: all that owners saw, asked for and got
BLOCKS = 'blocks headed [[vary]], each with parameter = "…"'


class FileKeys:
    """Keys of a design's file beside the fields of Design."""

    scenario: Annotated[str, Key("the scenario, by name or a .toml file beside the design")]
    scenarios: Annotated[list[str], Key("several scenarios, run at every point under the same luck", least=1)]
    settings: Annotated[dict[str, Any], Key("parameters by full name, for every scenario")]
    sampler: Annotated[dict[str, Any], Key("how points are drawn; without it there is one", inner=sampler_form)]
    vary: Annotated[list[dict[str, Any]], Key("what varies, a block for each", allowed=BLOCKS, inner=BLOCK)]


FILE = form("", Design, FileKeys)
OWN = tuple(form("", Design).keys)  # what a design's file says of the design alone


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def read_design(path: str | Path) -> Design:
    """The design in a TOML file.

    Raises UserError for anything in it that cannot be run.
    """
    path = at_home(path)
    if not path.exists():
        raise UserError(f"there is no design {path}; `computerace designs` lists those that have names")
    content = read_toml(path, "design")
    try:
        return design_from(content, path.parent)
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def design_from(
    content: Mapping[str, Any], folder: Path = Path(), scenarios: tuple[Scenario, ...] | None = None
) -> Design:
    """The design in a mapping of the file's form.

    folder: files that it names are relative to it. scenarios: instead of those that it names.
    """
    given = checked(FILE, content)
    if scenarios is None:
        scenarios = _scenarios(given, folder)
    settings = with_full_names(given.get("settings", {}))
    if settings:
        scenarios = tuple(one.with_settings(settings) for one in scenarios)
    _check_comparable(scenarios)
    own = {"months": scenarios[0].months} | {name: given[name] for name in OWN if name in given}
    if "measures" in own:
        own["measures"] = _measures(own["measures"], scenarios)
    if "claims" in own:
        own["claims"] = _claims(own["claims"], folder, scenarios[0], own["months"])
    sampler = read_sampler(given["sampler"], folder, scenarios[0].parameters()) if "sampler" in given else ONE_POINT
    design = _with_vary(Design(scenarios, sampler=sampler, **own), given.get("vary", []))
    check_size(design)
    return design


def check_size(design: Design) -> None:
    """Raise UserError where a design has more points, values or months of worlds than can be had."""
    from computerace.runs.designs.samplers import number_of_points

    points = number_of_points(design) * len(design.scenarios)
    check_points(points, max(len(design.vary), 1))
    check_total(design.worlds_per_point, design.months, points)


def _with_vary(design: Design, blocks: list[Mapping[str, Any]]) -> Design:
    """The design with what varies, once the scenario says which parameters there are."""
    kind = design.sampler.kind
    if kind == "list":
        if blocks:
            raise UserError("a list of points names its parameters in its columns; leave out [[vary]]")
        return design
    known = design.scenarios[0].parameters()
    vary = [read_vary(block, known, kind) for block in blocks]
    if not vary and kind == "prior":
        vary = [Vary(name) for name, one in known.items() if one.prior is not None]
    names = [one.parameter for one in vary]
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise UserError(f"{twice} varies twice; give each parameter one [[vary]] block")
    if kind == "none" and vary:
        raise UserError(
            f"[[vary]] needs a [sampler] with kind = one of {', '.join(k for k in SAMPLERS if k != 'none')}"
        )
    if kind != "none" and not vary:
        raise UserError(f"the sampler {kind} needs at least one [[vary]] block")
    for other in design.scenarios[1:]:
        missing = next((name for name in names if "." in name and name not in other.parameters()), None)
        if missing is not None and not missing.startswith(NEUTRAL_PREFIX):
            raise UserError(f"the scenario {other.name} has no parameter {missing}")
    return replace(design, vary=tuple(vary))


def _scenarios(given: Mapping[str, Any], folder: Path) -> tuple[Scenario, ...]:
    if ("scenario" in given) == ("scenarios" in given):
        raise UserError('a design names scenario = "baseline", or scenarios = ["baseline", …]: one of the two')
    names = given["scenarios"] if "scenarios" in given else [given["scenario"]]
    if len(set(names)) < len(names):
        raise UserError(f"a scenario is named twice: {', '.join(names)}")
    return tuple(scenario(str(beside(folder, name)) if name.endswith(".toml") else name) for name in names)


def _check_comparable(scenarios: tuple[Scenario, ...]) -> None:
    """Raise UserError where scenarios do not share labs, start and claimant: their columns would not match."""
    first = scenarios[0]
    for other in scenarios[1:]:
        for what in ("labs", "start", "claimant"):
            mine, its = getattr(first, what), getattr(other, what)
            if mine != its:
                shown = [", ".join(value) if isinstance(value, tuple) else str(value) for value in (mine, its)]
                raise UserError(
                    f"scenarios in one design must share their {what}: {first.name} has {shown[0]},"
                    f" {other.name} has {shown[1]}; sweep them one by one"
                )


def _claims(given: list[Any], folder: Path, scenario: Scenario, months: int) -> tuple[Claim, ...]:
    """The claims; raises UserError where one is none, or cannot be asked of the race."""
    for one in given:
        if not isinstance(one, (str, Mapping)) or (isinstance(one, Mapping) and "name" not in one):
            raise UserError(f"claims must be {CLAIMS}, got {shown(one)}")
    found = read_claims(beside(folder, one) if isinstance(one, str) and one.endswith(".toml") else one for one in given)
    for claim in found:
        resolved(claim, scenario.owners, scenario.claimant, scenario.start, months)
    return found


def _measures(names: list[str], scenarios: tuple[Scenario, ...]) -> tuple[str, ...]:
    from computerace.observables import LINES, OBSERVABLES
    from computerace.runs.scenarios import own_code

    known = (*OBSERVABLES, *own_code.measures(scenarios, alone=True))
    for one in names:
        if one not in (*known, DECISIONS):
            raise unknown("measure", one, (*known, DECISIONS))
    every = [name for one in names for name in (LINES if one == DECISIONS else (one,))]
    return tuple(dict.fromkeys(every))
