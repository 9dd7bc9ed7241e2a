"""Runs a command until standard input closes, then stops it and everything it started.

The parent holds the other end of standard input, so the command ends with the parent however
that ends: Ctrl-C, a crash or SIGKILL.

Usage: guard.py SIGNAL COMMAND [ARGUMENT...]
"""

import os
import signal
import subprocess
import sys
import threading

STOP_SECONDS = 20


def kill_group(process_group: int) -> None:
    try:
        os.killpg(process_group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def main() -> int:
    stop_signal = signal.Signals[sys.argv[1]]
    # Ctrl-C reaches the whole foreground group; only the parent decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, start_new_session=True)

    def stop_at_end_of_input() -> None:
        sys.stdin.buffer.read()
        child.send_signal(stop_signal)
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            kill_group(child.pid)

    signal.signal(signal.SIGTERM, lambda *_: child.send_signal(stop_signal))
    threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    status = child.wait()
    kill_group(child.pid)
    return 1 if status < 0 else status


if __name__ == "__main__":
    sys.exit(main())
