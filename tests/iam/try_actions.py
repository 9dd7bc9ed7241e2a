"""Tries, with each function's credentials, what no function of the stack may do.

Usage: try_actions.py JSON, with `endpoint`, `outputs` (the stack's) and `roles`: credentials (boto3's
names) by function. Prints for each what each action was refused with, as JSON; null means that it was
carried out.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

given = json.loads(sys.argv[1])
outputs = given["outputs"]
config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


def client(service: str, credentials: dict):
    return boto3.client(
        service,
        endpoint_url=given["endpoint"],
        region_name="us-east-1",
        config=config,
        **credentials,
    )


users, results, site = (
    outputs["UsersFunctionName"],
    outputs["ResultBucketName"],
    outputs["SiteBucketName"],
)
queue = outputs["VideoQueueUrl"]


def list_actions(credentials: dict) -> dict:
    cloudformation, iam, aws_lambda, s3, secrets, sqs, ses = (
        client(service, credentials)
        for service in ("cloudformation", "iam", "lambda", "s3", "secretsmanager", "sqs", "ses")
    )
    return {
        "s3:ListAllMyBuckets": lambda: s3.list_buckets(),
        "s3:DeleteBucket": lambda: s3.delete_bucket(Bucket=results),
        "s3:PutBucketPolicy": lambda: s3.put_bucket_policy(Bucket=results, Policy='{"Statement":[]}'),
        "s3:PutObject on the page": lambda: s3.put_object(Bucket=site, Key="index.html", Body=b"x"),
        "s3:DeleteObject on the page": lambda: s3.delete_object(Bucket=site, Key="index.html"),
        "sqs:PurgeQueue": lambda: sqs.purge_queue(QueueUrl=queue),
        "sqs:DeleteQueue": lambda: sqs.delete_queue(QueueUrl=queue),
        "sqs:SetQueueAttributes": lambda: sqs.set_queue_attributes(
            QueueUrl=queue, Attributes={"DelaySeconds": "9"}
        ),
        "lambda:InvokeFunction": lambda: aws_lambda.invoke(FunctionName=users, Payload=b"{}"),
        "lambda:UpdateFunctionCode": lambda: aws_lambda.update_function_code(
            FunctionName=users, ZipFile=b"x"
        ),
        "iam:CreateUser": lambda: iam.create_user(UserName="intruder"),
        "iam:PutRolePolicy": lambda: iam.put_role_policy(
            RoleName="any", PolicyName="all", PolicyDocument='{"Statement":[]}'
        ),
        "secretsmanager:ListSecrets": lambda: secrets.list_secrets(),
        "secretsmanager:PutSecretValue": lambda: secrets.put_secret_value(
            SecretId="any", SecretString="known"
        ),
        "ses:SendRawEmail from another address": lambda: ses.send_raw_email(
            Source="intruder@example.org",
            Destinations=["someone@example.org"],
            RawMessage={"Data": b"Subject: x\r\n\r\nx"},
        ),
        "cloudformation:DeleteStack": lambda: cloudformation.delete_stack(StackName="Tapedeck"),
    }


def try_out(call) -> str | None:
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


print(
    json.dumps(
        {
            role: {name: try_out(call) for name, call in list_actions(credentials).items()}
            for role, credentials in given["roles"].items()
        }
    )
)
