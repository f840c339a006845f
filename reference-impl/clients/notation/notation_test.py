"""The `notation` CLI beside a local Signer: sign, verify, revoke, and verify in vain. The images lie in OCI layouts on disk."""

import datetime
import hashlib
import json
import os
import pathlib
import subprocess
import unittest

import local
from images import CONFIGURATION, FOLDER, PLUGIN, image, install_plugin, notation, sign, trust, verify

owner = local.signer()


def setUpModule():
    install_plugin()


def profile():
    name = local.fresh("notation")
    return name, owner.put_signing_profile(profileName=name, platformId=local.NOTATION)


def only_job(name):
    [job] = [
        job
        for page in owner.get_paginator("list_signing_jobs").paginate()
        for job in page["jobs"]
        if job["profileName"] == name
    ]
    return job["jobId"]


class Notation(unittest.TestCase):
    def assert_verified(self, reference):
        code, said = verify(reference)
        self.assertEqual(code, 0, said)
        self.assertIn("Successfully verified signature", said)

    def assert_refused(self, reference, reason, **environment):
        code, said = verify(reference, **environment)
        self.assertEqual(code, 1, said)
        self.assertRegex(said, reason)

    def assert_signed(self, reference, arn):
        code, said = sign(reference, arn)
        self.assertEqual(code, 0, said)
        self.assertIn("Successfully signed", said)

    def test_the_plugin_is_found(self):
        code, said = notation("plugin", "ls")
        self.assertEqual(code, 0, said)
        self.assertRegex(said, rf"{PLUGIN} .*SIGNATURE_GENERATOR.ENVELOPE.* <nil>")

    def test_a_signature_verifies_until_it_is_revoked(self):
        name, put = profile()
        trust(put["arn"])
        revoked, kept = image("revoked"), image("kept")
        self.assert_refused(revoked, "no signature is associated")
        self.assert_signed(revoked, put["arn"])
        job = only_job(name)
        self.assert_signed(kept, put["arn"])
        self.assert_verified(revoked)
        owner.revoke_signature(jobId=job, reason="the image was built by another")
        self.assert_refused(revoked, f"revoked: {local.job_arn(job)}")
        self.assert_verified(kept)

    def test_a_profile_is_revoked_from_a_moment_on(self):
        name, put = profile()
        trust(put["arn"])
        reference = image("of-a-revoked-profile")
        self.assert_signed(reference, put["arn"])
        now = datetime.datetime.now(datetime.timezone.utc)
        revoke = {"profileName": name, "profileVersion": put["profileVersion"], "reason": "the key leaked"}
        owner.revoke_signing_profile(effectiveTime=now - datetime.timedelta(hours=1), **revoke)
        self.assert_refused(reference, f"revoked: {put['profileVersionArn']}")
        code, said = sign(image("too-late"), put["arn"])
        self.assertEqual(code, 1, said)
        self.assertIn("ValidationException", said)

    def test_only_trusted_profiles_are_believed(self):
        (_, put), (_, stranger) = profile(), profile()
        reference = image("by-someone")
        self.assert_signed(reference, put["arn"])
        trust(put["profileVersionArn"])
        self.assert_verified(reference)
        trust(stranger["arn"])
        self.assert_refused(reference, "not among the trusted identities")

    def test_only_the_exported_root_is_believed(self):
        _, put = profile()
        reference = image("under-another-root")
        self.assert_signed(reference, put["arn"])
        other = CONFIGURATION / "truststore" / "x509" / "signingAuthority" / "other"
        other.mkdir(parents=True)
        key, certificate = FOLDER / "other.key", other / "root.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Other Root/O=Other/ST=WA/C=US"]
        subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True, timeout=60)
        trust(put["arn"], store="other")
        self.assert_refused(reference, "does not contain any trusted certificate")

    def test_a_signature_is_of_one_image(self):
        _, put = profile()
        trust(put["arn"])
        reference, victim = image("signed"), image("swapped")
        self.assert_signed(reference, put["arn"])
        layout, digest = reference.split("@sha256:")
        swapped = pathlib.Path(victim.split("@")[0])
        # The signature's manifest now says that it is of the other image; what was signed says otherwise.
        for blob in (pathlib.Path(layout) / "blobs" / "sha256").iterdir():
            (swapped / "blobs" / "sha256" / blob.name).write_bytes(blob.read_bytes())
        _, signature = json.loads((pathlib.Path(layout) / "index.json").read_text())["manifests"]
        manifest = json.loads((swapped / "blobs" / "sha256" / signature["digest"].removeprefix("sha256:")).read_text())
        victims = json.loads((swapped / "index.json").read_text())
        manifest["subject"] = {key: victims["manifests"][0][key] for key in ("mediaType", "digest", "size")}
        content = json.dumps(manifest).encode()
        forged = hashlib.sha256(content).hexdigest()
        (swapped / "blobs" / "sha256" / forged).write_bytes(content)
        victims["manifests"].append(signature | {"digest": f"sha256:{forged}", "size": len(content)})
        (swapped / "index.json").write_text(json.dumps(victims))
        self.assert_refused(victim, "content descriptor mismatch")

    def test_whoever_cannot_ask_for_revocations_believes_nothing(self):
        _, put = profile()
        trust(put["arn"])
        reference = image("unasked")
        self.assert_signed(reference, put["arn"])
        self.assert_verified(reference)
        self.assert_refused(reference, "EndpointConnectionError", AWS_ENDPOINT_URL="http://127.0.0.1:9")
        self.assert_refused(reference, "InvalidSignatureException", AWS_SECRET_ACCESS_KEY="not-the-secret")

    def test_another_account_signs_once_it_may(self):
        name, put = profile()
        trust(put["arn"])
        reference = image("by-another-account")
        other = {"AWS_ACCESS_KEY_ID": local.OTHER_KEYS[0], "AWS_SECRET_ACCESS_KEY": local.OTHER_KEYS[1]}
        code, said = sign(reference, put["arn"], **other)
        self.assertEqual(code, 1, said)
        self.assertIn("AccessDeniedException", said)
        revision = ""
        for number, action in enumerate(("signer:SignPayload", "signer:GetSigningProfile")):
            grant = {"action": action, "principal": local.OTHER, "statementId": f"statement{number}"}
            grant |= {"revisionId": revision} if revision else {}
            revision = owner.add_profile_permission(profileName=name, **grant)["revisionId"]
        code, said = sign(reference, put["arn"], **other)
        self.assertEqual(code, 0, said)
        self.assert_verified(reference)

    def test_what_cannot_be_signed(self):
        name, put = profile()
        owner.cancel_signing_profile(profileName=name)
        for arn, reason in (
            (put["arn"], "ValidationException"),
            (local.profile_arn("nobody_has_it"), "ResourceNotFoundException"),
            (put["profileVersionArn"], "is not the ARN of a signing profile"),
        ):
            code, said = sign(image(local.fresh("unsigned")), arn)
            self.assertEqual(code, 1, said)
            self.assertIn(reason, said)
        _, active = profile()
        code, said = sign(image("with-expiry"), active["arn"], "--expiry", "24h")
        self.assertEqual(code, 1, said)
        self.assertIn("not --expiry's", said)

    def test_a_forged_envelope_is_noticed(self):
        forger = local.signer(url=os.environ["SIGNER_URL_OF_FORGER"])
        put = forger.put_signing_profile(profileName="forged", platformId=local.NOTATION)
        code, said = sign(
            image("forged"), put["arn"], "--plugin-config", f"aws-signer-endpoint-url={os.environ['SIGNER_URL_OF_FORGER']}"
        )
        self.assertEqual(code, 1, said)
        self.assertIn("signature", said)
        self.assertNotIn("Successfully", said)


if __name__ == "__main__":
    unittest.main()
