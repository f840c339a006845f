//! Requests that succeed, as many as are asked for, of each operation.

use crate::client::{Address, Connection};
use crate::server::ANSWER_BYTES;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use serde_json::{Value, json};
use signer_reference::identity::{OWNER_ACCESS_KEY, OWNER_SECRET_KEY};
use signer_schemas::Operation;
use std::io::{Cursor, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const NOTATION: &str = "Notation-OCI-SHA384-ECDSA";
const LAMBDA: &str = "AWSLambda-SHA384-ECDSA";

/// Makes the requests for one server.
pub(crate) struct Maker<'a> {
    address: &'a Address,
    is_signed: bool,
    names: AtomicUsize,
    run: u32,
}

/// The same request for the handler that does nothing but answer with so many bytes.
pub(crate) fn of_size(request: &[u8], bytes: usize) -> Vec<u8> {
    let line_end = request.windows(2).position(|pair| pair == b"\r\n").unwrap_or_default();
    let (line, rest) = request.split_at(line_end);
    [line, format!("\r\n{ANSWER_BYTES}: {bytes}").as_bytes(), rest].concat()
}

/// A request as it is sent.
pub(crate) fn bytes(
    address: &Address,
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Vec<u8> {
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n", address.host);
    for (name, value) in headers {
        text += name;
        text += ": ";
        text += value;
        text += "\r\n";
    }
    text += "content-length: ";
    text += &body.len().to_string();
    text += "\r\n\r\n";
    [text.as_bytes(), body].concat()
}

impl<'a> Maker<'a> {
    pub(crate) fn new(address: &'a Address, is_signed: bool) -> Self {
        Self { address, is_signed, names: AtomicUsize::new(0), run: std::process::id() }
    }

    pub(crate) fn address(&self) -> &Address {
        self.address
    }

    /// That many requests of an operation, when what they need could be made.
    pub(crate) fn requests(&self, operation: Operation, count: usize) -> Option<Vec<Vec<u8>>> {
        let each =
            |make: &dyn Fn() -> Option<Vec<u8>>| (0..count).map(|_| make()).collect::<Option<Vec<_>>>();
        let same = |request: Vec<u8>| Some(vec![request; count]);
        match operation {
            Operation::PutSigningProfile => each(&|| Some(self.put_profile(&self.name(), NOTATION))),
            Operation::CancelSigningProfile => {
                each(&|| Some(self.api("DELETE", &self.profile_path("")?, "")))
            }
            Operation::GetSigningProfile => same(self.api("GET", &self.profile_path("")?, "")),
            Operation::ListSigningProfiles => same(self.api("GET", "/signing-profiles", "")),
            Operation::GetSigningPlatform => {
                same(self.api("GET", &format!("/signing-platforms/{NOTATION}"), ""))
            }
            Operation::ListSigningPlatforms => same(self.api("GET", "/signing-platforms", "")),
            Operation::AddProfilePermission => {
                each(&|| Some(self.api("POST", &self.profile_path("/permissions")?, &statement())))
            }
            Operation::ListProfilePermissions => {
                let path = self.profile_path("/permissions")?;
                self.ask(&self.api("POST", &path, &statement()))?;
                same(self.api("GET", &path, ""))
            }
            Operation::RemoveProfilePermission => each(&|| {
                let path = self.profile_path("/permissions")?;
                let revision = self.text(&self.api("POST", &path, &statement()), "revisionId")?;
                Some(self.api("DELETE", &format!("{path}/s?revisionId={revision}"), ""))
            }),
            Operation::RevokeSigningProfile => each(&|| {
                let name = self.name();
                let version = self.text(&self.put_profile(&name, NOTATION), "profileVersion")?;
                let body =
                    json!({"profileVersion": version, "reason": "lost", "effectiveTime": 1_700_000_000});
                Some(self.api("PUT", &format!("/signing-profiles/{name}/revoke"), &body.to_string()))
            }),
            Operation::SignPayload => same(self.sign_payload(&self.profile(NOTATION)?)),
            Operation::StartSigningJob => {
                let profile = self.source()?;
                each(&|| Some(self.start(&profile)))
            }
            Operation::DescribeSigningJob => {
                let id = self.text(&self.sign_payload(&self.profile(NOTATION)?), "jobId")?;
                same(self.api("GET", &format!("/signing-jobs/{id}"), ""))
            }
            Operation::ListSigningJobs => same(self.api("GET", "/signing-jobs", "")),
            Operation::RevokeSignature => {
                let sign = self.sign_payload(&self.profile(NOTATION)?);
                each(&|| {
                    let id = self.text(&sign, "jobId")?;
                    Some(self.api(
                        "PUT",
                        &format!("/signing-jobs/{id}/revoke"),
                        &json!({"reason": "lost"}).to_string(),
                    ))
                })
            }
            Operation::GetRevocationStatus => same(self.revocation_status()?),
            Operation::TagResource => {
                same(self.api("POST", &self.tags_path()?, &json!({"tags": {"a": "b"}}).to_string()))
            }
            Operation::UntagResource => {
                same(self.api("DELETE", &format!("{}?tagKeys=a", self.tags_path()?), ""))
            }
            Operation::ListTagsForResource => same(self.api("GET", &self.tags_path()?, "")),
        }
    }

    fn name(&self) -> String {
        format!("p{}x{}", self.run, self.names.fetch_add(1, Ordering::Relaxed))
    }

    fn put_profile(&self, name: &str, platform: &str) -> Vec<u8> {
        self.api("PUT", &format!("/signing-profiles/{name}"), &json!({"platformId": platform}).to_string())
    }

    /// A new profile's name.
    fn profile(&self, platform: &str) -> Option<String> {
        let name = self.name();
        self.ask(&self.put_profile(&name, platform))?;
        Some(name)
    }

    fn profile_path(&self, rest: &str) -> Option<String> {
        Some(format!("/signing-profiles/{}{rest}", self.profile(NOTATION)?))
    }

    fn tags_path(&self) -> Option<String> {
        let arn = self.text(&self.put_profile(&self.name(), NOTATION), "arn")?;
        Some(format!("/tags/{}", arn.replace(':', "%3A").replace('/', "%2F")))
    }

    fn sign_payload(&self, profile: &str) -> Vec<u8> {
        let format = "application/vnd.cncf.notary.payload.v1+json";
        let body = json!({"profileName": profile, "payload": "cGF5bG9hZA==", "payloadFormat": format});
        self.api("POST", "/signing-jobs/with-payload", &body.to_string())
    }

    /// Puts an archive where jobs find it; gives the profile that signs it.
    fn source(&self) -> Option<String> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("index.js", SimpleFileOptions::default()).ok()?;
        writer.write_all(b"the code").ok()?;
        let archive = writer.finish().ok()?.into_inner();
        for (path, body) in [("/sources", &b""[..]), ("/results", b""), ("/sources/code.zip", &archive)] {
            self.ask(&self.request("s3", "PUT", path, body))?;
        }
        self.profile(LAMBDA)
    }

    fn start(&self, profile: &str) -> Vec<u8> {
        let body = json!({
            "profileName": profile,
            "source": {"s3": {"bucketName": "sources", "key": "code.zip", "version": "null"}},
            "destination": {"s3": {"bucketName": "results"}},
            "clientRequestToken": self.name(),
        });
        self.api("POST", "/signing-jobs", &body.to_string())
    }

    fn revocation_status(&self) -> Option<Vec<u8>> {
        let name = self.name();
        let version_arn = self.text(&self.put_profile(&name, NOTATION), "profileVersionArn")?;
        let id = self.text(&self.sign_payload(&name), "jobId")?;
        let (service, _) = version_arn.split_once("/signing-profiles/")?;
        let escaped = |text: &str| text.replace(':', "%3A").replace('/', "%2F");
        let hashes = ["0"; 4].map(|digit| digit.repeat(96)).join(&["%2C", &"0".repeat(96)].concat());
        let path = format!(
            "/revocations?signatureTimestamp=2026-01-02T03%3A04%3A05Z&platformId={NOTATION}&profileVersionArn={}&jobArn={}&certificateHashes={hashes}",
            escaped(&version_arn),
            escaped(&format!("{service}/signing-jobs/{id}"))
        );
        Some(self.api("GET", &path, ""))
    }

    /// A member of the answer.
    fn text(&self, request: &[u8], member: &str) -> Option<String> {
        self.ask(request)?[member].as_str().map(str::to_owned)
    }

    /// The body of an answer, if it is a success.
    fn ask(&self, request: &[u8]) -> Option<Value> {
        let (status, body) = Connection::new(self.address).ask(request).ok()?;
        (200..300).contains(&status).then(|| serde_json::from_slice(&body).unwrap_or_default())
    }

    fn api(&self, method: &str, path: &str, body: &str) -> Vec<u8> {
        self.request("signer", method, path, body.as_bytes())
    }

    fn request(&self, service: &str, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        let headers = if self.is_signed { self.signature(service, method, path, body) } else { Vec::new() };
        bytes(self.address, method, path, &headers, body)
    }

    fn signature(&self, service: &str, method: &str, path: &str, body: &[u8]) -> Vec<(String, String)> {
        let identity = Credentials::new(OWNER_ACCESS_KEY, OWNER_SECRET_KEY, None, None, "bench").into();
        let mut settings = SigningSettings::default();
        if service == "s3" {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name(service)
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .expect("the parameters are whole")
            .into();
        let url = format!("http://{}{path}", self.address.host);
        let headers = [("host", self.address.host.as_str()), ("content-type", "application/json")];
        let request = SignableRequest::new(method, &url, headers.into_iter(), SignableBody::Bytes(body))
            .expect("a request");
        let (instructions, _) = sign(request, &params).expect("it signs").into_parts();
        instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

fn statement() -> String {
    json!({"action": "signer:GetSigningProfile", "principal": "444455556666", "statementId": "s"}).to_string()
}
