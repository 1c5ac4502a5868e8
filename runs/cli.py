"""The command line: what each command is called, where it lives, and how a mistake is told.

A command is a function in `runs/commands/`, imported only when it is called. To add one, add its line to `COMMANDS`.
A command returns its exit code, or None for 0; it raises `UserError` for a mistake in what it was given.
"""

import _thread
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version
from threading import Timer, main_thread

from cyclopts import App
from cyclopts.exceptions import CycloptsError, UnknownCommandError, UnusedCliTokensError

from computerace.market.errors import UserError, WorkerFailed, unknown
from computerace.runs.terminal.printing import (
    give_up_standard_output,
    in_words,
    ready_streams,
    why_standard_output_fails,
)

# name: (where it is, what it does in a line)
COMMANDS: dict[str, tuple[str, str]] = {
    "race": ("computerace.runs.commands.race:race", "Run a scenario in many worlds and say how likely the claim is."),
    "calibrate": (
        "computerace.runs.commands.calibrate:calibrate",
        "Fit the parameters to the record up to a date; keep what it can tell as a set.",
    ),
    "scenarios": ("computerace.runs.commands.scenarios:scenarios", "List the scenarios and what each asks."),
    "designs": ("computerace.runs.commands.designs:designs", "List the worked designs of sweeps and what each asks."),
    "sweep": ("computerace.runs.commands.sweep:sweep", "Run a design of many points into a folder; resumes by itself."),
    "merge": (
        "computerace.runs.commands.sweep:merge",
        "Make the result files of a sweep that was played in shards.",
    ),
    "claim": (
        "computerace.runs.commands.claim:claim",
        "The chance of the claim in a folder, by definition and deadline.",
    ),
    "explain": ("computerace.runs.commands.explain:explain", "Say what decides the race: each factor's part."),
    "twin": ("computerace.runs.commands.twin:twin", "Run two scenarios in the same worlds: paired differences."),
    "sensitivity": (
        "computerace.runs.commands.sensitivity:sensitivity",
        "Say which parameters account for the spread of the answer in a folder.",
    ),
    "structure": (
        "computerace.runs.commands.structure:structure",
        "Show the answer across the choices of the model's form.",
    ),
    "equilibrium": (
        "computerace.runs.commands.equilibrium:equilibrium",
        "Say whether the answer survives when every lab plays its best response.",
    ),
    "break-even": (
        "computerace.runs.commands.break_even:break_even",
        "Say what would have to change for the claim to reach a chance.",
    ),
    "bounds": ("computerace.runs.commands.bounds:bounds", "Say how often each bound of markets and rules binds."),
    "ledger": ("computerace.runs.commands.ledger:ledger", "Say what stood in each lab's way, year by year."),
    "discover": (
        "computerace.runs.commands.discover:discover",
        "Say under what conditions the claim comes true, and check them in fresh worlds.",
    ),
    "verify": ("computerace.runs.commands.verify:verify", "Play worlds of a folder again and compare bits."),
    "replay": ("computerace.runs.commands.verify:replay", "Play one world of a folder again, such as one that failed."),
    "report": (
        "computerace.runs.commands.report:report",
        "Write the report of a run or sweep: a page and its figures.",
    ),
    "view": ("computerace.runs.commands.view:view", "Serve the browser page: watch the race, move a lever, compare."),
    "page": ("computerace.runs.commands.page:page", "Write a small static site of scenarios, for any web host."),
    "backtest": (
        "computerace.runs.commands.backtest:backtest",
        "Forecast from dates in the record and score what came later, beside naïve rivals.",
    ),
    "facts": (
        "computerace.runs.commands.facts:facts",
        "Hold the model against stylised facts, one by one and together.",
    ),
    "forecast": (
        "computerace.runs.commands.forecast:forecast",
        "Freeze a forecast: quarterly quantiles and the claim.",
    ),
    "score": ("computerace.runs.commands.forecast:score", "Score a frozen forecast against figures published later."),
    "update": (
        "computerace.runs.commands.update:update",
        "Weight a folder's worlds by figures published since: the answer after the news.",
    ),
    "parameters": ("computerace.runs.commands.parameters:parameters", "List the parameters with prior and source."),
    "schema": (
        "computerace.runs.commands.schema:schema",
        "Print the JSON schema of a scenario, design or claim, for an editor.",
    ),
}

LONGEST_WORD = 300  # in a message; a file's name has at most 255 bytes
FAILED = 1
BAD_INPUT = 2
INTERRUPTED = 130
SOON = 0.02  # seconds


def build_app(arguments: Sequence[str] = ()) -> App:
    """The command line with every command registered by name only.

    The list of commands has a line for each; the help of the one that is asked for is its docstring, longer.
    """
    app = App(
        name="computerace",
        help="Will xAI have more AI compute than all rivals combined in under five years? A model of the race.",
        version=lambda: version("computerace"),
        help_format="plaintext",
        suppress_keyboard_interrupt=False,
    )
    for name, (where, purpose) in COMMANDS.items():
        app.command(where, name=name, help=None if name in arguments[:1] else purpose)
    return app


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 2 for bad input, 130 for Ctrl-C.

    A closed terminal and the end that a batch system asks for are met like Ctrl-C.
    """
    for name in ("SIGTERM", "SIGHUP"):
        asked = getattr(signal, name, None)
        if asked is not None and signal.getsignal(asked) is signal.SIG_DFL:  # nohup has it ignored
            signal.signal(asked, signal.default_int_handler)
    sys.unraisablehook = _interrupt_again
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def _interrupt_again(swallowed: "sys.UnraisableHookArgs") -> None:
    """Ask anew for the end that was asked for while an object was freed: Python drops it there, with a traceback."""
    if issubclass(swallowed.exc_type, KeyboardInterrupt):
        Timer(SOON, _interrupt_main).start()
    else:
        sys.__unraisablehook__(swallowed)


def _interrupt_main() -> None:
    """Have the main thread interrupted as by SIGTERM, in the middle of a wait too where the system can."""
    waiting = main_thread().ident
    if sys.platform != "win32" and waiting is not None:
        signal.pthread_kill(waiting, signal.SIGTERM)
    else:
        _thread.interrupt_main()


def run(arguments: list[str]) -> int:
    """Carry out one command; returns the exit code. Messages for people go to standard error."""
    try:
        ready_streams()
        code = build_app(arguments)(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except CycloptsError as error:
        return _refuse(_in_one_line(error))
    except UserError as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        print("computerace: interrupted; nothing was left half-written", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Who read our output has gone, as in `computerace parameters | head`: nothing more to say.
        give_up_standard_output()
        return 0
    except OSError as error:
        return _refuse(_of_the_system(error))
    except MemoryError as error:
        return _refuse(f"not enough memory: ask for fewer --worlds or --workers ({error or 'nothing more is known'})")
    except WorkerFailed as error:
        print(f"computerace: {' '.join(str(error).split())}", file=sys.stderr)
        return FAILED
    return code if isinstance(code, int) else 0


def _of_the_system(error: OSError) -> str:
    """What the system refused, in a line: where it is standard output that takes no more, that it is."""
    why = why_standard_output_fails() if error.filename is None else None
    if why is None:
        return in_words(error)
    give_up_standard_output()
    return f"cannot write to standard output: {why}; what was saved is saved"


def _refuse(message: str) -> int:
    words = " ".join(word if len(word) <= LONGEST_WORD else _cut(word) for word in message.split())
    print(f"computerace: {words}", file=sys.stderr)
    return BAD_INPUT


def _cut(word: str) -> str:
    """The beginning of a word that nobody would read to its end, and how long it was."""
    return f"{word[:60]}… ({len(word):,} characters){word[-1] if word[-1] in ':;,' else ''}"


def _in_one_line(error: CycloptsError) -> str:
    """What the parser found wrong, without importing every command to say it."""
    if isinstance(error.__cause__, UserError):  # our own readers of options say it all
        return str(error.__cause__)
    if isinstance(error, UnknownCommandError) and error.unused_tokens:
        return str(unknown("command", error.unused_tokens[0], COMMANDS))
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        return f"one word too many: '{error.unused_tokens[0]}'; see --help"
    return str(error)
