"""Start one command, wait for it, print its wall time and its peak memory: `launch.py OUTPUT COMMAND ...`.

Linux counts the memory of whoever starts a process toward that process's peak, so it has to be started
by something small: this file imports next to nothing.
"""

import os
import sys
import time


def main(output: str, command: list[str]) -> int:
    """Run the command with its output in the file; print seconds and peak in KiB; return its exit code."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    begin = time.perf_counter()
    actions = [(os.POSIX_SPAWN_OPEN, 1, output, flags, 0o600)]
    child = os.posix_spawn(command[0], command, os.environ, file_actions=actions)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - begin
    # macOS counts bytes
    peak = usage.ru_maxrss / 1024 if sys.platform == "darwin" else usage.ru_maxrss
    print(seconds, peak)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
