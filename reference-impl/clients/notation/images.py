"""Images in OCI layouts on disk, and the `notation` CLI with a home of its own and our plugin in it."""

import hashlib
import json
import os
import pathlib
import stat
import subprocess
import sys

PLUGIN = "com.amazonaws.signer.notation.plugin"
FOLDER = pathlib.Path(os.environ["SIGNER_FOLDER"])
CONFIGURATION = FOLDER / "home" / "notation"


def notation(*words, **environment):
    """Exit code and all that a `notation` command says."""
    variables = os.environ | {"XDG_CONFIG_HOME": str(FOLDER / "home"), "NOTATION_EXPERIMENTAL": "1"} | environment
    command = [os.environ["NOTATION"], *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=variables)
    return done.returncode, done.stdout + done.stderr


def install_plugin():
    """And the root that the server has exported, as the trust store `local`."""
    if CONFIGURATION.exists():
        return
    program = CONFIGURATION / "plugins" / PLUGIN / f"notation-{PLUGIN}"
    program.parent.mkdir(parents=True)
    source = pathlib.Path(__file__).parent / "plugin.py"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{source.resolve()}' \"$@\"\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    code, said = notation("cert", "add", "--type", "signingAuthority", "--store", "local", os.environ["SIGNER_ROOT"])
    assert code == 0, said


def trust(*identities, store="local"):
    """Makes these profiles the ones whose signatures are believed, wherever the image is."""
    policy = {"name": "local", "registryScopes": ["*"], "signatureVerification": {"level": "strict"}}
    policy |= {"trustStores": [f"signingAuthority:{store}"], "trustedIdentities": identities}
    (CONFIGURATION / "trustpolicy.json").write_text(json.dumps({"version": "1.0", "trustPolicies": [policy]}))


def image(name):
    """An OCI layout with one image; its reference by digest."""
    layout = FOLDER / name
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(media_type, content):
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    kind = "application/vnd.oci.image"
    manifest = {"schemaVersion": 2, "mediaType": f"{kind}.manifest.v1+json"}
    manifest["config"] = put(
        f"{kind}.config.v1+json", json.dumps({"architecture": "amd64", "os": "linux", "name": name}).encode()
    )
    manifest["layers"] = [put(f"{kind}.layer.v1.tar", name.encode())]
    described = put(manifest["mediaType"], json.dumps(manifest).encode())
    index = {"schemaVersion": 2, "manifests": [described | {"annotations": {"org.opencontainers.image.ref.name": "v1"}}]}
    (layout / "index.json").write_text(json.dumps(index))
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    return f"{layout}@{described['digest']}"


def sign(reference, arn, *more, **environment):
    return notation("sign", "--oci-layout", reference, "--id", arn, "--plugin", PLUGIN, *more, **environment)


def verify(reference, **environment):
    # Only the log says why.
    return notation("verify", "--debug", "--oci-layout", reference, "--scope", "local.test/image", **environment)
