"""boto3 beside a Signer of the edition of May 2019: a profile, a job, and no word of what came later."""

import base64
import json
import os
import unittest

import botocore.exceptions

import local

signer = local.signer(url=os.environ["SIGNER_URL_2019"])
s3 = local.client("s3", url=os.environ["SIGNER_URL_2019"])
CERTIFICATE = {"certificateArn": f"arn:aws:acm:{local.REGION}:{local.OWNER}:certificate/2f2e1d0c-0000-4000-8000-000000000000"}
LATER = {
    "profileVersion",
    "profileVersionArn",
    "jobOwner",
    "jobInvoker",
    "isRevoked",
    "revocationSupported",
    "signatureValidityPeriod",
}


def members(answer):
    """The names of all members, in any depth."""
    if isinstance(answer, dict):
        return set(answer).union(*(members(value) for value in answer.values()))
    return set().union(*(members(value) for value in answer)) if isinstance(answer, list) else set()


class May2019(unittest.TestCase):
    def test_a_document_for_devices_is_signed(self):
        name = local.fresh("boto3")[:20]
        put = signer.put_signing_profile(
            profileName=name, platformId=local.FREERTOS, signingMaterial=CERTIFICATE, signingParameters={"a": "b"}
        )
        self.assertEqual(put["arn"], local.profile_arn(name))
        s3.create_bucket(Bucket="sources")
        version = s3.put_object(Bucket="sources", Key="firmware", Body=b"\0firmware\xff")["VersionId"]
        source = {"s3": {"bucketName": "sources", "key": "firmware", "version": version}}
        started = signer.start_signing_job(
            profileName=name, source=source, destination={"s3": {"bucketName": "sources", "prefix": "signed-"}}
        )
        signer.get_waiter("successful_signing_job").wait(
            jobId=started["jobId"], WaiterConfig={"Delay": 0.1, "MaxAttempts": 100}
        )
        ended = signer.describe_signing_job(jobId=started["jobId"])
        self.assertEqual(
            (ended["status"], ended["platformId"], ended["signingMaterial"]), ("Succeeded", local.FREERTOS, CERTIFICATE)
        )
        document = json.loads(s3.get_object(Bucket="sources", Key=ended["signedObject"]["s3"]["key"])["Body"].read())
        self.assertEqual((document["rawPayloadSize"], document["signatureAlgorithm"]), (10, "SHA256withECDSA"))
        self.assertEqual(base64.b64decode(document["payload"]), b"\0firmware\xff")
        answers = [put, started, ended, signer.get_signing_profile(profileName=name)]
        answers += [signer.list_signing_profiles(), signer.list_signing_jobs(), signer.list_signing_platforms()]
        self.assertEqual(members(answers) & LATER, set())
        signer.cancel_signing_profile(profileName=name)
        self.assertEqual(signer.get_signing_profile(profileName=name)["status"], "Canceled")

    def test_what_the_edition_does_not_have(self):
        with self.assertRaises(signer.exceptions.ResourceNotFoundException):
            signer.get_signing_profile(profileName="nobody_has_it")
        with self.assertRaises(signer.exceptions.ValidationException):
            signer.put_signing_profile(profileName="x" * 21, platformId=local.FREERTOS, signingMaterial=CERTIFICATE)
        for call in (
            lambda: signer.list_profile_permissions(profileName="any"),
            lambda: signer.list_tags_for_resource(resourceArn="any"),
        ):
            with self.assertRaises(botocore.exceptions.ClientError) as caught:
                call()
            self.assertEqual(caught.exception.response["Error"]["Code"], "InvalidAction")


if __name__ == "__main__":
    unittest.main()
