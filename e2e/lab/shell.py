"""Runs programs, bounded in time, with the program's own words in the error."""

import subprocess


class Failed(Exception):
    """A program did not do what was asked; the text says which and what it answered. `code` is its
    exit code where it ended by itself."""

    def __init__(self, text, code=None):
        super().__init__(text)
        self.code = code


def run(command, env=None, stdin=None, timeout=120, check=True):
    """The finished process; Failed when it ends with another code than 0 and `check` is set."""
    try:
        done = subprocess.run(command, env=env, input=stdin, timeout=timeout, text=True,
                              capture_output=True)
    except subprocess.TimeoutExpired as late:
        raise Failed(f"{' '.join(command)}: not finished after {timeout} s") from late
    if check and done.returncode != 0:
        answer = (done.stderr or done.stdout).strip()
        raise Failed(f"{' '.join(command)}: {answer[-2000:]}", done.returncode)
    return done
