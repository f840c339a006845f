"""boto3 beside a local Signer: every operation, paginators, the waiter, the host prefix, typed exceptions."""

import datetime
import socket
import unittest
from unittest import mock

import botocore.exceptions

import local
import signed

UTC = datetime.timezone.utc
CODE = signed.archive_of(
    {"index.py": "def handler(event, context):\n    return 'signed'\n" * 30, "lib/": "", "lib/more.py": "# more\n"}
)

owner, other, s3 = local.signer(), local.signer(local.OTHER_KEYS), local.client("s3")
answered = set()
for each in (owner, other):
    each.meta.events.register(
        "after-call.signer",
        lambda http_response, model, **_: answered.add(model.name) if http_response.status_code == 200 else None,
    )


def setUpModule():
    for bucket in ("sources", "results"):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def tearDownModule():
    missing = set(owner.meta.service_model.operation_names) - answered
    assert not missing, f"boto3 knows operations that were not answered with 200: {sorted(missing)}"


def profile(platform, **more):
    name = local.fresh("boto3")
    return name, owner.put_signing_profile(profileName=name, platformId=platform, **more)


def upload(content=CODE, key="code.zip"):
    return s3.put_object(Bucket="sources", Key=key, Body=content)["VersionId"]


def start(name, version, key="code.zip", client=owner, **more):
    source = {"s3": {"bucketName": "sources", "key": key, "version": version}}
    destination = {"s3": {"bucketName": "results", "prefix": "signed/"}}
    return client.start_signing_job(profileName=name, source=source, destination=destination, **more)


def wait(job, client=owner):
    client.get_waiter("successful_signing_job").wait(jobId=job, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})


def sign(name, client=owner, **more):
    payload = signed.notary_payload()
    return client.sign_payload(profileName=name, payload=payload, payloadFormat=signed.PAYLOAD_FORMAT, **more)


class Refusals(unittest.TestCase):
    """What a person sees who does something wrong."""

    def refused(self, error, status, call, **arguments):
        with self.assertRaises(error) as caught:
            call(**arguments)
        answer = caught.exception.response
        self.assertEqual(answer["ResponseMetadata"]["HTTPStatusCode"], status)
        self.assertTrue(answer["ResponseMetadata"]["RequestId"])
        self.assertTrue(answer["Error"]["Message"])
        return answer["Error"]

    def refused_as(self, code, status, call, **arguments):
        error = self.refused(botocore.exceptions.ClientError, status, call, **arguments)
        self.assertEqual(error["Code"], code)
        return error["Message"]

    def test_what_is_not_there(self):
        errors = owner.exceptions
        for call in (owner.get_signing_profile, owner.cancel_signing_profile, owner.list_profile_permissions):
            self.refused(errors.ResourceNotFoundException, 404, call, profileName="nobody_has_it")
        self.refused(
            errors.ResourceNotFoundException, 404, owner.describe_signing_job, jobId="0b5c7b3e-0000-4000-8000-000000000000"
        )
        self.refused(errors.ResourceNotFoundException, 404, owner.get_signing_platform, platformId="Nowhere")
        self.refused(
            errors.NotFoundException, 404, owner.list_tags_for_resource, resourceArn=local.profile_arn("nobody_has_it")
        )
        self.refused(errors.BadRequestException, 400, owner.list_tags_for_resource, resourceArn="not-an-arn")

    def test_what_the_documents_forbid(self):
        errors = owner.exceptions
        name, _ = profile(local.LAMBDA)
        taken = self.refused(
            errors.ValidationException, 400, owner.put_signing_profile, profileName=name, platformId=local.LAMBDA
        )
        self.assertIn(name, taken["Message"])
        self.refused(
            errors.ValidationException, 400, owner.put_signing_profile, profileName="with-hyphen", platformId=local.LAMBDA
        )
        self.refused(errors.ValidationException, 400, sign, name=name)
        unsupported = "AWSLambda-SHA384-ECDSA"
        arguments = {"signatureTimestamp": datetime.datetime.now(UTC), "platformId": unsupported, "certificateHashes": ["00"]}
        arguments |= {"profileVersionArn": local.profile_arn(name) + "/0123456789", "jobArn": local.job_arn("0")}
        self.refused(errors.ValidationException, 400, owner.get_revocation_status, **arguments)

    def test_mistakes_that_boto3_finds_itself(self):
        for arguments in ({"profileName": "a"}, {"profileName": "functions"}):
            with self.assertRaises(botocore.exceptions.ParamValidationError):
                owner.put_signing_profile(**arguments)

    def test_keys_and_clocks(self):
        wrong = local.signer((local.OWNER_KEYS[0], "not-the-secret"))
        self.refused_as("InvalidSignatureException", 403, wrong.list_signing_profiles)
        unknown = local.signer(("AKIDNOBODY00000000", "a-secret"))
        self.refused_as("UnrecognizedClientException", 403, unknown.list_signing_profiles)
        yesterday = datetime.datetime.now(UTC) - datetime.timedelta(days=1)
        with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: yesterday):
            message = self.refused_as("InvalidSignatureException", 403, owner.list_signing_profiles)
        self.assertRegex(message, "^Signature expired: ")
        self.refused_as("InvalidAccessKeyId", 403, local.client("s3", ("AKIDNOBODY00000000", "a-secret")).list_buckets)
        self.refused_as("SignatureDoesNotMatch", 403, local.client("s3", (local.OWNER_KEYS[0], "not-the-secret")).list_buckets)

    def test_a_stale_revision_and_a_full_policy(self):
        name, _ = profile(local.LAMBDA)
        grant = {"profileName": name, "action": "signer:StartSigningJob", "principal": local.OTHER}
        revision = owner.add_profile_permission(statementId="first", **grant)["revisionId"]
        self.refused(
            owner.exceptions.ConflictException,
            409,
            owner.add_profile_permission,
            statementId="second",
            revisionId="stale",
            **grant,
        )
        self.refused(
            owner.exceptions.ConflictException,
            409,
            owner.remove_profile_permission,
            profileName=name,
            statementId="first",
            revisionId="stale",
        )
        with self.assertRaises(owner.exceptions.ServiceLimitExceededException) as caught:
            for number in range(100):
                revision = owner.add_profile_permission(statementId=f"more-{number}-" + "x" * 40, revisionId=revision, **grant)[
                    "revisionId"
                ]
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 402)
        self.assertLess(1, number)

    def test_jobs_that_fail_tell_why(self):
        name, _ = profile(local.LAMBDA)
        empty = upload(b"", "empty.zip")
        text = upload(b"this is no archive", "text.zip")
        twice = upload(CODE, "twice.zip")
        done = start(name, twice, "twice.zip")["jobId"]
        wait(done)
        result = owner.describe_signing_job(jobId=done)["signedObject"]["s3"]
        twice = upload(s3.get_object(Bucket="results", Key=result["key"])["Body"].read(), "twice.zip")
        for key, version, reason in (
            ("empty.zip", empty, "empty"),
            ("text.zip", text, "malformed"),
            ("twice.zip", twice, "already"),
        ):
            job = start(name, version, key)["jobId"]
            with self.assertRaises(botocore.exceptions.WaiterError) as caught:
                wait(job)
            ended = caught.exception.last_response
            self.assertEqual(ended["status"], "Failed")
            self.assertIn(reason, ended["statusReason"])
            self.assertNotIn("signedObject", ended)
        with self.assertRaises(botocore.exceptions.WaiterError) as caught:
            wait("0b5c7b3e-0000-4000-8000-000000000000")
        self.assertEqual(caught.exception.last_response["Error"]["Code"], "ResourceNotFoundException")


class Platforms(unittest.TestCase):
    def test_the_list_and_each_alone(self):
        pages = list(owner.get_paginator("list_signing_platforms").paginate(PaginationConfig={"PageSize": 2}))
        self.assertGreater(len(pages), 1)
        platforms = {each["platformId"]: each for page in pages for each in page["platforms"]}
        self.assertLessEqual({local.LAMBDA, local.NOTATION, local.IOT, local.FREERTOS}, set(platforms))
        for identifier, listed in platforms.items():
            alone = owner.get_signing_platform(platformId=identifier)
            del alone["ResponseMetadata"]
            self.assertEqual(alone, listed)
        self.assertEqual(platforms[local.LAMBDA]["maxSizeInMB"], 250)
        self.assertIs(platforms[local.LAMBDA]["revocationSupported"], True)


class Profiles(unittest.TestCase):
    def test_what_was_put_is_what_is_got(self):
        validity = {"value": 5, "type": "YEARS"}
        name, put = profile(local.LAMBDA, signatureValidityPeriod=validity, tags={"team": "blue"})
        got = owner.get_signing_profile(profileName=name, profileOwner=local.OWNER)
        self.assertRegex(put["profileVersion"], "^[a-zA-Z0-9]{10}$")
        self.assertEqual(put["arn"], local.profile_arn(name))
        self.assertEqual(put["profileVersionArn"], f"{put['arn']}/{put['profileVersion']}")
        for member in ("arn", "profileVersion", "profileVersionArn"):
            self.assertEqual(got[member], put[member])
        self.assertEqual(
            (got["profileName"], got["platformId"], got["status"], got["signatureValidityPeriod"], got["tags"]),
            (name, local.LAMBDA, "Active", validity, {"team": "blue"}),
        )

    def test_a_profile_for_devices(self):
        material = {
            "certificateArn": f"arn:aws:acm:{local.REGION}:{local.OWNER}:certificate/2f2e1d0c-0000-4000-8000-000000000000"
        }
        overrides = {
            "signingConfiguration": {"encryptionAlgorithm": "ECDSA", "hashAlgorithm": "SHA256"},
            "signingImageFormat": "JSONDetached",
        }
        name, _ = profile(
            local.IOT, signingMaterial=material, overrides=overrides, signingParameters={"certname": "/flash/cert"}
        )
        got = owner.get_signing_profile(profileName=name)
        self.assertEqual(
            (got["signingMaterial"], got["overrides"], got["signingParameters"]),
            (material, overrides, {"certname": "/flash/cert"}),
        )

    def test_a_canceled_profile_signs_no_more(self):
        name, _ = profile(local.NOTATION)
        owner.cancel_signing_profile(profileName=name)
        self.assertEqual(owner.get_signing_profile(profileName=name)["status"], "Canceled")
        with self.assertRaises(owner.exceptions.ValidationException):
            sign(name)
        listed = lambda **more: {
            each["profileName"]
            for page in owner.get_paginator("list_signing_profiles").paginate(**more)
            for each in page["profiles"]
        }
        self.assertNotIn(name, listed())
        self.assertIn(name, listed(includeCanceled=True))
        self.assertIn(name, listed(statuses=["Canceled"]))

    def test_pages_hold_each_profile_once(self):
        names = {profile(local.NOTATION)[0] for _ in range(30)}
        paginator = owner.get_paginator("list_signing_profiles")
        for size in (1, 7, 25):
            pages = list(paginator.paginate(platformId=local.NOTATION, PaginationConfig={"PageSize": size}))
            self.assertTrue(all(len(page["profiles"]) <= size for page in pages))
            listed = [each["profileName"] for page in pages for each in page["profiles"]]
            self.assertEqual(len(listed), len(set(listed)))
            self.assertLessEqual(names, set(listed))
        first = paginator.paginate(
            platformId=local.NOTATION, PaginationConfig={"PageSize": 7, "MaxItems": 10}
        ).build_full_result()
        rest = paginator.paginate(
            platformId=local.NOTATION, PaginationConfig={"PageSize": 7, "StartingToken": first["NextToken"]}
        ).build_full_result()
        self.assertEqual([each["profileName"] for each in first["profiles"] + rest["profiles"]], listed)

    def test_tags(self):
        name, put = profile(local.LAMBDA, tags={"team": "blue"})
        owner.tag_resource(resourceArn=put["arn"], tags={"team": "red", "cost:center": "42", "empty": ""})
        self.assertEqual(
            owner.list_tags_for_resource(resourceArn=put["arn"])["tags"], {"team": "red", "cost:center": "42", "empty": ""}
        )
        owner.untag_resource(resourceArn=put["arn"], tagKeys=["team", "empty"])
        self.assertEqual(owner.get_signing_profile(profileName=name)["tags"], {"cost:center": "42"})


class Accounts(unittest.TestCase):
    def test_another_account_signs_once_it_may(self):
        name, _ = profile(local.NOTATION)
        with self.assertRaises(other.exceptions.AccessDeniedException):
            sign(name, other, profileOwner=local.OWNER)
        revision = owner.add_profile_permission(
            profileName=name, action="signer:SignPayload", principal=local.OTHER, statementId="sign"
        )["revisionId"]
        revision = owner.add_profile_permission(
            profileName=name, action="signer:GetSigningProfile", principal=local.OTHER, statementId="read", revisionId=revision
        )["revisionId"]
        listed = owner.list_profile_permissions(profileName=name)
        self.assertEqual(listed["revisionId"], revision)
        self.assertGreater(listed["policySizeBytes"], 0)
        self.assertEqual(
            {each["statementId"]: (each["action"], each["principal"]) for each in listed["permissions"]},
            {"sign": ("signer:SignPayload", local.OTHER), "read": ("signer:GetSigningProfile", local.OTHER)},
        )
        self.assertEqual(other.get_signing_profile(profileName=name, profileOwner=local.OWNER)["status"], "Active")
        done = sign(name, other, profileOwner=local.OWNER)
        self.assertEqual(done["jobOwner"], local.OWNER)
        self.assertEqual(signed.Envelope(done["signature"]).job_arn, local.job_arn(done["jobId"]))
        owner.remove_profile_permission(profileName=name, statementId="sign", revisionId=revision)
        with self.assertRaises(other.exceptions.AccessDeniedException):
            sign(name, other, profileOwner=local.OWNER)
        self.assertEqual(other.get_signing_profile(profileName=name, profileOwner=local.OWNER)["status"], "Active")


class Jobs(unittest.TestCase):
    def test_a_function_is_signed_and_the_signature_holds(self):
        name, put = profile(local.LAMBDA, signatureValidityPeriod={"value": 3, "type": "MONTHS"})
        version = upload()
        before = datetime.datetime.now(UTC).replace(microsecond=0)
        started = start(name, version, clientRequestToken=local.fresh("token"))
        self.assertEqual(started["jobOwner"], local.OWNER)
        first = owner.describe_signing_job(jobId=started["jobId"])
        # It has most probably not ended yet; what it says fits together in any case.
        self.assertEqual(first["status"] == "InProgress", "completedAt" not in first)
        wait(started["jobId"])
        ended = owner.describe_signing_job(jobId=started["jobId"])
        self.assertEqual(ended["status"], "Succeeded")
        self.assertEqual(ended["source"], {"s3": {"bucketName": "sources", "key": "code.zip", "version": version}})
        self.assertEqual(ended["signedObject"], {"s3": {"bucketName": "results", "key": f"signed/{started['jobId']}.zip"}})
        self.assertEqual(
            (ended["profileName"], ended["profileVersion"], ended["platformId"]), (name, put["profileVersion"], local.LAMBDA)
        )
        self.assertEqual((ended["jobOwner"], ended["jobInvoker"]), (local.OWNER, local.OWNER))
        self.assertEqual(ended["requestedBy"], f"arn:aws:iam::{local.OWNER}:user/owner")
        self.assertLessEqual(before, ended["createdAt"])
        self.assertLessEqual(ended["createdAt"], ended["completedAt"])
        self.assertLessEqual(ended["completedAt"], datetime.datetime.now(UTC))
        result = s3.get_object(Bucket="results", Key=ended["signedObject"]["s3"]["key"])["Body"].read()
        archive = signed.Archive(result, CODE)
        self.assertEqual(archive.job_arn, local.job_arn(started["jobId"]))
        self.assertEqual(archive.profile_version_arn, put["profileVersionArn"])
        # The signature has milliseconds, answers have whole seconds.
        whole = [time.replace(microsecond=0) for time in (archive.signed_at, archive.expires_at)]
        self.assertEqual(whole, [ended["createdAt"], ended["signatureExpiresAt"]])
        months = lambda moment: moment.year * 12 + moment.month
        self.assertEqual(months(archive.expires_at) - months(archive.signed_at), 3)

    def test_a_token_starts_one_job(self):
        name, _ = profile(local.LAMBDA)
        version, token = upload(), local.fresh("token")
        first, again = (start(name, version, clientRequestToken=token)["jobId"] for _ in range(2))
        self.assertEqual(first, again)
        # Without a token boto3 draws one.
        self.assertNotEqual(start(name, version)["jobId"], start(name, version)["jobId"])

    def test_the_version_that_was_named_is_signed(self):
        name, _ = profile(local.LAMBDA)
        older = upload(key="versions.zip")
        upload(signed.archive_of({"other.py": "pass\n"}), "versions.zip")
        job = start(name, older, "versions.zip")["jobId"]
        wait(job)
        result = s3.get_object(Bucket="results", Key=f"signed/{job}.zip")["Body"].read()
        signed.Archive(result, CODE)

    def test_lists_and_filters(self):
        name, put = profile(local.NOTATION)
        made = [sign(name)["jobId"] for _ in range(12)]
        owner.revoke_signature(jobId=made[0], reason="a test", jobOwner=local.OWNER)
        paginator = owner.get_paginator("list_signing_jobs")

        def listed(**filters):
            pages = paginator.paginate(PaginationConfig={"PageSize": 5}, **filters)
            return {each["jobId"]: each for page in pages for each in page["jobs"] if each["profileName"] == name}

        everything = listed(
            status="Succeeded",
            platformId=local.NOTATION,
            requestedBy=f"arn:aws:iam::{local.OWNER}:user/owner",
            jobInvoker=local.OWNER,
        )
        self.assertEqual(set(everything), set(made))
        for job in everything.values():
            self.assertEqual((job["profileVersion"], job["isRevoked"]), (put["profileVersion"], job["jobId"] == made[0]))
            self.assertIsNotNone(job["createdAt"].tzinfo)
        self.assertEqual(set(listed(isRevoked=True)), {made[0]})
        self.assertEqual(set(listed(isRevoked=False)), set(made[1:]))
        self.assertEqual(listed(status="Failed"), {})
        expiry = everything[made[1]]["signatureExpiresAt"]
        self.assertEqual(set(listed(signatureExpiresAfter=expiry - datetime.timedelta(hours=1))), set(made))
        self.assertEqual(listed(signatureExpiresBefore=expiry - datetime.timedelta(hours=1)), {})


class Revocation(unittest.TestCase):
    def status(self, done, client=owner, **other):
        envelope = signed.Envelope(done["signature"])
        question = {
            "signatureTimestamp": envelope.signed_at,
            "platformId": local.NOTATION,
            "profileVersionArn": envelope.profile_version_arn,
            "jobArn": envelope.job_arn,
            "certificateHashes": signed.certificate_hashes(envelope.chain),
        }
        return client.get_revocation_status(**question | other)["revokedEntities"]

    def test_a_payload_is_signed_and_its_signature_revoked(self):
        name, put = profile(local.NOTATION)
        done, untouched = sign(name), sign(name)
        envelope = signed.Envelope(done["signature"])
        self.assertEqual(envelope.payload, signed.notary_payload())
        self.assertEqual(
            (envelope.job_arn, envelope.profile_version_arn), (local.job_arn(done["jobId"]), put["profileVersionArn"])
        )
        job = owner.describe_signing_job(jobId=done["jobId"])
        self.assertEqual((envelope.signed_at, envelope.expires_at), (job["createdAt"], job["signatureExpiresAt"]))
        self.assertEqual(self.status(done), [])
        owner.revoke_signature(jobId=done["jobId"], reason="the key leaked")
        self.assertEqual(self.status(done), [envelope.job_arn])
        self.assertEqual(self.status(untouched), [])
        record = owner.describe_signing_job(jobId=done["jobId"])["revocationRecord"]
        self.assertEqual((record["reason"], record["revokedBy"]), ("the key leaked", f"arn:aws:iam::{local.OWNER}:user/owner"))
        self.assertLess(abs(datetime.datetime.now(UTC) - record["revokedAt"]), datetime.timedelta(minutes=1))

    def test_a_profile_is_revoked_from_a_moment_on(self):
        name, put = profile(local.NOTATION)
        done = sign(name)
        since = datetime.datetime.now(UTC).replace(microsecond=0) - datetime.timedelta(hours=1)
        owner.revoke_signing_profile(
            profileName=name, profileVersion=put["profileVersion"], reason="the key leaked", effectiveTime=since
        )
        got = owner.get_signing_profile(profileName=name)
        self.assertEqual((got["status"], got["revocationRecord"]["revocationEffectiveFrom"]), ("Revoked", since))
        self.assertEqual(self.status(done), [put["profileVersionArn"]])
        self.assertEqual(self.status(done, signatureTimestamp=since - datetime.timedelta(hours=1)), [])
        with self.assertRaises(owner.exceptions.ValidationException):
            sign(name)

    def test_the_host_prefix_as_boto3_has_it(self):
        """Where the name with the prefix leads to the same address nothing has to be switched off."""
        name, _ = profile(local.NOTATION)
        done = sign(name)
        genuine, asked = socket.getaddrinfo, []

        def resolve(host, *rest, **more):
            asked.append(host)
            return genuine("127.0.0.1" if host == "data-localhost" else host, *rest, **more)

        prefixed = local.client("signer", url=local.URL.replace("127.0.0.1", "localhost"))
        with mock.patch("socket.getaddrinfo", resolve):
            self.assertEqual(self.status(done, prefixed), [])
            owner.revoke_signature(jobId=done["jobId"], reason="a test")
            self.assertEqual(self.status(done, prefixed), [local.job_arn(done["jobId"])])
        self.assertIn("data-localhost", asked)

    def test_the_newer_service_signer_data(self):
        name, _ = profile(local.NOTATION)
        done = sign(name)
        data = local.client("signer-data")
        self.assertEqual(self.status(done, data), [])
        owner.revoke_signature(jobId=done["jobId"], reason="a test")
        self.assertEqual(self.status(done, data), [local.job_arn(done["jobId"])])


if __name__ == "__main__":
    unittest.main()
