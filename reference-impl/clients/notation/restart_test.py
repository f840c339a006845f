"""`notation` beside a Signer that is killed and started again: the signatures hold, and what was revoked stays revoked."""

import json
import os
import pathlib
import re
import subprocess
import unittest

import local
from images import FOLDER, image, install_plugin, notation, sign, trust, verify


def setUpModule():
    install_plugin()


class Server:
    """`signer-conformance serve` with a data folder, and killed where others are told to end."""

    def __init__(self):
        command = [os.environ["SIGNER_CONFORMANCE"], "serve", "--listen", "127.0.0.1:0", "--data", FOLDER / "data"]
        command += ["--export-root", FOLDER / "kept.pem"]
        self.errors = (FOLDER / "kept.errors").open("a")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        first = self.process.stdout.readline()
        found = re.match("listening on (.*)", first)
        assert found, f"{first}{(FOLDER / 'kept.errors').read_text()}"
        self.url = found[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(timeout=60)
        self.process.stdout.close()
        self.errors.close()


class Restarted(unittest.TestCase):
    def test_signatures_and_revocations_outlive_the_server(self):
        name = local.fresh("notation")
        kept, revoked = image("kept-over-a-kill"), image("revoked-over-a-kill")
        with Server() as server:
            code, said = notation("cert", "add", "--type", "signingAuthority", "--store", "kept", FOLDER / "kept.pem")
            self.assertEqual(code, 0, said)
            put = local.signer(url=server.url).put_signing_profile(profileName=name, platformId=local.NOTATION)
            trust(put["arn"], store="kept")
            for reference in (revoked, kept):
                code, said = sign(reference, put["arn"], AWS_ENDPOINT_URL=server.url)
                self.assertEqual(code, 0, said)
        with Server() as server:
            owner = local.signer(url=server.url)
            self.assertEqual(owner.get_signing_profile(profileName=name)["profileVersion"], put["profileVersion"])
            for reference in (revoked, kept):
                code, said = verify(reference, AWS_ENDPOINT_URL=server.url)
                self.assertEqual(code, 0, said)
            owner.revoke_signature(jobId=self.job_of(revoked), reason="a test")
        with Server() as server:
            code, said = verify(revoked, AWS_ENDPOINT_URL=server.url)
            self.assertEqual(code, 1, said)
            self.assertIn(f"revoked: {local.job_arn(self.job_of(revoked))}", said)
            code, said = verify(kept, AWS_ENDPOINT_URL=server.url)
            self.assertEqual(code, 0, said)

    def job_of(self, reference):
        """As the signature's manifest tells it."""
        layout = pathlib.Path(reference.split("@")[0])
        _, signature = json.loads((layout / "index.json").read_text())["manifests"]
        return signature["annotations"]["signingJobId"]


if __name__ == "__main__":
    unittest.main()
