"""SAM's code signing beside a local Signer: `sam package --signing-profiles`, unchanged, against the Signer and the S3 on its port."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

import local
import signed

FOLDER = pathlib.Path(os.environ["SIGNER_FOLDER"])
APPLICATION = FOLDER / "app"
PACKAGED = FOLDER / "packaged.yaml"

owner, s3 = local.signer(), local.client("s3")


def setUpModule():
    shutil.copytree(pathlib.Path(__file__).parent / "app", APPLICATION)
    s3.create_bucket(Bucket="artifacts")
    s3.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})


def profile():
    name = local.fresh("sam")
    return name, owner.put_signing_profile(profileName=name, platformId=local.LAMBDA)


def package(profiles):
    PACKAGED.unlink(missing_ok=True)
    command = [os.environ["SAM"], "package", "--template-file", APPLICATION / "template.yaml", "--s3-bucket", "artifacts"]
    command += ["--s3-prefix", "app", "--output-template-file", PACKAGED, "--signing-profiles", *profiles]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, cwd=FOLDER)


def location(resource):
    """Bucket and key that the packaged template names for a resource."""
    text = PACKAGED.read_text()
    [found] = re.findall(
        rf"^  {resource}:\n(?:    .*\n)*?      (?:CodeUri|ContentUri): s3://([^/\n]+)/(.+)$", text, re.MULTILINE
    )
    return found


def download(bucket, key):
    return s3.get_object(Bucket=bucket, Key=key)["Body"].read()


class Package(unittest.TestCase):
    def test_the_template_points_to_what_was_signed(self):
        (function, put), (layer, _) = profile(), profile()
        done = package([f"Signed={function}", f"Shared={layer}:{local.OWNER}"])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        bucket, unsigned = location("Plain")
        for resource, name in (("Signed", function), ("Shared", layer)):
            where = location(resource)
            self.assertRegex("/".join(where), r"^artifacts/app/signed_[0-9a-f-]{36}\.zip$")
            [identifier] = re.findall("signed_(.*).zip", where[1])
            job = owner.describe_signing_job(jobId=identifier)
            self.assertEqual((job["status"], job["profileName"]), ("Succeeded", name))
            source = job["source"]["s3"]
            before = s3.get_object(Bucket=source["bucketName"], Key=source["key"], VersionId=source["version"])["Body"].read()
            archive = signed.Archive(download(*where), before)
            self.assertEqual(archive.job_arn, local.job_arn(identifier))
            if resource == "Signed":
                self.assertEqual((archive.profile_version_arn, source["key"]), (put["profileVersionArn"], f"{unsigned}.zip"))
                # The same code without a signature, where none was asked for.
                self.assertEqual(download(bucket, unsigned), before)

    def test_a_profile_that_does_not_sign_stops_the_package(self):
        canceled, _ = profile()
        owner.cancel_signing_profile(profileName=canceled)
        for name, reason in ((canceled, "ValidationException"), ("nobody_has_it", "ResourceNotFoundException")):
            done = package([f"Signed={name}"])
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("Failed to initiate signing job", done.stderr)
            self.assertIn(reason, done.stderr)
            self.assertFalse(PACKAGED.exists())


if __name__ == "__main__":
    unittest.main()
