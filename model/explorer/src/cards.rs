//! The state as cards, one for each thing that was made, in the API's words. Several worlds are one set of
//! cards, whose values say where they differ.

use serde::Serialize;
use signer_model::{
    Destination, Job, JobKind, Profile, ProfileStatus, Request, State, Statement, TagKey, TagValue,
};

/// A thing that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Card {
    /// Its symbol.
    pub(crate) name: String,
    /// `profile` or `job`.
    pub(crate) kind: &'static str,
    /// What is known of it.
    pub(crate) lines: Vec<Line>,
}

/// A member of a thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    /// The member.
    pub(crate) field: String,
    /// Its value; several, joined by `or`, where worlds differ.
    pub(crate) value: String,
    /// Whether the last step changed it.
    pub(crate) changed: bool,
    /// What it was before, where the last step changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) was: Option<String>,
    /// Whether worlds differ in it.
    pub(crate) differs: bool,
}

/// The cards of some worlds, with what is other than in the worlds before.
pub(crate) fn cards(before: Option<&[State]>, worlds: &[State]) -> Vec<Card> {
    let old = before.map(shown);
    let things = shown(worlds);
    things
        .into_iter()
        .map(|(name, kind, fields)| {
            let known = old.as_ref().map(|old| {
                old.iter().find(|(other, ..)| *other == name).map(|(.., fields)| fields.as_slice())
            });
            let line = |(field, values): (String, Vec<String>)| {
                let value = values.join(" or ");
                let was = known.map(|fields| {
                    let same = fields.unwrap_or_default().iter().find(|(other, _)| *other == field);
                    same.map_or_else(|| NOTHING.to_owned(), |(_, values)| values.join(" or "))
                });
                let was = was.filter(|was| *was != value);
                Line { field, changed: was.is_some(), was, differs: values.len() > 1, value }
            };
            Card { name, kind, lines: fields.into_iter().map(line).collect() }
        })
        .collect()
}

/// How the profile and the job that a request names stand in these worlds, in words; none if it names none.
pub(crate) fn named(worlds: &[State], request: Request) -> Option<String> {
    let (profile, job) = request.names();
    let names = profile.map(|name| name.to_string()).into_iter().chain(job.map(|name| name.to_string()));
    let things = shown(worlds);
    let told = names.map(|name| {
        let known = things.iter().find(|(other, ..)| *other == name);
        let value = |field: &str| {
            let values = known.into_iter().flat_map(|(.., fields)| fields).find(|(other, _)| other == field);
            values.map(|(_, values)| values.join(" or "))
        };
        match (value("status"), value("platform")) {
            (None, _) => format!("no {name}"),
            (Some(status), None) => format!("{name} is {status}"),
            (Some(status), Some(platform)) => format!("{name} is {status}, on {platform}"),
        }
    });
    Some(told.collect::<Vec<_>>().join("; ")).filter(|told| !told.is_empty())
}

/// The value of what is not there.
const NOTHING: &str = "nothing";

/// The fields of a thing, each with its value.
type Fields = Vec<(&'static str, String)>;

/// A thing with its fields, and each field's values over the worlds.
type Shown = (String, &'static str, Vec<(String, Vec<String>)>);

fn shown(worlds: &[State]) -> Vec<Shown> {
    let Some(first) = worlds.first() else { return Vec::new() };
    let profiles = (0..).map(Profile).take(first.profiles.len());
    let jobs = (0..).map(Job).take(first.jobs.len());
    let profiles = profiles
        .map(|name| (name.to_string(), "profile", worlds.iter().map(|world| profile(world, name)).collect()));
    let jobs =
        jobs.map(|name| (name.to_string(), "job", worlds.iter().map(|world| job(world, name)).collect()));
    let made = |(_, _, worlds): &(String, &str, Vec<Fields>)| worlds.iter().any(|fields| !fields.is_empty());
    profiles.chain(jobs).filter(made).map(|(name, kind, worlds)| (name, kind, joined(&worlds))).collect()
}

/// Each field once, with the values that it has in some world.
fn joined(worlds: &[Fields]) -> Vec<(String, Vec<String>)> {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in worlds.iter().flatten() {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let values = |name: &str| {
        let mut values: Vec<String> = Vec::new();
        for world in worlds {
            let value = world.iter().find(|(field, _)| *field == name);
            let value = value.map_or_else(|| NOTHING.to_owned(), |(_, value)| value.clone());
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    };
    names.into_iter().map(|name| (name.to_owned(), values(name))).collect()
}

fn profile(world: &State, name: Profile) -> Fields {
    let it = world.profile(name);
    if it.status == ProfileStatus::Absent {
        return Vec::new();
    }
    let mut fields = vec![("status", it.status.to_string()), ("platform", it.platform.to_string())];
    fields.push(("signatures valid for", it.validity.to_string()));
    if let Some(effective) = it.effective {
        fields.push(("revoked from", effective.to_string()));
    }
    let tags = (0..).map(TagKey).zip(it.tags).filter(|(_, value)| *value != TagValue::None);
    let tags = tags.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>();
    if !tags.is_empty() {
        fields.push(("tags", tags.join(", ")));
    }
    let grants = (0..)
        .map(Statement)
        .zip(it.policy.statements)
        .filter_map(|(name, grant)| Some(format!("{name}: {}", grant?)));
    let grants = grants.collect::<Vec<_>>();
    if !grants.is_empty() {
        fields.push(("permissions", grants.join(", ")));
    }
    if it.policy.revision > 0 || it.policy.revision_uncertain {
        let doubt = if it.policy.revision_uncertain { ", may have moved on" } else { "" };
        fields.push(("revision", format!("{}{doubt}", it.policy.revision)));
    }
    fields
}

fn job(world: &State, name: Job) -> Fields {
    let it = world.job(name);
    if !it.exists() {
        return Vec::new();
    }
    let how = match it.kind {
        JobKind::Started => "started",
        JobKind::Payload => "payload signed",
    };
    let mut fields = vec![("status", it.statuses.to_string())];
    fields.push((how, format!("with {} by {}", it.profile, it.invoker)));
    if it.kind == JobKind::Started {
        fields.push(("source", it.source.to_string()));
    }
    if it.destination == Destination::B {
        fields.push(("destination", "another prefix".to_owned()));
    }
    if it.revoked {
        fields.push(("signature", "revoked".to_owned()));
    }
    fields
}
