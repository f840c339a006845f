"""A plugin for `notation` that signs with a Signer and asks it for revocations: the Notary Project's plugin contract 1.0 over boto3.

It answers to the name under which the Signer's envelopes ask for it. Which Signer: AWS_ENDPOINT_URL, or
`--plugin-config aws-signer-endpoint-url=URL`; which region: AWS_REGION, or `--plugin-config aws-region=REGION`.
"""

import base64
import datetime
import hashlib
import json
import sys

import boto3
import botocore.exceptions
from botocore.config import Config
from cryptography import x509

NAME = "com.amazonaws.signer.notation.plugin"
PLATFORM = "Notation-OCI-SHA384-ECDSA"
SIGN = "SIGNATURE_GENERATOR.ENVELOPE"
IDENTITY, REVOCATION = "SIGNATURE_VERIFIER.TRUSTED_IDENTITY", "SIGNATURE_VERIFIER.REVOCATION_CHECK"
JOB, PROFILE_VERSION = "com.amazonaws.signer.signingJob", "com.amazonaws.signer.signingProfileVersion"

# What the Signer's refusals are called among plugins.
CODES = {
    "NotFoundException": "VALIDATION_ERROR",
    "ResourceNotFoundException": "VALIDATION_ERROR",
    "ValidationException": "VALIDATION_ERROR",
    "BadRequestException": "VALIDATION_ERROR",
    "AccessDeniedException": "ACCESS_DENIED",
    "ThrottlingException": "THROTTLED",
    "TooManyRequestsException": "THROTTLED",
}


class Refused(Exception):
    """An error in the contract's words."""

    def __init__(self, code, message):
        super().__init__(message)
        self.answer = {"errorCode": code, "errorMessage": message}


def signer(request):
    given = request.get("pluginConfig") or {}
    config = Config(inject_host_prefix=False, retries={"total_max_attempts": 1})
    return boto3.client(
        "signer", endpoint_url=given.get("aws-signer-endpoint-url"), region_name=given.get("aws-region"), config=config
    )


def get_plugin_metadata(_):
    return {
        "name": NAME,
        "description": "Signs with a local AWS Signer",
        "version": "1.0.0",
        "url": "https://notaryproject.dev",
        "supportedContractVersions": ["1.0"],
        "capabilities": [SIGN, IDENTITY, REVOCATION],
    }


def generate_envelope(request):
    if request["signatureEnvelopeType"] != "application/jose+json":
        raise Refused("VALIDATION_ERROR", f"a Signer makes no {request['signatureEnvelopeType']}")
    if request.get("expiryDurationInSeconds"):
        raise Refused("VALIDATION_ERROR", "how long a signature holds is the profile's to say, not --expiry's")
    *_, owner, resource = request["keyId"].split(":", 5)
    parts = resource.split("/")
    if len(parts) != 3 or parts[1] != "signing-profiles":
        raise Refused("VALIDATION_ERROR", f"{request['keyId']} is not the ARN of a signing profile")
    done = signer(request).sign_payload(
        profileName=parts[2],
        profileOwner=owner,
        payload=base64.b64decode(request["payload"]),
        payloadFormat=request["payloadType"],
    )
    envelope = base64.b64encode(done["signature"]).decode()
    return {
        "signatureEnvelope": envelope,
        "signatureEnvelopeType": "application/jose+json",
        "annotations": done.get("metadata") or {},
    }


def verify_signature(request):
    attributes = request["signature"]["criticalAttributes"]
    extended = attributes.get("extendedAttributes") or {}
    if not {JOB, PROFILE_VERSION} <= set(extended):
        raise Refused("VALIDATION_ERROR", "the envelope names neither a signing job nor a profile")
    wanted = request["trustPolicy"]["signatureVerification"]
    results = {}
    if IDENTITY in wanted:
        results[IDENTITY] = trusted(request["trustPolicy"]["trustedIdentities"], extended[PROFILE_VERSION])
    if REVOCATION in wanted:
        results[REVOCATION] = unrevoked(request, attributes, extended)
    return {"verificationResults": results, "processedAttributes": [JOB, PROFILE_VERSION]}


def trusted(identities, version_arn):
    """A policy trusts a profile or one of its versions."""
    admitted = {version_arn.lower(), version_arn.rsplit("/", 1)[0].lower()}
    success = any(identity.lower() in admitted for identity in identities)
    return {"success": success, "reason": "" if success else f"{version_arn} is not among the trusted identities"}


def unrevoked(request, attributes, extended):
    chain = [x509.load_der_x509_certificate(base64.b64decode(text)) for text in request["signature"]["certificateChain"]]
    hashes = [hashlib.sha384(certificate.tbs_certificate_bytes).hexdigest() for certificate in chain]
    answer = signer(request).get_revocation_status(
        signatureTimestamp=datetime.datetime.fromisoformat(attributes["authenticSigningTime"]),
        platformId=PLATFORM,
        profileVersionArn=extended[PROFILE_VERSION],
        jobArn=extended[JOB],
        certificateHashes=[own + issuer for own, issuer in zip(hashes, [*hashes[1:], hashes[-1]])],
    )
    revoked = answer["revokedEntities"]
    return {"success": not revoked, "reason": f"revoked: {', '.join(revoked)}" if revoked else ""}


COMMANDS = {
    "get-plugin-metadata": get_plugin_metadata,
    "generate-envelope": generate_envelope,
    "verify-signature": verify_signature,
}


def main():
    try:
        command = COMMANDS.get(sys.argv[1] if len(sys.argv) > 1 else "")
        if command is None:
            raise Refused("VALIDATION_ERROR", f"commands are {', '.join(COMMANDS)}")
        print(json.dumps(command(json.load(sys.stdin))))
        return 0
    except Refused as refused:
        answer = refused.answer
    except botocore.exceptions.ClientError as error:
        answer = {"errorCode": CODES.get(error.response["Error"]["Code"], "ERROR"), "errorMessage": str(error)}
    except (botocore.exceptions.BotoCoreError, KeyError, ValueError) as error:
        answer = {"errorCode": "ERROR", "errorMessage": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
