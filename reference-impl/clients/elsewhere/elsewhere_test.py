"""A Signer whose objects lie in another program's S3."""

import os
import unittest

import botocore.exceptions

import local
import signed

CODE = signed.archive_of({"index.py": "def handler(event, context):\n    return 'signed'\n"})

owner, s3 = local.signer(), local.client("s3", url=os.environ["S3_URL"])


def setUpModule():
    for bucket in ("sources", "results"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="sources", VersioningConfiguration={"Status": "Enabled"})


class Elsewhere(unittest.TestCase):
    def setUp(self):
        self.profile = local.fresh("elsewhere")
        owner.put_signing_profile(profileName=self.profile, platformId=local.LAMBDA)

    def ended(self, key, version, bucket="sources", destination="results"):
        source = {"s3": {"bucketName": bucket, "key": key, "version": version}}
        destination = {"s3": {"bucketName": destination, "prefix": "signed/"}}
        job = owner.start_signing_job(profileName=self.profile, source=source, destination=destination)["jobId"]
        try:
            owner.get_waiter("successful_signing_job").wait(jobId=job, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
        except botocore.exceptions.WaiterError as error:
            return error.last_response
        return owner.describe_signing_job(jobId=job)

    def test_the_version_that_was_named_is_signed_and_written_there(self):
        version = s3.put_object(Bucket="sources", Key="a folder/code.zip", Body=CODE)["VersionId"]
        s3.put_object(Bucket="sources", Key="a folder/code.zip", Body=b"another version")
        job = self.ended("a folder/code.zip", version)
        self.assertEqual(job["status"], "Succeeded", job.get("statusReason"))
        where = job["signedObject"]["s3"]
        self.assertEqual(where, {"bucketName": "results", "key": f"signed/{job['jobId']}.zip"})
        result = s3.get_object(Bucket=where["bucketName"], Key=where["key"])["Body"].read()
        self.assertEqual(signed.Archive(result, CODE).job_arn, local.job_arn(job["jobId"]))

    def test_what_is_not_there_fails_the_job(self):
        version = s3.put_object(Bucket="sources", Key="code.zip", Body=CODE)["VersionId"]
        # ministack looks for the version first.
        for missing, reason in (
            ({"key": "nobody-has-it", "version": version}, "NoSuchVersion"),
            ({"key": "code.zip", "version": "nobody-has-it"}, "NoSuchVersion"),
            ({"key": "code.zip", "version": version, "bucket": "nobody-has-it"}, "NoSuchBucket"),
            ({"key": "code.zip", "version": version, "destination": "nobody-has-it"}, "could not be written"),
        ):
            with self.subTest(missing):
                job = self.ended(**missing)
                self.assertEqual(job["status"], "Failed")
                self.assertIn(reason, job["statusReason"])
                self.assertNotIn("signedObject", job)


if __name__ == "__main__":
    unittest.main()
