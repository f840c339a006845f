"""capo-signer beside a local Signer: each operation once as intended, and the errors that it knows by class."""

import datetime
import time
import unittest

import capo_signer
from capo_signer import errors

import local
import signed

CODE = signed.archive_of({"index.py": "def handler(event, context):\n    return 'signed'\n"})


def client(keys=local.OWNER_KEYS):
    credentials = capo_signer.Credentials(access_key=keys[0], secret_key=keys[1])
    return capo_signer.signerClient(endpoint=local.URL, region=local.REGION, credentials=credentials, retry_max_attempts=1)


owner, other, s3 = client(), client(local.OTHER_KEYS), local.client("s3")


class Capo(unittest.TestCase):
    def test_a_function_is_signed(self):
        name = local.fresh("capo")
        put = owner.put_signing_profile(
            profile_name=name,
            platform_id=local.LAMBDA,
            signature_validity_period={"value": 10, "type": "DAYS"},
            tags={"team": "blue"},
        )
        got = owner.get_signing_profile(profile_name=name)
        self.assertEqual((got["profile_version_arn"], got["tags"]), (put["profile_version_arn"], {"team": "blue"}))
        for bucket in ("sources", "results"):
            s3.create_bucket(Bucket=bucket)
        version = s3.put_object(Bucket="sources", Key="code.zip", Body=CODE)["VersionId"]
        started = owner.start_signing_job(
            profile_name=name,
            source={"s3": {"bucket_name": "sources", "key": "code.zip", "version": version}},
            destination={"s3": {"bucket_name": "results"}},
            client_request_token="once",
        )
        until = time.monotonic() + 60
        while (job := owner.describe_signing_job(job_id=started["job_id"]))["status"] == "InProgress":
            self.assertLess(time.monotonic(), until)
            time.sleep(0.05)
        self.assertEqual((job["status"], job["job_owner"], job["profile_name"]), ("Succeeded", local.OWNER, name))
        self.assertEqual(job["signature_expires_at"] - job["created_at"], datetime.timedelta(days=10))
        result = s3.get_object(Bucket="results", Key=job["signed_object"]["s3"]["key"])["Body"].read()
        self.assertEqual(signed.Archive(result, CODE).job_arn, local.job_arn(started["job_id"]))

    def test_a_payload_is_signed_and_revoked(self):
        name = local.fresh("capo")
        put = owner.put_signing_profile(profile_name=name, platform_id=local.NOTATION)
        done = owner.sign_payload(profile_name=name, payload=signed.notary_payload(), payload_format=signed.PAYLOAD_FORMAT)
        envelope = signed.Envelope(done["signature"])
        self.assertEqual((envelope.payload, envelope.job_arn), (signed.notary_payload(), local.job_arn(done["job_id"])))

        def revoked():
            return owner.get_revocation_status(
                signature_timestamp=envelope.signed_at,
                platform_id=local.NOTATION,
                profile_version_arn=put["profile_version_arn"],
                job_arn=envelope.job_arn,
                certificate_hashes=signed.certificate_hashes(envelope.chain),
            )["revoked_entities"]

        self.assertEqual(revoked(), [])
        owner.revoke_signature(job_id=done["job_id"], reason="a test")
        self.assertEqual(revoked(), [envelope.job_arn])
        record = owner.describe_signing_job(job_id=done["job_id"])["revocation_record"]
        self.assertEqual(record["reason"], "a test")
        # This client sends fractions of seconds.
        since = datetime.datetime(2026, 1, 1, 0, 0, 0, 250_000, datetime.timezone.utc)
        owner.revoke_signing_profile(
            profile_name=name, profile_version=put["profile_version"], reason="a test", effective_time=since
        )
        self.assertEqual(set(revoked()), {envelope.job_arn, put["profile_version_arn"]})
        got = owner.get_signing_profile(profile_name=name)
        self.assertEqual(got["status"], "Revoked")
        self.assertLess(abs(got["revocation_record"]["revocation_effective_from"] - since), datetime.timedelta(seconds=1))

    def test_lists(self):
        names = {local.fresh("capo") for _ in range(3)}
        for name in names:
            owner.put_signing_profile(profile_name=name, platform_id=local.NOTATION)
        canceled = min(names)
        owner.cancel_signing_profile(profile_name=canceled)
        listed = [
            each["profile_name"]
            for page in owner.iter_list_signing_profiles(max_results=1, statuses=["Active"])
            for each in page["profiles"]
        ]
        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual(names & set(listed), names - {canceled})
        made = [
            owner.sign_payload(profile_name=max(names), payload=signed.notary_payload(), payload_format=signed.PAYLOAD_FORMAT)[
                "job_id"
            ]
            for _ in range(3)
        ]
        jobs = [
            each["job_id"] for page in owner.iter_list_signing_jobs(max_results=1, status="Succeeded") for each in page["jobs"]
        ]
        self.assertLessEqual(set(made), set(jobs))
        platforms = {
            each["platform_id"]: each for page in owner.iter_list_signing_platforms(max_results=2) for each in page["platforms"]
        }
        self.assertEqual(owner.get_signing_platform(platform_id=local.LAMBDA), platforms[local.LAMBDA])

    def test_permissions_and_tags(self):
        name = local.fresh("capo")
        arn = owner.put_signing_profile(profile_name=name, platform_id=local.LAMBDA)["arn"]
        with self.assertRaises(errors.AccessDeniedException):
            other.get_signing_profile(profile_name=name, profile_owner=local.OWNER)
        grant = {"action": "signer:GetSigningProfile", "principal": local.OTHER, "statement_id": "read"}
        revision = owner.add_profile_permission(profile_name=name, **grant)["revision_id"]
        self.assertEqual(other.get_signing_profile(profile_name=name, profile_owner=local.OWNER)["profile_name"], name)
        listed = owner.list_profile_permissions(profile_name=name)
        self.assertEqual(
            (listed["revision_id"], [each["statement_id"] for each in listed["permissions"]]), (revision, ["read"])
        )
        with self.assertRaises(errors.ConflictException):
            owner.remove_profile_permission(profile_name=name, statement_id="read", revision_id="stale")
        owner.remove_profile_permission(profile_name=name, statement_id="read", revision_id=revision)
        with self.assertRaises(errors.AccessDeniedException):
            other.get_signing_profile(profile_name=name, profile_owner=local.OWNER)
        owner.tag_resource(resource_arn=arn, tags={"team": "blue", "cost:center": "42"})
        owner.untag_resource(resource_arn=arn, tag_keys=["team"])
        self.assertEqual(owner.list_tags_for_resource(resource_arn=arn)["tags"], {"cost:center": "42"})

    def test_errors(self):
        with self.assertRaises(errors.ResourceNotFoundException) as caught:
            owner.get_signing_profile(profile_name="nobody_has_it")
        self.assertIn("nobody_has_it", caught.exception.message)
        with self.assertRaises(errors.NotFoundException):
            owner.list_tags_for_resource(resource_arn=local.profile_arn("nobody_has_it"))
        with self.assertRaises(errors.ValidationException):
            owner.put_signing_profile(profile_name="with-hyphen", platform_id=local.LAMBDA)
        with self.assertRaises(errors.UnknownServiceError) as caught:
            client((local.OWNER_KEYS[0], "not-the-secret")).list_signing_profiles()
        self.assertEqual(caught.exception.code, "InvalidSignatureException")


if __name__ == "__main__":
    unittest.main()
