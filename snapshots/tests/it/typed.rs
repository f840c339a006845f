//! The values of one run, replaced by names that are the same in every run. What a value is follows from
//! where it stands in the operation's document, never from what it looks like; the same value has the same
//! name wherever it comes again.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use signer_conformance::wire::percent_encode;
use signer_schemas::{Location, Member, OperationDoc, Shape};

/// How much time passes at once, for those who wait.
pub(crate) const STRIDE_S: i64 = 60;

/// What has an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Profile,
    Version,
    Job,
    Revision,
    Token,
    NextToken,
    ObjectVersion,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Version => "version",
            Self::Job => "job",
            Self::Revision => "revision",
            Self::Token => "token",
            Self::NextToken => "next-token",
            Self::ObjectVersion => "object-version",
        }
    }
}

/// What stands at a position of a document.
enum Position {
    Id(Kind),
    Arn,
    /// The key of a signed object: prefix, job, suffix.
    SignedKey,
    /// The prefix of signed objects' keys.
    KeyPrefix,
    Signature,
}

/// `path` is the member's way through the document, without `[]`.
fn position(path: &str) -> Option<Position> {
    if path.ends_with("signedObject.s3.key") {
        return Some(Position::SignedKey);
    }
    if path == "source.s3.version" || path.ends_with(".source.s3.version") {
        return Some(Position::Id(Kind::ObjectVersion));
    }
    Some(match path.rsplit('.').next().unwrap_or(path) {
        "profileName" => Position::Id(Kind::Profile),
        "profileVersion" => Position::Id(Kind::Version),
        "jobId" => Position::Id(Kind::Job),
        "revisionId" => Position::Id(Kind::Revision),
        "clientRequestToken" => Position::Id(Kind::Token),
        "nextToken" => Position::Id(Kind::NextToken),
        "arn"
        | "profileVersionArn"
        | "jobArn"
        | "resourceArn"
        | "revokedEntities"
        | "signingJobArn"
        | "signingProfileVersionArn" => Position::Arn,
        "prefix" => Position::KeyPrefix,
        "signature" => Position::Signature,
        _ => return None,
    })
}

/// Which name each value has in one transcript.
pub(crate) struct Names {
    given: BTreeMap<(Kind, String), String>,
    count: BTreeMap<Kind, usize>,
    now: Timestamp,
}

impl Names {
    pub(crate) const fn new(now: Timestamp) -> Self {
        Self { given: BTreeMap::new(), count: BTreeMap::new(), now }
    }

    /// That value is called so from the beginning.
    pub(crate) fn call(&mut self, kind: Kind, value: impl Into<String>, name: &str) {
        self.given.insert((kind, value.into()), name.to_owned());
    }

    fn name(&mut self, kind: Kind, value: &str) -> String {
        if value.is_empty() {
            return String::new();
        }
        if let Some(name) = self.given.get(&(kind, value.to_owned())) {
            return name.clone();
        }
        let count = self.count.entry(kind).or_default();
        let name = format!("{}-{count}", kind.word());
        *count += 1;
        self.call(kind, value, &name);
        name
    }

    /// The name that the value has already, else the value.
    fn known(&self, kind: Kind, value: &str) -> String {
        self.given.get(&(kind, value.to_owned())).map_or_else(|| value.to_owned(), Clone::clone)
    }

    /// Path and query of a request.
    pub(crate) fn target(&mut self, document: &OperationDoc, target: &str) -> String {
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let labels: Vec<&str> = document.uri.split('/').collect();
        let parts: Vec<&str> = path.split('/').collect();
        assert_eq!(labels.len(), parts.len(), "{target} does not fit {}", document.uri);
        let path: Vec<String> = labels
            .iter()
            .zip(parts)
            .map(|(label, part)| match label.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
                Some(name) => self.encoded(document, name, part),
                None => part.to_owned(),
            })
            .collect();
        let path = path.join("/");
        let Some(query) = query else { return path };
        let query: Vec<String> = query
            .split('&')
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                format!("{name}={}", self.encoded(document, name, value))
            })
            .collect();
        format!("{path}?{}", query.join("&"))
    }

    /// A label or a query value; what needs percent-encoding is encoded again, except for a name's angle
    /// brackets.
    fn encoded(&mut self, document: &OperationDoc, name: &str, value: &str) -> String {
        let raw = percent_decode_str(value).decode_utf8_lossy().into_owned();
        let Some(member) = document.member(name) else { return value.to_owned() };
        assert_ne!(member.location, Location::Body, "{name} is bound to the body");
        let shape = match &member.shape {
            Shape::List { item, .. } => item,
            shape => shape,
        };
        let named = self.value(shape, name, &Value::String(raw.clone()));
        let named = named.as_str().unwrap_or(&raw);
        if named == raw {
            value.to_owned()
        } else if named.starts_with('<') {
            named.to_owned()
        } else {
            percent_encode(named)
        }
    }

    /// A body whose members the document names.
    pub(crate) fn members(&mut self, members: &[Member], path: &str, value: &Value) -> Value {
        let Value::Object(object) = value else { return value.clone() };
        let mut keys: Vec<&String> = object.keys().collect();
        keys.sort();
        let mut named = Map::new();
        for name in keys {
            let member = members.iter().find(|member| member.name == *name);
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let value = &object[name];
            named.insert(
                name.clone(),
                member.map_or_else(|| value.clone(), |member| self.value(&member.shape, &path, value)),
            );
        }
        Value::Object(named)
    }

    fn value(&mut self, shape: &Shape, path: &str, value: &Value) -> Value {
        match (shape, value) {
            (Shape::Structure { members }, Value::Object(_)) => self.members(members, path, value),
            (Shape::List { item, .. }, Value::Array(items)) => {
                Value::Array(items.iter().map(|value| self.value(item, path, value)).collect())
            }
            // What a map of the caller's own holds (tags, parameters) has no identity; what the service puts
            // into one may.
            (Shape::Map { value: shape, .. }, Value::Object(entries)) if path == "metadata" => {
                let named = |(key, value): (&String, &Value)| {
                    (key.clone(), self.value(shape, &format!("{path}.{key}"), value))
                };
                Value::Object(entries.iter().map(named).collect())
            }
            (Shape::Timestamp, Value::Number(seconds)) => {
                Value::String(format!("<epoch {}>", self.instant(seconds.as_f64().unwrap_or_default())))
            }
            (Shape::Timestamp, Value::String(text)) => match text.parse::<Timestamp>() {
                #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
                Ok(time) => {
                    Value::String(format!("<iso {}>", self.instant(time.as_millisecond() as f64 / 1000.0)))
                }
                Err(_) => value.clone(),
            },
            (Shape::String { .. } | Shape::Blob { .. }, Value::String(text)) => {
                Value::String(self.text(path, text))
            }
            _ => value.clone(),
        }
    }

    fn text(&mut self, path: &str, text: &str) -> String {
        match position(path) {
            Some(Position::Id(kind)) => self.name(kind, text),
            Some(Position::Arn) => self.arn(text),
            Some(Position::SignedKey) => match text.rsplit_once('/') {
                Some((prefix, file)) => format!("{}/{}", self.prefix(prefix), self.file(file)),
                None => self.file(text),
            },
            Some(Position::KeyPrefix) => self.prefix(text),
            Some(Position::Signature) => "<signature>".to_owned(),
            None => text.to_owned(),
        }
    }

    /// An ARN of this API, part by part; any other stays as it is.
    fn arn(&mut self, arn: &str) -> String {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [scheme, partition, "signer", region, account, resource] = parts[..] else {
            return arn.to_owned();
        };
        let resource = match resource.split('/').collect::<Vec<_>>()[..] {
            ["", "signing-profiles", name] => format!("/signing-profiles/{}", self.name(Kind::Profile, name)),
            ["", "signing-profiles", name, version] => {
                format!(
                    "/signing-profiles/{}/{}",
                    self.name(Kind::Profile, name),
                    self.name(Kind::Version, version)
                )
            }
            ["", "signing-jobs", job] => format!("/signing-jobs/{}", self.name(Kind::Job, job)),
            _ => resource.to_owned(),
        };
        [scheme, partition, "signer", region, account, &resource].join(":")
    }

    fn prefix(&self, prefix: &str) -> String {
        let folders: Vec<String> =
            prefix.split('/').map(|folder| self.known(Kind::Profile, folder)).collect();
        folders.join("/")
    }

    fn file(&mut self, file: &str) -> String {
        let (job, suffix) = file.split_once('.').map_or((file, None), |(job, suffix)| (job, Some(suffix)));
        let job = self.name(Kind::Job, job);
        suffix.map_or_else(|| job.clone(), |suffix| format!("{job}.{suffix}"))
    }

    /// A time, seen from the start of the run.
    fn instant(&self, seconds: f64) -> String {
        const FAR_S: i64 = 6 * 3600;
        #[expect(clippy::cast_possible_truncation, reason = "a run's times lie within this century")]
        let offset = (seconds * 1000.0).round() as i64 - self.now.as_millisecond();
        if offset % 1000 != 0 {
            return "now, and a fraction of a second".to_owned();
        }
        let offset = offset / 1000;
        for ahead in [0, STRIDE_S] {
            let start = self.now.to_zoned(TimeZone::UTC) + ahead.seconds();
            if (start + 135.months()).timestamp().as_second() - self.now.as_second() == offset {
                return format!("{} + 135 months", Self::offset(ahead));
            }
        }
        if offset.abs() <= FAR_S { Self::offset(offset) } else { "some other time".to_owned() }
    }

    fn offset(offset_s: i64) -> String {
        match offset_s {
            0 => "now".to_owned(),
            later @ 1.. => format!("now + {later} s"),
            earlier => format!("now - {} s", -earlier),
        }
    }
}
