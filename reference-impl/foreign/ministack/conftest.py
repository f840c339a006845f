"""What ministack's tests need around them, with this server behind it. Their own conftest.py is not in the package.

Signing is synchronous with ministack, and here it is not: a client of the Signer that starts a job waits until it has ended.
ACM is a folder here, so a certificate is imported by writing it there; what was requested only has no key, and no folder.
"""

import os
import pathlib
import time
import uuid

import boto3
import pytest
from botocore.config import Config

ENDPOINT = os.environ["SIGNER_URL"]
ACCOUNT = "111122223333"
PATIENCE_S = 20


def make_client(service, config=None):
    client = boto3.client(service, endpoint_url=ENDPOINT, config=Config(retries={"total_max_attempts": 1}, **(config or {})))
    if service == "signer":
        client.meta.events.register("after-call.signer.StartSigningJob", lambda parsed, **_: wait_for(client, parsed))
    return client


def wait_for(client, started):
    if "jobId" not in started:
        return
    until = time.monotonic() + PATIENCE_S
    while client.describe_signing_job(jobId=started["jobId"])["status"] == "InProgress":
        assert time.monotonic() < until, f"the job {started['jobId']} does not end"
        time.sleep(0.01)


def sqs_policy_allow_s3(queue_arn, bucket, account):
    """A policy for a queue, of which there are none here."""
    return {"Version": "2012-10-17", "Statement": []}


class Acm:
    """The calls of ACM that the tests make."""

    def request_certificate(self, DomainName):
        return {"CertificateArn": self.arn(str(uuid.uuid4()))}

    def import_certificate(self, Certificate, PrivateKey):
        identifier = str(uuid.uuid4())
        folder = pathlib.Path(os.environ["SIGNER_CERTIFICATES"], os.environ["AWS_REGION"], ACCOUNT, identifier)
        folder.mkdir(parents=True)
        (folder / "chain.pem").write_bytes(Certificate)
        (folder / "key.pem").write_bytes(PrivateKey)
        return {"CertificateArn": self.arn(identifier)}

    def arn(self, identifier):
        return f"arn:aws:acm:{os.environ['AWS_REGION']}:{ACCOUNT}:certificate/{identifier}"


@pytest.fixture
def signer():
    return make_client("signer")


@pytest.fixture
def s3():
    return make_client("s3")


@pytest.fixture
def sqs():
    return make_client("sqs")


@pytest.fixture
def acm_client():
    return Acm()
