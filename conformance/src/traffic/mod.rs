//! Recorded traffic of others: HTTP Archives (HAR 1.2), or exchanges as this program logs them.

pub(crate) mod judge;

use std::io::{self, ErrorKind};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use crate::data::exchange::{Exchange, Request, Response, Service};
use crate::data::given;
use crate::data::log_lines::Bodies;
use crate::data::signature::Signature;

/// One recorded request and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Where it stands in the file, for instance `entry 3` or `line 12`.
    pub place: String,
    /// What was sent.
    pub request: Request,
    /// What came back; why there is nothing to judge, if there is not.
    pub response: Result<Response, String>,
}

/// The file cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {what}")]
pub struct TrafficError {
    /// The file.
    pub path: String,
    /// What is wrong, and where.
    pub what: String,
}

/// Reads a file of either form, compressed by gzip or not, or standard input for `-`.
pub fn read(path: &Path) -> Result<Vec<Recorded>, TrafficError> {
    let name = if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() };
    let fail = |what: String| TrafficError { path: name, what };
    let unreadable = |error: io::Error| format!("cannot be read: {error}");
    let mut read = 0;
    let mut breaks_off = None;
    let lines = given::lines(path, given::LOG_BYTES).map_err(unreadable);
    // A run that was stopped leaves a log whose last lines are missing: what is there can be judged.
    let whole = |line: &io::Result<(usize, String)>| match line {
        Ok((number, _)) => {
            read = *number;
            true
        }
        Err(error) if error.kind() == ErrorKind::UnexpectedEof && read > 0 => {
            breaks_off = Some(read);
            false
        }
        Err(_) => true,
    };
    let mut traffic = lines
        .and_then(|lines| parse(lines.take_while(whole).map(|line| line.map_err(unreadable))))
        .map_err(fail)?;
    traffic.extend(breaks_off.map(|line| Recorded {
        place: format!("line {}", line + 1),
        request: Request::default(),
        response: Err("the file breaks off here".to_owned()),
    }));
    Ok(traffic)
}

fn parse(lines: impl Iterator<Item = Result<(usize, String), String>>) -> Result<Vec<Recorded>, String> {
    let is_blank =
        |line: &Result<(usize, String), String>| line.as_ref().is_ok_and(|(_, text)| text.trim().is_empty());
    let mut lines = lines.skip_while(is_blank).peekable();
    let first = match lines.peek() {
        None => return Err("is empty".to_owned()),
        Some(Ok((_, text))) => serde_json::from_str::<Value>(text),
        Some(Err(error)) => return Err(error.clone()),
    };
    if first.is_ok_and(|value| value.get("log").is_none()) {
        return exchanges(lines);
    }
    archive(&whole(lines)?)
}

/// The text of an HTTP Archive, at whose lines an error can point.
fn whole(lines: impl Iterator<Item = Result<(usize, String), String>>) -> Result<String, String> {
    let mut whole = String::new();
    for line in lines {
        let (number, text) = line?;
        if (whole.len() + text.len()) as u64 > given::ARCHIVE_BYTES {
            let most = given::ARCHIVE_BYTES >> 20;
            return Err(format!(
                "is larger than the {most} MB of one document that are read; give one exchange a line"
            ));
        }
        // Blank lines before the first one were passed over.
        if whole.is_empty() {
            whole.push_str(&"\n".repeat(number - 1));
        }
        whole.push_str(&text);
        whole.push('\n');
    }
    Ok(whole)
}

fn archive(text: &str) -> Result<Vec<Recorded>, String> {
    let whole: Value = serde_json::from_str(text)
        .map_err(|error| format!("line {}: is neither HAR nor a line of JSON: {error}", error.line()))?;
    let entries = whole.pointer("/log/entries").and_then(Value::as_array);
    let entries = entries.ok_or("is JSON, but no HAR: it has no list `log.entries`")?;
    (1..)
        .zip(entries)
        .map(|(number, entry)| {
            let entry = Entry::deserialize(entry).map_err(|error| format!("entry {number}: {error}"))?;
            entry.recorded(format!("entry {number}")).map_err(|error| format!("entry {number}: {error}"))
        })
        .collect()
}

/// One exchange a line; the lines of a log that begin a run or a case, or end it, say nothing here.
fn exchanges(lines: impl Iterator<Item = Result<(usize, String), String>>) -> Result<Vec<Recorded>, String> {
    let mut all = Vec::new();
    let mut bodies = Bodies::default();
    for line in lines {
        let (number, line) = line?;
        if line.trim().is_empty() {
            continue;
        }
        let wrong = |error: serde_json::Error| format!("line {number}: is not an exchange: {error}");
        let mut value: Value = serde_json::from_str(&line).map_err(wrong)?;
        if ["run", "case", "shared", "end"].iter().any(|kind| value.get(kind).is_some()) {
            continue;
        }
        let exchange = value.get_mut("exchange").map(Value::take).unwrap_or(value);
        let mut exchange: Exchange = serde_json::from_value(exchange).map_err(wrong)?;
        bodies.put_back(number, &line, &mut exchange).map_err(|what| format!("line {number}: {what}"))?;
        let Exchange { to, request, outcome, .. } = exchange;
        let response = match to {
            Service::Signer => outcome.map_err(|silence| silence.to_string()),
            Service::S3 => Err("it went to the S3".to_owned()),
        };
        all.push(Recorded { place: format!("line {number}"), request, response });
    }
    Ok(all)
}

/// What is used of an entry of an HTTP Archive.
#[derive(Deserialize)]
struct Entry {
    request: HarRequest,
    response: HarResponse,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<Body>,
}

#[derive(Deserialize)]
struct HarResponse {
    status: i64,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    content: Body,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Default, Deserialize)]
struct Body {
    text: Option<String>,
    encoding: Option<String>,
    #[serde(default)]
    size: i64,
}

impl Body {
    fn bytes(&self) -> Result<Vec<u8>, String> {
        let text = self.text.as_deref().unwrap_or_default();
        match self.encoding.as_deref().filter(|encoding| !encoding.is_empty()) {
            None => Ok(text.as_bytes().to_vec()),
            Some("base64") => STANDARD.decode(text).map_err(|error| format!("a body is not base64: {error}")),
            Some(other) => Err(format!("a body is encoded as {other:?}; HAR knows base64")),
        }
    }
}

impl Entry {
    fn recorded(self, place: String) -> Result<Recorded, String> {
        let Self { request, response } = self;
        let target = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest);
        let target = target.find('/').map_or("/", |start| &target[start..]);
        let target = target.split('#').next().unwrap_or_default().to_owned();
        let sent = Request {
            method: request.method.to_uppercase(),
            target,
            headers: lower(request.headers),
            body: request.post_data.unwrap_or_default().bytes()?,
            filler_bytes: 0,
            signature: Signature::Valid,
            region: None,
        };
        let answer = match u16::try_from(response.status) {
            Ok(0) | Err(_) => Err("no response was recorded".to_owned()),
            // Browsers leave bodies out of large archives.
            Ok(_) if response.content.text.is_none() && response.content.size > 0 => {
                Err("the body of the response was not recorded".to_owned())
            }
            Ok(status) => Ok(Response {
                status,
                headers: lower(response.headers),
                body: response.content.bytes()?.into(),
            }),
        };
        Ok(Recorded { place, request: sent, response: answer })
    }
}

fn lower(headers: Vec<Header>) -> Vec<(String, String)> {
    headers.into_iter().map(|header| (header.name.to_lowercase(), header.value)).collect()
}
