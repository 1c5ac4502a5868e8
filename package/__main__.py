"""`python -m computerace`: the command line, where no script is on the path."""

from computerace.runs.cli import main

if __name__ == "__main__":
    main()
