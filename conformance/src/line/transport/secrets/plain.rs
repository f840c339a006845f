//! Which texts are no secrets, whoever gives them as one.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use signer_schemas::Edition;

use crate::data::exchange::Request;

/// A shorter text is no secret. AWS's access keys have 16 characters at least, its secret keys 40.
const SHORTEST_SECRET: usize = 8;

/// A number that is no longer may be an account's, a time or a size.
const LONGEST_NUMBER: usize = 16;

/// What answers hold beside the words of the API's documents.
const AROUND: &str = "
    content-type: application/json; charset=utf-8 application/x-amz-json-1.1 application/xml text/html text/plain
    content-length: transfer-encoding: chunked connection: keep-alive close date: server: retry-after: etag: last-modified:
    x-amzn-requestid: x-amzn-errortype: x-amz-request-id: x-amz-id-2: x-amz-version-id: x-amz-bucket-region:
    arn:aws:signer: arn:aws:iam:: arn:aws:sts:: arn:aws:acm: arn:aws-cn: arn:aws-us-gov: :root :user/ :role/ :assumed-role/
    :/signing-profiles/ :/signing-jobs/ :certificate/ signer.amazonaws.com aws4_request aws4-hmac-sha256
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September
    October November December certificate signature signing authorization authentication credential credentials security token";

static WORDS: LazyLock<String> = LazyLock::new(|| {
    let documents = signer_schemas::document_files().iter().map(|file| file.text.to_owned());
    let shared = Edition::ALL.into_iter().flat_map(|edition| {
        [signer_schemas::shapes_file(edition).to_owned(), signer_schemas::errors_file(edition).to_owned()]
    });
    let platforms = signer_schemas::platforms().iter().map(|platform| format!("{platform:?}"));
    let words: Vec<String> = documents.chain(shared).chain(platforms).chain([AROUND.to_owned()]).collect();
    words.join("\n").to_ascii_lowercase()
});

/// Whether right answers may hold that text, so that it is no secret whoever gives it as one. `region` is
/// that of their ARNs.
pub(super) fn is_plain(text: &str, region: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let is_number = text.len() <= LONGEST_NUMBER
        && text.bytes().all(|byte| byte.is_ascii_digit() || b".:-".contains(&byte));
    let without_region = text.replace(&region.to_ascii_lowercase(), "\n");
    let mut pieces = without_region.split('\n').flat_map(around_accounts);
    text.len() < SHORTEST_SECRET || is_number || pieces.all(|piece| WORDS.contains(piece))
}

/// The text without the numbers that are as long as an account's.
fn around_accounts(text: &str) -> Vec<&str> {
    const ACCOUNT: usize = 12;
    let mut pieces = Vec::new();
    let (mut piece, mut at) = (0, 0);
    while let Some(start) =
        text[at..].find(|character: char| character.is_ascii_digit()).map(|found| at + found)
    {
        let length = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        at = start + length;
        if length == ACCOUNT {
            pieces.push(&text[piece..start]);
            piece = at;
        }
    }
    pieces.push(&text[piece..]);
    pieces
}

/// Whether a request says that text itself, before it is signed.
pub(super) fn says(request: &Request, text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let holds = |said: &str| said.to_ascii_lowercase().contains(&text);
    holds(&request.target)
        || holds(&percent_decode_str(&request.target).decode_utf8_lossy())
        || request.headers.iter().any(|(_, value)| holds(value))
        || holds(&String::from_utf8_lossy(&request.body))
}
