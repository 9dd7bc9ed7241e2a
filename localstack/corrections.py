"""Corrects MiniStack where its permissions differ from AWS's, so that tests run the stack's own policies.

Each correction says what AWS does. They fit the pinned version, and fail at the start if the code that
they replace is gone.
"""

from collections.abc import Callable
from email.utils import parseaddr
from typing import Any
from urllib.parse import parse_qs

from ministack.core import iam_actions
from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners


def refer_to_secrets_by_arn() -> None:
    """`Ref` of a secret is its ARN. MiniStack's is its name, which no policy's `Resource` may be.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def name_of(physical_id: str) -> str:
        name, _ = secretsmanager._resolve(physical_id)
        return name or physical_id

    def by_arn(result: tuple[str, dict]) -> tuple[str, dict]:
        return result[1]["Arn"], result[1]

    handlers["create"] = lambda *rest: by_arn(create(*rest))
    handlers["update"] = lambda physical_id, *rest, **named: by_arn(
        update(name_of(physical_id), *rest, **named)
    )
    handlers["delete"] = lambda physical_id, *rest: delete(name_of(physical_id), *rest)


def authorize_sending_by_sender() -> None:
    """`ses:SendRawEmail` is checked for the sending identity. MiniStack checks it for `*` only.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
    """
    extract: Callable[..., str] = iam_actions.extract_resource_arn

    def extract_with_sender(
        service: str,
        method: str,
        path: str,
        headers: dict,
        body: bytes,
        query_params: dict,
        region: str,
        account_id: str,
        *rest: Any,
    ) -> str:
        if service == "ses":
            form = parse_qs(body.decode("utf-8", "replace"))
            if form.get("Action") == ["SendRawEmail"]:
                _, sender = parseaddr(form.get("Source", [""])[0])
                return f"arn:aws:ses:{region}:{account_id}:identity/{sender}"
        return extract(
            service, method, path, headers, body, query_params, region, account_id, *rest
        )

    iam_actions.extract_resource_arn = extract_with_sender


def correct() -> None:
    refer_to_secrets_by_arn()
    authorize_sending_by_sender()
