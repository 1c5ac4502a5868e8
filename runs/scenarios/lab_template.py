"""A scenario with a lab that nobody knows: every figure it needs, in one block of TOML that can be run as it stands."""

from datetime import date

from computerace.market.figures import STATE, TOTALS, TRAITS, lab_parameters
from computerace.market.parameters import Parameter

MODEL = "xAI"  # whose figures the made-up ones are taken from
SIZE = 3.0  # times smaller
SIZED = (*TOTALS, "rented_h100e", "largest_site_h100e")  # what goes with a lab's size


def lab_template(name: str, start: date) -> str:
    """The scenario's text; traits are the usual ones, which hold for a lab of which nothing is said."""
    like = lab_parameters(start, (MODEL,), {})
    figures = {quantity: made_up(quantity, like[f"labs.{MODEL}.{quantity}"]) for quantity in STATE}
    usual = lab_parameters(start, (name,), {name: figures})
    lines = [f'question = "What if there were a lab called {name}?"', "", f"[labs.{name}]"]
    lines += ["# its state at the start: every figure is needed"]
    lines += [line(quantity, figures[quantity], like[f"labs.{MODEL}.{quantity}"].unit) for quantity in STATE]
    lines += ["# its traits: what is left out takes the usual value, which stands here"]
    for quantity in TRAITS:
        one = usual[f"labs.{name}.{quantity}"]
        lines.append(line(quantity, float(one.value), f"{one.unit}: {one.text}"))
    strategy = usual[f"labs.{name}.strategy"]
    lines.append(line("strategy", f'"{strategy.value}"', f"one of {', '.join(strategy.choices)}"))
    return "\n".join(lines)


def made_up(quantity: str, figure: Parameter) -> float:
    """The figure of the smaller lab, to three digits."""
    value = float(figure.value) / (SIZE if quantity in SIZED else 1.0)
    return float(f"{value:.3g}")


def line(name: str, value: float | str, said: str) -> str:
    """A line of the block, with what its value means."""
    text = (
        value
        if isinstance(value, str)
        else f"{value:.0f}"
        if value == round(value) and abs(value) < 1e7
        else f"{value:g}"
    )
    return f"{name} = {text:<{max(1, 40 - len(name))}}# {said}".rstrip()
