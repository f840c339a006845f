//! How each kind of request is said to the AWS CLI and to the SDK.

use serde_json::json;
use signer_conformance::Signature;
use signer_conformance::report::{aws_cli_script, rust_program};
use signer_model::Account;

use super::{holds, scripted};
use crate::runs::exchange;

#[test]
fn a_script_for_the_aws_cli_is_as_reviewed() {
    let version = "aB3dE6gH9j";
    let mut unsigned = exchange(
        "GET",
        "/signing-profiles?includeCanceled=false&statuses=Active&statuses=Revoked&maxResults=2",
        "",
        "",
    );
    unsigned.request.signature = Signature::Missing;
    let mut by_other = exchange("DELETE", "/signing-profiles/c7abcd_p0", "", "");
    by_other.by = Account::Other;
    let scripted = scripted(vec![
        exchange(
            "PUT",
            "/signing-profiles/c7abcd_p0",
            r#"{"platformId":"AWSLambda-SHA384-ECDSA","tags":{"a":"it's"}}"#,
            &format!("{{\"profileVersion\":\"{version}\"}}"),
        ),
        exchange(
            "PUT",
            "/signing-profiles/c7abcd_p0/revoke",
            &format!("{{\"profileVersion\":\"{version}\",\"reason\":\"r\",\"effectiveTime\":1767323045}}"),
            "",
        ),
        unsigned,
        by_other,
        exchange("PUT", "/signing-profiles/c7abcd_p0", "[", ""),
    ]);
    let script = aws_cli_script(&scripted.row, &scripted.root, &scripted.target);
    let expected = [
        "call owner put-signing-profile \\\n  --cli-input-json \
         '{\"platformId\":\"AWSLambda-SHA384-ECDSA\",\"profileName\":\"'\"${RUN}\"'_p0\",\
         \"tags\":{\"a\":\"it'\\''s\"}}'\n",
        "profileVersion_1=$(given profileVersion)\n",
        "call owner revoke-signing-profile \\\n  --cli-input-json \
         '{\"effectiveTime\":1767323045,\"profileName\":\"'\"${RUN}\"'_p0\",\
         \"profileVersion\":\"'\"${profileVersion_1}\"'\",\"reason\":\"r\"}'\n",
        "call nobody list-signing-profiles \\\n  --cli-input-json \
         '{\"includeCanceled\":false,\"maxResults\":2,\"statuses\":[\"Active\",\"Revoked\"]}'\n",
        "call other cancel-signing-profile \\\n  --cli-input-json '{\"profileName\":\"'\"${RUN}\"'_p0\"}'\n",
        "# The AWS CLI cannot send this PUT /signing-profiles/c7abcd_p0; curl can.\n",
    ];
    holds(&script, &expected);
}

#[test]
fn a_program_for_the_sdk_is_as_reviewed() {
    let start = json!({
        "profileName": "c7abcd_p0",
        "clientRequestToken": "t{1}",
        "source": { "s3": { "bucketName": "b", "key": "k", "version": "v" } },
        "destination": { "s3": { "bucketName": "b" } },
    });
    let scripted = scripted(vec![
        exchange("POST", "/signing-jobs", &start.to_string(), r#"{"jobId":"0123456789abcdef"}"#),
        exchange("GET", "/signing-jobs/0123456789abcdef", "", ""),
        exchange(
            "GET",
            "/signing-jobs?status=Succeeded&signatureExpiresAfter=2026-01-02T03%3A04%3A05Z",
            "",
            "",
        ),
        exchange("POST", "/signing-jobs", r#"{"profileName":7}"#, ""),
    ]);
    let program = rust_program(&scripted.row, &scripted.root, &scripted.target);
    let expected = [
        "    let answer = owner\n        .start_signing_job()\n        .client_request_token(\"t{1}\")\n",
        "        .profile_name(format!(\"{run}_p0\"))\n",
        ".source(Source::builder().s3(S3Source::builder().bucket_name(\"b\").key(\"k\").version(\"v\")\
         .build().expect(\"complete\")).build())\n",
        "let job_id_1 = answer.as_ref().ok().and_then(|answer| \
         answer.job_id()).unwrap_or_default().to_owned();\n",
        ".describe_signing_job()\n        .job_id(format!(\"{job_id_1}\"))\n",
        ".list_signing_jobs()\n        .signature_expires_after(DateTime::from_secs(1767323045))\n        \
         .status(\"Succeeded\".into())\n",
        "// The SDK does not send this POST /signing-jobs; curl does.\n",
    ];
    holds(&program, &expected);
}
