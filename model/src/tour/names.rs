//! Names of cases, made of words.

use std::collections::BTreeMap;

use crate::call::{EffectiveTime, JOBS, Job, PROFILES, Profile, ProfileStatus, TagValue};
use crate::reply::Reply;
use crate::request::{Call, Request};
use crate::state::State;

/// The names that are taken.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, usize>);

impl Names {
    /// The name, with a number behind it from the second time on.
    pub(super) fn unused(&mut self, name: String) -> String {
        let nth = self.0.entry(name.clone()).or_default();
        *nth += 1;
        if *nth == 1 { name } else { format!("{name}-{nth}") }
    }
}

/// What matters of an answer, in a few words.
pub(super) fn class_words(reply: &Reply) -> String {
    let listed = |none: bool| if none { "none listed" } else { "some listed" }.to_owned();
    match reply {
        Reply::Profiles(profiles) => listed(profiles.is_empty()),
        Reply::Jobs(jobs) => listed(jobs.is_empty()),
        Reply::Platforms(platforms) => listed(platforms.is_empty()),
        Reply::Permissions { statements, revision } => {
            format!("permitted {}, {revision}", statements.iter().flatten().count())
        }
        Reply::Refused(_)
        | Reply::Done
        | Reply::Created
        | Reply::Profile(_)
        | Reply::Platform(_)
        | Reply::Started(_)
        | Reply::Job(_)
        | Reply::Revision(_)
        | Reply::Revocations { .. }
        | Reply::Tags(_) => reply.to_string(),
    }
}

/// What matters of a state, in a few words.
pub(super) fn situation_words(focus: &State, call: &Call) -> String {
    let mut words = Vec::new();
    let lists = matches!(call.request, Request::ListSigningProfiles { .. } | Request::ListSigningJobs { .. });
    for profile in (0..).take(PROFILES).map(Profile) {
        let of = focus.profile(profile);
        if of.status == ProfileStatus::Absent {
            continue;
        }
        words.push(if lists { of.status.to_string() } else { format!("{profile} {}", of.status) });
        match of.effective {
            Some(EffectiveTime::Earlier) => words.push("earlier".to_owned()),
            Some(EffectiveTime::Later | EffectiveTime::Future) | None => {}
        }
        let permissions = of.policy.statements.iter().flatten().count();
        if permissions > 0 {
            words.push(format!("permitted {permissions}"));
        } else if of.policy.revision > 0 {
            words.push("permissions emptied".to_owned());
        }
        let tags = of.tags.iter().filter(|tag| **tag != TagValue::None).count();
        if tags > 0 {
            words.push(format!("tagged {tags}"));
        }
    }
    for job in (0..).take(JOBS).map(Job) {
        let it = focus.job(job);
        if it.exists() {
            words.push(if lists { it.statuses.to_string() } else { format!("{job} {}", it.statuses) });
            if it.revoked {
                words.push("revoked".to_owned());
            }
        }
    }
    if words.is_empty() { "nothing is there".to_owned() } else { words.join(" ") }
}

/// `RevokeSignature j0 when j0 InProgress` → `revoke-signature-j0-when-j0-in-progress`
pub(super) fn slug(words: &str) -> String {
    let mut slug = String::new();
    let mut before = ' ';
    let mut letters = words.chars().peekable();
    while let Some(letter) = letters.next() {
        let ends_alone = letters.peek().is_none_or(|next| !next.is_ascii_lowercase());
        let starts = letter.is_ascii_uppercase() && before.is_ascii_lowercase() && !ends_alone;
        if (starts || !letter.is_ascii_alphanumeric()) && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    slug.trim_end_matches('-').to_owned()
}
