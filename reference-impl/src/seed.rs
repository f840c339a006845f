//! What a server begins with: profiles with their permissions, buckets with their objects, from a JSON file.
//!
//! The file is read once, strictly, with the contents of the files that it names. What it asks for is then
//! asked of the server itself, as any client would: see `http/own/reset.rs`.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value};
use signer_schemas::{Edition, Member, Operation, Shape};

use crate::given;
use crate::identity::is_account;
use crate::parse;

/// How large the file may be: contents of any size have files of their own.
const MAX_BYTES: u64 = 64 << 20;

/// How large an object may be: as large as one that is put.
const MAX_OBJECT_BYTES: u64 = 256 << 20;

/// What a server begins with.
#[derive(Debug, Default)]
pub struct Seed {
    pub(crate) profiles: Vec<Profile>,
    pub(crate) buckets: Vec<Bucket>,
}

/// Whose something is, and where; the server's own account and Region where nothing is said.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// Where the file says so, such as `profiles[0]`.
    pub(crate) path: String,
    pub(crate) account: Option<String>,
    pub(crate) region: Option<String>,
}

/// A profile.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) place: Place,
    pub(crate) name: String,
    /// The other members of `PutSigningProfile`.
    pub(crate) input: Map<String, Value>,
    /// The members of `AddProfilePermission` besides the profile and its revision.
    pub(crate) permissions: Vec<Map<String, Value>>,
    pub(crate) status: Status,
}

/// Where a profile is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    Canceled,
    Revoked,
}

/// A bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) place: Place,
    pub(crate) name: String,
    /// `Enabled` or `Suspended`; as the server makes buckets where nothing is said.
    pub(crate) versioning: Option<Versioning>,
    pub(crate) objects: Vec<Object>,
}

/// Whether a bucket keeps versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Versioning {
    Enabled,
    Suspended,
}

/// An object.
#[derive(Debug)]
pub(crate) struct Object {
    /// Where the file says so.
    pub(crate) path: String,
    pub(crate) key: String,
    pub(crate) content: Bytes,
}

impl Seed {
    /// Reads a file. The error says what is wrong with it, and where.
    pub fn read(file: &Path, edition: Edition) -> Result<Self, String> {
        let text = given::text(file, MAX_BYTES).map_err(|error| error.to_string())?;
        let members = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let read: FileRow = typed("", members)?;
        let folder = file.parent().unwrap_or(Path::new("."));
        let profiles = read.profiles.into_iter().enumerate();
        let buckets = read.buckets.into_iter().enumerate();
        Ok(Self {
            profiles: profiles
                .map(|(index, row)| profile(&format!("profiles[{index}]"), row, edition))
                .collect::<Result<_, _>>()?,
            buckets: buckets
                .map(|(index, row)| bucket(&format!("buckets[{index}]"), row, folder))
                .collect::<Result<_, _>>()?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRow {
    #[serde(default)]
    profiles: Vec<Map<String, Value>>,
    #[serde(default)]
    buckets: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BucketRow {
    name: String,
    account: Option<String>,
    region: Option<String>,
    versioning: Option<Versioning>,
    #[serde(default)]
    objects: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectRow {
    key: String,
    text: Option<String>,
    base64: Option<String>,
    file: Option<String>,
}

/// Members as a type has them, and no others. The error says which member is wrong.
fn typed<T: serde::de::DeserializeOwned>(path: &str, members: Map<String, Value>) -> Result<T, String> {
    serde_path_to_error::deserialize(Value::Object(members)).map_err(|error| {
        let within = error.path().to_string();
        let place = [path, within.trim_start_matches('.')]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(".");
        if place.is_empty() {
            error.into_inner().to_string()
        } else {
            format!("{place}: {}", error.into_inner())
        }
    })
}

/// A profile's members are those of the operation that makes it, and a few of its own.
fn profile(path: &str, mut row: Map<String, Value>, edition: Edition) -> Result<Profile, String> {
    let mut text = |name: &str| match row.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("{path}.{name}: it must be a text, not {other}")),
    };
    let (account, region, name, status) =
        (text("account")?, text("region")?, text("profileName")?, text("status")?);
    let status = match status.as_deref() {
        None | Some("Active") => Status::Active,
        Some("Canceled") => Status::Canceled,
        Some("Revoked") => Status::Revoked,
        Some(other) => {
            return Err(format!("{path}.status: it is Active, Canceled or Revoked, not {other:?}"));
        }
    };
    let permissions = match row.remove("permissions") {
        None => Vec::new(),
        Some(Value::Array(items)) => {
            let statements = items.into_iter().enumerate();
            statements
                .map(|(index, item)| permission(&format!("{path}.permissions[{index}]"), item))
                .collect::<Result<_, _>>()?
        }
        Some(_) => return Err(format!("{path}.permissions: it must be a list")),
    };
    if let Some(document) = signer_schemas::operation(edition, Operation::PutSigningProfile) {
        only_known(path, &row, &document.input)?;
    }
    let place = place(path, account, region)?;
    let name = name.ok_or_else(|| format!("{path}: profileName is missing"))?;
    Ok(Profile { place, name, input: row, permissions, status })
}

fn permission(path: &str, item: Value) -> Result<Map<String, Value>, String> {
    let Value::Object(statement) = item else { return Err(format!("{path}: it must be an object")) };
    match statement.keys().find(|name| !["statementId", "action", "principal"].contains(&name.as_str())) {
        Some(unknown) => Err(format!("{path}.{unknown}: a permission has statementId, action and principal")),
        None => Ok(statement),
    }
}

/// Refuses members that no document knows, in any depth.
fn only_known(path: &str, given: &Map<String, Value>, members: &[Member]) -> Result<(), String> {
    for (name, value) in given {
        let path = format!("{path}.{name}");
        let Some(member) = members.iter().find(|member| member.name == *name) else {
            return Err(format!("{path}: there is no such member"));
        };
        if let (Shape::Structure { members }, Value::Object(inner)) = (&member.shape, value) {
            only_known(&path, inner, members)?;
        }
    }
    Ok(())
}

fn bucket(path: &str, row: Map<String, Value>, folder: &Path) -> Result<Bucket, String> {
    let row: BucketRow = typed(path, row)?;
    let objects = row.objects.into_iter().enumerate();
    let objects = objects
        .map(|(index, row)| object(format!("{path}.objects[{index}]"), row, folder))
        .collect::<Result<_, _>>()?;
    Ok(Bucket {
        place: place(path, row.account, row.region)?,
        name: row.name,
        versioning: row.versioning,
        objects,
    })
}

fn object(path: String, row: Map<String, Value>, folder: &Path) -> Result<Object, String> {
    let row: ObjectRow = typed(&path, row)?;
    let content = match (row.text, row.base64, row.file) {
        (Some(text), None, None) => text.into_bytes(),
        (None, Some(base64), None) => {
            STANDARD.decode(base64).map_err(|error| format!("{path}.base64: {error}"))?
        }
        (None, None, Some(file)) => given::bytes(&folder.join(&file), MAX_OBJECT_BYTES)
            .map_err(|error| format!("{path}.file: {file}: {error}"))?,
        _ => return Err(format!("{path}: it has one of text, base64 and file")),
    };
    Ok(Object { path, key: row.key, content: content.into() })
}

fn place(path: &str, account: Option<String>, region: Option<String>) -> Result<Place, String> {
    if let Some(account) = account.as_ref().filter(|account| !is_account(account)) {
        return Err(format!("{path}.account: it must be 12 digits, not {account:?}"));
    }
    if let Some(region) = &region {
        parse::region(region).map_err(|error| format!("{path}.region: {error}"))?;
    }
    Ok(Place { path: path.to_owned(), account, region })
}
