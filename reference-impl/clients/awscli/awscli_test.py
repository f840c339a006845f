"""The AWS CLI beside a local Signer. Commands are written as in a shell; what they print and how they end is held against the API."""

import base64
import json
import os
import pathlib
import shlex
import subprocess
import unittest

import local
import signed

FOLDER = pathlib.Path(os.environ["SIGNER_FOLDER"])
CODE = signed.archive_of({"index.py": "def handler(event, context):\n    return 'signed'\n" * 30})
TOUCHED = set()


def run(command, **environment):
    """Exit code, standard output and standard error of an `aws` command."""
    words = shlex.split(command)
    if words[0] == "signer":
        TOUCHED.add(words[1])
    done = subprocess.run(
        [os.environ["AWS"], *words], capture_output=True, text=True, timeout=120, env=os.environ | environment
    )
    return done.returncode, done.stdout, done.stderr


def aws(command, **environment):
    """What a command that succeeds prints, read as JSON where it is."""
    code, output, errors = run(command, **environment)
    assert code == 0, f"aws {command}\nended with {code}: {errors}"
    return json.loads(output) if output.startswith(("{", "[")) else output


def path(name, content):
    (FOLDER / name).write_bytes(content)
    return FOLDER / name


def setUpModule():
    aws("s3 mb s3://sources")
    aws("s3 mb s3://results")
    aws("s3api put-bucket-versioning --bucket sources --versioning-configuration Status=Enabled")


def tearDownModule():
    commands = {"add-profile-permission", "cancel-signing-profile", "describe-signing-job", "get-revocation-status"}
    commands |= {"get-signing-platform", "get-signing-profile", "list-profile-permissions", "list-signing-jobs"}
    commands |= {"list-signing-platforms", "list-signing-profiles", "list-tags-for-resource", "put-signing-profile"}
    commands |= {"remove-profile-permission", "revoke-signature", "revoke-signing-profile", "sign-payload", "start-signing-job"}
    commands |= {"tag-resource", "untag-resource"}
    assert commands <= TOUCHED, f"commands that were not run: {sorted(commands - TOUCHED)}"


class Commands(unittest.TestCase):
    def refused(self, text, command, code=255, **environment):
        ended, output, errors = run(command, **environment)
        self.assertEqual((ended, output), (code, ""), errors)
        self.assertIn(text, errors)

    def test_a_function_from_upload_to_download(self):
        name = local.fresh("cli")
        put = aws(
            f"signer put-signing-profile --profile-name {name} --platform-id {local.LAMBDA}"
            " --signature-validity-period value=12,type=MONTHS --tags team=blue"
        )
        self.assertEqual(put["profileVersionArn"], f"{local.profile_arn(name)}/{put['profileVersion']}")
        version = aws(f"s3api put-object --bucket sources --key code.zip --body {path('code.zip', CODE)}")["VersionId"]
        source = f"s3={{bucketName=sources,key=code.zip,version={version}}}"
        start = f"signer start-signing-job --profile-name {name} --source '{source}' --destination 's3={{bucketName=results,prefix=signed-}}'"
        job = aws(f"{start} --client-request-token once")["jobId"]
        self.assertEqual(aws(f"{start} --client-request-token once")["jobId"], job)
        self.assertEqual(aws(f"signer wait successful-signing-job --job-id {job}"), "")
        ended = aws(f"signer describe-signing-job --job-id {job}")
        self.assertEqual((ended["status"], ended["source"]["s3"]["version"]), ("Succeeded", version))
        self.assertEqual(ended["signedObject"], {"s3": {"bucketName": "results", "key": f"signed-{job}.zip"}})
        target = FOLDER / "signed.zip"
        aws(f"s3 cp s3://results/signed-{job}.zip {target} --quiet")
        archive = signed.Archive(target.read_bytes(), CODE)
        self.assertEqual((archive.job_arn, archive.profile_version_arn), (local.job_arn(job), put["profileVersionArn"]))
        # The CLI shows times as they are on the wire.
        self.assertEqual(int(archive.expires_at.timestamp()), ended["signatureExpiresAt"])
        listed = aws("signer list-signing-jobs --status Succeeded --page-size 1")["jobs"]
        self.assertIn(job, [each["jobId"] for each in listed])

    def test_a_payload_is_signed_and_revoked(self):
        name = local.fresh("cli")
        put = aws(f"signer put-signing-profile --profile-name {name} --platform-id {local.NOTATION}")
        payload = path("payload", signed.notary_payload())
        done = aws(
            f"signer sign-payload --profile-name {name} --payload fileb://{payload} --payload-format {signed.PAYLOAD_FORMAT}"
        )
        envelope = signed.Envelope(base64.b64decode(done["signature"]))
        self.assertEqual((envelope.payload, envelope.job_arn), (signed.notary_payload(), local.job_arn(done["jobId"])))
        status = (
            f"signer get-revocation-status --signature-timestamp {envelope.signed_at.isoformat()} --platform-id {local.NOTATION}"
            f" --profile-version-arn {put['profileVersionArn']} --job-arn {envelope.job_arn}"
            f" --certificate-hashes {' '.join(signed.certificate_hashes(envelope.chain))}"
        )
        self.assertEqual(aws(status), {"revokedEntities": []})
        self.assertEqual(aws(f"signer revoke-signature --job-id {done['jobId']} --reason 'a test'"), "")
        self.assertEqual(aws(status), {"revokedEntities": [envelope.job_arn]})
        # With the host prefix, where something leads the name to the Signer: here a proxy setting, at home a hosts file.
        through = {
            "AWS_ENDPOINT_URL": "http://signer.test",
            "HTTP_PROXY": local.URL,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "false",
        }
        self.assertEqual(aws(status, **through), {"revokedEntities": [envelope.job_arn]})
        aws(
            f"signer revoke-signing-profile --profile-name {name} --profile-version {put['profileVersion']}"
            " --reason 'a test' --effective-time 2026-01-01T00:00:00Z"
        )
        self.assertEqual(set(aws(status)["revokedEntities"]), {envelope.job_arn, put["profileVersionArn"]})
        self.assertEqual(aws(f"signer get-signing-profile --profile-name {name}")["status"], "Revoked")

    def test_permissions_and_tags(self):
        name = local.fresh("cli")
        arn = aws(f"signer put-signing-profile --profile-name {name} --platform-id {local.LAMBDA}")["arn"]
        grant = f"--action signer:StartSigningJob --principal {local.OTHER} --statement-id first"
        revision = aws(f"signer add-profile-permission --profile-name {name} {grant}")["revisionId"]
        other = {"AWS_ACCESS_KEY_ID": local.OTHER_KEYS[0], "AWS_SECRET_ACCESS_KEY": local.OTHER_KEYS[1]}
        get = f"signer get-signing-profile --profile-name {name} --profile-owner {local.OWNER}"
        self.refused("(AccessDeniedException)", get, **other)
        listed = aws(f"signer list-profile-permissions --profile-name {name}")
        self.assertEqual((listed["revisionId"], [each["statementId"] for each in listed["permissions"]]), (revision, ["first"]))
        remove = f"signer remove-profile-permission --profile-name {name} --statement-id first --revision-id"
        self.refused("(ConflictException)", f"{remove} stale")
        self.assertNotEqual(aws(f"{remove} {revision}")["revisionId"], revision)
        aws(f"signer tag-resource --resource-arn {arn} --tags team=blue,cost=42")
        aws(f"signer untag-resource --resource-arn {arn} --tag-keys team")
        self.assertEqual(aws(f"signer list-tags-for-resource --resource-arn {arn}"), {"tags": {"cost": "42"}})

    def test_pages(self):
        paged = aws("signer list-signing-platforms --page-size 1")["platforms"]
        self.assertEqual(paged, aws("signer list-signing-platforms --no-paginate")["platforms"])
        one = paged[0]["platformId"]
        self.assertEqual(aws(f"signer get-signing-platform --platform-id {one}"), paged[0])
        names = {local.fresh("cli") for _ in range(3)}
        for name in names:
            aws(f"signer put-signing-profile --profile-name {name} --platform-id {local.NOTATION}")
        self.assertEqual(aws(f"signer cancel-signing-profile --profile-name {min(names)}"), "")
        listed = aws("signer list-signing-profiles --page-size 1 --statuses Active --query profiles[].profileName")
        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual(names & set(listed), names - {min(names)})
        first = aws("signer list-signing-profiles --max-items 1")
        self.assertEqual(len(first["profiles"]), 1)
        second = aws(f"signer list-signing-profiles --max-items 1 --starting-token {first['NextToken']}")
        self.assertNotEqual(first["profiles"], second["profiles"])

    def test_texts_of_errors_and_exit_codes(self):
        self.refused(
            "An error occurred (ResourceNotFoundException) when calling the GetSigningProfile operation: profile with name nobody_has_it",
            "signer get-signing-profile --profile-name nobody_has_it",
        )
        self.refused(
            "(ValidationException)", f"signer put-signing-profile --profile-name with-hyphen --platform-id {local.LAMBDA}"
        )
        self.refused(
            "(NotFoundException)", f"signer list-tags-for-resource --resource-arn {local.profile_arn('nobody_has_it')}"
        )
        self.refused(
            "the following arguments are required: --platform-id", "signer put-signing-profile --profile-name functions", 2
        )
        self.refused("(InvalidSignatureException)", "signer list-signing-profiles", AWS_SECRET_ACCESS_KEY="not-the-secret")
        self.refused("(UnrecognizedClientException)", "signer list-signing-profiles", AWS_ACCESS_KEY_ID="AKIDNOBODY00000000")
        self.refused("ResourceNotFoundException", "signer wait successful-signing-job --job-id nobody-has-it")

    def test_the_waiter_ends_where_the_job_failed(self):
        name = local.fresh("cli")
        aws(f"signer put-signing-profile --profile-name {name} --platform-id {local.LAMBDA}")
        version = aws(f"s3api put-object --bucket sources --key text.zip --body {path('text', b'no archive')}")["VersionId"]
        source = f"s3={{bucketName=sources,key=text.zip,version={version}}}"
        job = aws(
            f"signer start-signing-job --profile-name {name} --source '{source}' --destination 's3={{bucketName=results}}'"
        )["jobId"]
        self.refused("Waiter encountered a terminal failure state", f"signer wait successful-signing-job --job-id {job}")
        ended = aws(f"signer describe-signing-job --job-id {job}")
        self.assertEqual(ended["status"], "Failed")
        self.assertIn("malformed", ended["statusReason"])


class Objects(unittest.TestCase):
    def test_a_bucket_is_set_up_as_scripts_do(self):
        aws("s3 mb s3://set-up")
        block = "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
        rules = '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
        statement = '{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}'
        policy = '{"Version":"2012-10-17","Statement":[' + statement + "]}"
        aws(f"s3api put-public-access-block --bucket set-up --public-access-block-configuration {block}")
        aws(f"s3api put-bucket-encryption --bucket set-up --server-side-encryption-configuration '{rules}'")
        aws(f"s3api put-bucket-policy --bucket set-up --policy '{policy}'")
        aws("s3api put-bucket-ownership-controls --bucket set-up --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'")
        aws("s3api put-bucket-tagging --bucket set-up --tagging 'TagSet=[{Key=team,Value=blue}]'")
        self.assertEqual(json.loads(aws("s3api get-bucket-policy --bucket set-up")["Policy"]), json.loads(policy))
        self.assertEqual(aws("s3api get-bucket-tagging --bucket set-up")["TagSet"], [{"Key": "team", "Value": "blue"}])
        aws(f"s3api put-object --bucket set-up --key code.zip --body {path('code.zip', CODE)} --tagging a=b")
        self.assertEqual(aws("s3api get-object-tagging --bucket set-up --key code.zip")["TagSet"], [{"Key": "a", "Value": "b"}])
        told = aws("s3api get-object-attributes --bucket set-up --key code.zip --object-attributes ObjectSize ETag")
        self.assertEqual(told["ObjectSize"], len(CODE))
        aws("s3api create-bucket --bucket elsewhere --create-bucket-configuration LocationConstraint=eu-west-1")
        self.assertEqual(aws("s3api get-bucket-location --bucket elsewhere")["LocationConstraint"], "eu-west-1")

    def test_a_file_in_parts_there_and_back(self):
        content = os.urandom(20 * 1024 * 1024 + 1)
        large, back = path("large", content), FOLDER / "back"
        aws(f"s3 cp {large} s3://sources/large --no-progress")
        head = aws("s3api head-object --bucket sources --key large")
        self.assertEqual(head["ContentLength"], len(content))
        self.assertRegex(head["ETag"], '-3"$')
        aws(f"s3 cp s3://sources/large {back} --no-progress")
        self.assertEqual(back.read_bytes(), content)
        aws("s3 cp s3://sources/large s3://results/copy --no-progress")
        self.assertEqual(aws("s3api head-object --bucket results --key copy")["ContentLength"], len(content))

    def test_a_folder_is_synchronised_listed_and_removed(self):
        folder = FOLDER / "site"
        (folder / "deep").mkdir(parents=True)
        names = ["a b.txt", "deep/ü.txt", "empty"]
        for name in names:
            (folder / name).write_text("" if name == "empty" else name)
        aws("s3 mb s3://site")
        self.assertEqual(aws(f"s3 sync {folder} s3://site").count("upload:"), 3)
        self.assertEqual(aws(f"s3 sync {folder} s3://site"), "")
        listed = aws("s3 ls s3://site --recursive")
        self.assertEqual([line.split(maxsplit=3)[3] for line in listed.splitlines()], names)
        self.assertIn("PRE deep/", aws("s3 ls s3://site"))
        self.assertEqual(aws("s3 cp 's3://site/a b.txt' -"), "a b.txt")
        aws("s3 rm s3://site --recursive")
        aws("s3 rb s3://site")
        code, _, errors = run("s3 ls s3://site")
        self.assertEqual(code, 255)
        self.assertIn("(NoSuchBucket)", errors)


if __name__ == "__main__":
    unittest.main()
