"""Has a local Signer sign a payload and an archive, and lays out what OpenSSL needs to verify them: sign.py URL FOLDER."""

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


def archive():
    for bucket in ("sources", "results"):
        send("PUT", f"/{bucket}")
    source = io.BytesIO()
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("index.js", "exports.handler = async () => 'signed';\n" * 20)
        files.writestr("lib/", "")
        files.writestr("lib/more.js", "// more\n")
    send("PUT", "/sources/code.zip", source.getvalue())
    ask("PUT", "/signing-profiles/functions", {"platformId": "AWSLambda-SHA384-ECDSA"})
    body = {
        "profileName": "functions",
        "clientRequestToken": "once",
        "source": {"s3": {"bucketName": "sources", "key": "code.zip", "version": "null"}},
        "destination": {"s3": {"bucketName": "results"}},
    }
    job = f"/signing-jobs/{ask('POST', '/signing-jobs', body)['jobId']}"
    while ask("GET", job)["status"] == "InProgress":
        time.sleep(0.05)
    ended = ask("GET", job)
    signed = send("GET", f"/results/{ended['signedObject']['s3']['key']}")
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


envelope()
archive()
