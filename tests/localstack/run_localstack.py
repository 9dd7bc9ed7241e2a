"""Runs LocalStack on a machine without Docker: functions are created there and never run.

Creating a function makes LocalStack fetch its runtime and an image for it. Nothing else needs Docker.
"""

from localstack.runtime.main import main
from localstack.services.lambda_.invocation.docker_runtime_executor import DockerRuntimeExecutor

DockerRuntimeExecutor.prepare_version = classmethod(lambda cls, version: None)

if __name__ == "__main__":
    main()
