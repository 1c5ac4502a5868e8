"""The part of docs/calibration.md that fitted sets write themselves: `python -m computerace.runs.calibration.page`."""

from computerace.market.registry import MECHANISMS
from computerace.runs.calibration.summary import summary
from computerace.runs.scenarios.sets import FittedSet, load_set, packaged

BEGIN, END = "<!-- written by python -m computerace.runs.calibration.page -->", "<!-- until here -->"


def section() -> str:
    """Tables of the sets that come with the project, and what the latest could not tell."""
    sets = [load_set(name) for name in packaged()]
    parts = [BEGIN, *(_table(one) for one in sets), _left_alone(sets[-1]), END]
    return "\n\n".join(parts) + "\n"


def _table(found: FittedSet) -> str:
    made, inside = found.manifest, found.recovery[["inside_50", "inside_90"]].mean()
    head = (
        f"**{found.name}**: {made['figures']} figures from {made['start']} to {made['until']}, {made['members']:,} "
        f"members, seed {made['seed']}. Of all truths of {made['truths']} invented histories, "
        f"{inside['inside_50']:.0%} "
        f"lay within their fit's 50 % and {inside['inside_90']:.0%} within its 90 %."
    )
    columns = (
        "parameter", "unit", "prior of 2023 (5–95 %)", "fitted (5–95 %)", "variance taken away", "in invented histories"
    )  # fmt: skip
    lines = [head, "", f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    for row in summary(found):
        spans = [f"{middle:.3g} ({low:.3g}–{high:.3g})" for low, middle, high in (row["prior"], row["fitted"])]
        parts = [f"`{row['parameter']}`", row["unit"], *spans, f"{row['narrowed']:.0%}", f"{row['contraction']:.0%}"]
        lines.append(f"| {' | '.join(parts)} |")
    return "\n".join(lines)


def _left_alone(found: FittedSet) -> str:
    """Names of what keeps its prior, by mechanism; figures and traits of labs belong to the start."""
    kept = set(found.names)
    told = f"The record to {found.until} does not tell the following, or only as a level at the start"
    lines = [f"{told}; they keep their priors:", ""]
    for mechanism in MECHANISMS:
        names = sorted(
            name.split(".", 1)[1]
            for name in found.recovery["parameter"]
            if name.startswith(f"{mechanism}.") and name not in kept
        )
        if names:
            lines.append(f"- **{mechanism}**: {', '.join(names)}")
    figures = int(found.recovery["parameter"].str.startswith("labs.").sum())
    lines.append(f"- **labs**: all {figures} figures and traits of owners, which belong to the start of a race")
    return "\n".join(lines)


if __name__ == "__main__":
    print(section(), end="")
