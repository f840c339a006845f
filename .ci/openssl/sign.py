"""Has a local Signer sign a payload, an archive and firmware, and lays out what OpenSSL needs to verify them: sign.py URL FOLDER."""

import base64
import hashlib
import io
import json
import pathlib
import sys
import time
import urllib.request
import zipfile

url, folder = sys.argv[1], pathlib.Path(sys.argv[2])
VERSIONING = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"


def send(method, path, body=None):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(url + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def ask(method, path, body=None):
    return json.loads(send(method, path, body) or b"null")


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def der_of(signature):
    """The two numbers of a JWS signature as DER."""

    def integer(number):
        length = number.bit_length() // 8 + 1
        return b"\x02" + bytes([length]) + number.to_bytes(length, "big")

    half = len(signature) // 2
    numbers = integer(int.from_bytes(signature[:half], "big")) + integer(int.from_bytes(signature[half:], "big"))
    return b"\x30" + bytes([len(numbers)]) + numbers


def envelope():
    ask("PUT", "/signing-profiles/images", {"platformId": "Notation-OCI-SHA384-ECDSA"})
    target = {"mediaType": "text/plain", "digest": "sha256:" + "0" * 64, "size": 1}
    payload = base64.b64encode(json.dumps({"targetArtifact": target}).encode()).decode()
    body = {"profileName": "images", "payload": payload, "payloadFormat": "application/vnd.cncf.notary.payload.v1+json"}
    sealed = json.loads(base64.b64decode(ask("POST", "/signing-jobs/with-payload", body)["signature"]))
    for index, certificate in enumerate(sealed["header"]["x5c"]):
        pem = f"-----BEGIN CERTIFICATE-----\n{certificate}\n-----END CERTIFICATE-----\n"
        (folder / f"chain{index}.pem").write_text(pem)
    (folder / "envelope.signed").write_text(f"{sealed['protected']}.{sealed['payload']}")
    (folder / "envelope.sig").write_bytes(der_of(decoded(sealed["signature"])))


def put(bucket, key, content):
    """The version of the new object."""
    send("PUT", f"/{bucket}")
    request = urllib.request.Request(f"{url}/{bucket}?versioning", VERSIONING, method="PUT")
    with urllib.request.urlopen(request):
        pass
    request = urllib.request.Request(f"{url}/{bucket}/{key}", content, method="PUT")
    with urllib.request.urlopen(request) as answer:
        return answer.headers["x-amz-version-id"]


def signed_object(profile, key, version):
    """What a job makes of an object."""
    send("PUT", "/results")
    body = {
        "profileName": profile,
        "clientRequestToken": f"{profile}-once",
        "source": {"s3": {"bucketName": "sources", "key": key, "version": version}},
        "destination": {"s3": {"bucketName": "results"}},
    }
    job = f"/signing-jobs/{ask('POST', '/signing-jobs', body)['jobId']}"
    while (ended := ask("GET", job))["status"] == "InProgress":
        time.sleep(0.05)
    assert ended["status"] == "Succeeded", ended
    return send("GET", f"/results/{ended['signedObject']['s3']['key']}")


def archive():
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("index.js", "exports.handler = async () => 'signed';\n" * 20)
        files.writestr("lib/", "")
        files.writestr("lib/more.js", "// more\n")
    ask("PUT", "/signing-profiles/functions", {"platformId": "AWSLambda-SHA384-ECDSA"})
    signed = signed_object("functions", "code.zip", put("sources", "code.zip", source.getvalue()))
    entry = "META_INF/aws_signer_signature_v1.0.SF"
    digest = hashlib.sha384()
    with zipfile.ZipFile(io.BytesIO(signed)) as files:
        assert files.testzip() is None
        for name in files.namelist():
            if name != entry:
                digest.update(name.encode() + files.read(name))
        pem = files.read(entry).decode()
    (folder / "archive.digest").write_bytes(digest.digest())
    # OpenSSL wants the newer name of the same thing.
    (folder / "archive.cms").write_text(pem.replace("PKCS7", "CMS"))


def documents():
    content = bytes(range(256)) * 64
    (folder / "firmware").write_bytes(content)
    version = put("sources", "firmware", content)
    location = {"s3": {"bucketName": "sources", "key": "firmware", "version": version}}
    embedded = base64.b64encode(content).decode()
    laid_out = []
    for name, platform, certificate, encryption, where in (
        ("iot", "AWSIoTDeviceManagement-SHA256-ECDSA", "of-ecdsa", None, {"payloadLocation": location}),
        ("freertos", "AmazonFreeRTOS-Default", "of-ecdsa", None, {"payload": embedded}),
        ("freertos_rsa", "AmazonFreeRTOS-Default", "of-rsa", "RSA", {"payload": embedded}),
        ("ti", "AmazonFreeRTOS-TI-CC3220SF", "of-rsa", None, {"payload": embedded}),
    ):
        material = {"certificateArn": f"arn:aws:acm:us-east-1:111122223333:certificate/{certificate}"}
        profile = {"platformId": platform, "signingMaterial": material}
        if encryption:
            profile["overrides"] = {"signingConfiguration": {"encryptionAlgorithm": encryption, "hashAlgorithm": "SHA256"}}
        ask("PUT", f"/signing-profiles/{name}", profile)
        document = json.loads(signed_object(name, "firmware", version))
        (folder / f"{name}.sig").write_bytes(base64.b64decode(document.pop("signature"), validate=True))
        hashed = "sha1" if name == "ti" else "sha256"
        algorithm = f"{hashed.upper()}with{'RSA' if certificate == 'of-rsa' else 'ECDSA'}"
        assert document == {"rawPayloadSize": len(content), "signatureAlgorithm": algorithm, **where}, document
        laid_out.append(f"{hashed} {certificate} {name}\n")
    (folder / "documents").write_text("".join(laid_out))


envelope()
archive()
documents()
