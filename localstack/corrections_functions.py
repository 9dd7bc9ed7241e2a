"""Where MiniStack's functions differ from AWS's while a new version is deployed.

Like corrections.py, this holds for the pinned version, and fails at the start where what it replaces
is gone.
"""

from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc


def let_invocations_finish() -> None:
    """An invocation that runs while its function is updated or deleted finishes on the old version.

    MiniStack kills its process: a request is answered with 502, and a conversion starts again.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    lock = lambda_runtime._lock
    invoke = lambda_runtime.Worker.invoke
    invalidate, kill, release = (
        lambda_runtime.invalidate_worker,
        lambda_runtime.kill_workers,
        lambda_runtime.release_worker,
    )

    def invoke_or_end(self: Any, *rest: Any, **named: Any) -> dict:
        try:
            return invoke(self, *rest, **named)
        except BaseException:
            # It didn't start, so there is nothing to finish: its pool may kill it at once.
            self.in_use = False
            raise

    def invalidate_later(func_name: str, *rest: Any, **named: Any) -> None:
        with lock:
            for workers in lambda_runtime._workers.values():
                for worker in workers:
                    worker.is_outdated = worker.in_use and worker.func_name == func_name
        invalidate(func_name, *rest, **named)

    def kill_idle(workers: list) -> None:
        kill([worker for worker in workers if not (is_outdated(worker) and worker.in_use)])

    def release_and_kill(worker: Any) -> None:
        release(worker)
        if is_outdated(worker):
            kill([worker])

    def is_outdated(worker: Any) -> bool:
        return getattr(worker, "is_outdated", False)

    lambda_runtime.Worker.invoke = invoke_or_end
    lambda_runtime.kill_workers = kill_idle
    for module in (lambda_runtime, lambda_svc):
        module.invalidate_worker = invalidate_later
        module.release_worker = release_and_kill
