"""Checks what a Signer signs, with nothing of the Signer's own: `cryptography` for keys and certificates, `asn1crypto` for CMS."""

import base64
import datetime
import hashlib
import io
import json
import os
import pathlib
import zipfile

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA384

PAYLOAD_FORMAT = "application/vnd.cncf.notary.payload.v1+json"
ENTRY = "META_INF/aws_signer_signature_v1.0.SF"
PROTECTED = {
    "alg",
    "cty",
    "crit",
    "io.cncf.notary.signingScheme",
    "io.cncf.notary.authenticSigningTime",
    "io.cncf.notary.expiry",
    "io.cncf.notary.verificationPlugin",
    "com.amazonaws.signer.signingProfileVersion",
    "com.amazonaws.signer.signingJob",
}


def trusted_root():
    """The certificate that the server under test has exported."""
    return x509.load_pem_x509_certificate(pathlib.Path(os.environ["SIGNER_ROOT"]).read_bytes())


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def check_chain(chain, at):
    """Each certificate is issued by the next and valid at that time; the last is the trusted root."""
    assert len(chain) == 4, [certificate.subject.rfc4514_string() for certificate in chain]
    assert chain[-1] == trusted_root(), "the chain ends in another root than the exported one"
    for certificate, issuer in zip(chain, [*chain[1:], chain[-1]]):
        certificate.verify_directly_issued_by(issuer)
        assert certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc, certificate.subject
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        assert constraints.ca == (certificate is not chain[0])
    usage = chain[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [x509.ExtendedKeyUsageOID.CODE_SIGNING], list(usage)


def certificate_hashes(chain):
    """As GetRevocationStatus wants them: the hash of what was signed of a certificate, and that of its issuer."""
    hashes = [hashlib.sha384(certificate.tbs_certificate_bytes).hexdigest() for certificate in chain]
    return [own + issuer for own, issuer in zip(hashes, [*hashes[1:], hashes[-1]])]


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Envelope:
    """A Notary envelope (flattened JWS) whose signature, chain and protected attributes hold."""

    def __init__(self, content):
        sealed = json.loads(content)
        assert set(sealed) == {"payload", "protected", "header", "signature"}, sorted(sealed)
        self.attributes = json.loads(decoded(sealed["protected"]))
        assert set(self.attributes) == PROTECTED, sorted(self.attributes)
        assert self.attributes["alg"] == "ES384" and self.attributes["cty"] == PAYLOAD_FORMAT, self.attributes
        assert set(self.attributes["crit"]) <= PROTECTED - {"alg", "cty", "crit"}
        assert self.attributes["io.cncf.notary.signingScheme"] == "notary.x509.signingAuthority"
        self.chain = [x509.load_der_x509_certificate(base64.b64decode(text)) for text in sealed["header"]["x5c"]]
        self.signed_at = moment(self.attributes["io.cncf.notary.authenticSigningTime"])
        self.expires_at = moment(self.attributes["io.cncf.notary.expiry"])
        check_chain(self.chain, self.signed_at)
        raw = decoded(sealed["signature"])
        assert len(raw) == 96, "a JWS has the two numbers as they are, not DER"
        signature = utils.encode_dss_signature(int.from_bytes(raw[:48], "big"), int.from_bytes(raw[48:], "big"))
        signed = f"{sealed['protected']}.{sealed['payload']}".encode()
        self.chain[0].public_key().verify(signature, signed, ec.ECDSA(SHA384()))
        self.payload = decoded(sealed["payload"])
        self.job_arn = self.attributes["com.amazonaws.signer.signingJob"]
        self.profile_version_arn = self.attributes["com.amazonaws.signer.signingProfileVersion"]


class Archive:
    """A signed Lambda archive: the entries of the source untouched, and a CMS signature over their names and contents."""

    def __init__(self, content, source):
        digest = hashlib.sha384()
        with zipfile.ZipFile(io.BytesIO(content)) as files, zipfile.ZipFile(io.BytesIO(source)) as before:
            assert files.testzip() is None
            for name in before.namelist():
                assert files.read(name) == before.read(name), f"{name} is another file after signing"
            assert set(files.namelist()) - set(before.namelist()) == {"META_INF/", ENTRY}, files.namelist()
            for name in files.namelist():
                if name != ENTRY:
                    digest.update(name.encode() + files.read(name))
            lines = files.read(ENTRY).decode().splitlines()
        assert lines[0] == "-----BEGIN PKCS7-----" and lines[-1] == "-----END PKCS7-----", lines
        message = cms.ContentInfo.load(base64.b64decode("".join(lines[1:-1])))["content"]
        [signer] = message["signer_infos"]
        attributes = {attribute["type"].dotted: attribute["values"] for attribute in signer["signed_attrs"]}

        def value(oid):
            [only] = attributes[oid]
            return only

        assert value("1.2.840.113549.1.9.4").native == hashlib.sha384(digest.digest()).digest(), "another archive was signed"
        self.job_arn = value("1.3.187.137.1.2").parse().native
        self.profile_version_arn = value("1.3.187.137.1.4").parse().native
        self.expires_at = value("1.3.187.137.1.3").parse().native
        self.signed_at = value("1.2.840.113549.1.9.5").native
        certificates = [x509.load_der_x509_certificate(each.dump()) for each in message["certificates"]]
        serial = signer["sid"].native["serial_number"]
        [leaf] = [certificate for certificate in certificates if certificate.serial_number == serial]
        self.chain = [leaf]
        while self.chain[-1].issuer != self.chain[-1].subject:
            self.chain += [certificate for certificate in certificates if certificate.subject == self.chain[-1].issuer][:1]
        check_chain(self.chain, self.signed_at)
        # Signed as a SET, though it lies in the message under the tag [0].
        signed = b"\x31" + signer["signed_attrs"].dump()[1:]
        leaf.public_key().verify(signer["signature"].native, signed, ec.ECDSA(SHA384()))


def archive_of(files):
    """A zip with these files, in this order."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def notary_payload(content=b"an image's manifest"):
    """What notation has signed for an image whose manifest this is."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    target = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": digest, "size": len(content)}
    return json.dumps({"targetArtifact": target}).encode()
