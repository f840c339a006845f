"""boto3 beside a Signer that throttles, fails and hangs up: what comes without retries, and that retries do no harm."""

import os
import unittest

import botocore.exceptions

import local
import signed

URL = os.environ["SIGNER_URL_DISTURBED"]

impatient = local.signer(url=URL)
patient = local.signer(url=URL, retries={"mode": "standard", "total_max_attempts": 15})
s3 = local.client("s3", url=URL)


def setUpModule():
    s3.create_bucket(Bucket="sources")


def profile(platform):
    name = local.fresh("boto3")
    patient.put_signing_profile(profileName=name, platformId=platform)
    return name


def jobs(name):
    pages = patient.get_paginator("list_signing_jobs").paginate()
    return {job["jobId"] for page in pages for job in page["jobs"] if job["profileName"] == name}


def retried(answers):
    return sum(answer["ResponseMetadata"]["RetryAttempts"] for answer in answers)


class Disturbed(unittest.TestCase):
    def test_more_calls_than_the_limit(self):
        # The limit is one call a second.
        with self.assertRaises(impatient.exceptions.TooManyRequestsException) as caught:
            for _ in range(20):
                impatient.get_signing_platform(platformId=local.LAMBDA)
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 429)
        answers = [patient.get_signing_platform(platformId=local.LAMBDA) for _ in range(3)]
        self.assertGreater(retried(answers), 0)

    def test_each_disturbance_is_seen_without_retries(self):
        name = profile(local.NOTATION)
        seen = set()
        for _ in range(200):
            try:
                impatient.sign_payload(profileName=name, payload=signed.notary_payload(), payloadFormat=signed.PAYLOAD_FORMAT)
            except botocore.exceptions.ClientError as error:
                seen.add((error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]))
            except botocore.exceptions.HTTPClientError as error:
                seen.add(type(error).__name__)
        self.assertEqual(
            seen, {("TooManyRequestsException", 429), ("InternalServiceErrorException", 500), "ConnectionClosedError"}
        )

    def test_a_job_that_is_started_again_and_again_is_one_job(self):
        """The token that boto3 draws makes a retry after an answer that was lost harmless."""
        name = profile(local.LAMBDA)
        version = s3.put_object(Bucket="sources", Key="code.zip", Body=signed.archive_of({"a": "b"}))["VersionId"]
        source = {"s3": {"bucketName": "sources", "key": "code.zip", "version": version}}
        destination = {"s3": {"bucketName": "sources", "prefix": "signed/"}}
        answers = [patient.start_signing_job(profileName=name, source=source, destination=destination) for _ in range(40)]
        self.assertGreater(retried(answers), 0)
        started = {answer["jobId"] for answer in answers}
        self.assertEqual(len(started), 40)
        self.assertEqual(jobs(name), started)

    def test_a_payload_that_is_signed_again_is_another_job(self):
        """There is no token, so what was signed before an answer was lost stays; the answer that came is one of them."""
        name = profile(local.NOTATION)
        payload = {"payload": signed.notary_payload(), "payloadFormat": signed.PAYLOAD_FORMAT}
        answers = [patient.sign_payload(profileName=name, **payload) for _ in range(20)]
        self.assertGreater(retried(answers), 0)
        self.assertLessEqual({answer["jobId"] for answer in answers}, jobs(name))


if __name__ == "__main__":
    unittest.main()
