"""Where the Signer under test is, and who calls it: all from the environment, as the `run` of each folder sets it."""

import os
import secrets

import boto3
from botocore.config import Config

URL = os.environ["SIGNER_URL"]
REGION = os.environ["AWS_REGION"]
OWNER, OTHER = "111122223333", "444455556666"
OWNER_KEYS = (os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
OTHER_KEYS = (os.environ["OTHER_ACCESS_KEY_ID"], os.environ["OTHER_SECRET_ACCESS_KEY"])

LAMBDA, NOTATION = "AWSLambda-SHA384-ECDSA", "Notation-OCI-SHA384-ECDSA"
IOT, FREERTOS = "AWSIoTDeviceManagement-SHA256-ECDSA", "AmazonFreeRTOS-Default"


def client(service, keys=OWNER_KEYS, url=URL, **config):
    """A client of a person who uses the local endpoint: no retries, so that each answer is seen."""
    config.setdefault("retries", {"total_max_attempts": 1})
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        config=Config(**config),
    )


def signer(keys=OWNER_KEYS, url=URL, **config):
    """A client of the Signer, without the host prefix of GetRevocationStatus, for which a bare address has no name."""
    return client("signer", keys, url, inject_host_prefix=False, **config)


def fresh(stem):
    """A profile name that nobody has taken."""
    return f"{stem}_{secrets.token_hex(4)}"


def profile_arn(name):
    return f"arn:aws:signer:{REGION}:{OWNER}:/signing-profiles/{name}"


def job_arn(identifier):
    return f"arn:aws:signer:{REGION}:{OWNER}:/signing-jobs/{identifier}"
