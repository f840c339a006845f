//! `AddProfilePermission`, `RemoveProfilePermission` and `ListProfilePermissions`.

use serde_json::{Value, json};
use signer_model::{
    Action, Grant, P0, P1, Principal, Profile, Reply, Request, RevisionArg, RevisionReply, S0, STATEMENTS,
    VersionArg,
};

use crate::data::context::Context;
use crate::operations::adapter::{Adapter, Base, List, OpenPoints, Reading, no_entries, nothing};
use crate::operations::notes::{member_words, shorten};
use crate::operations::profiles;
use crate::operations::values::{items, plain_platform};

pub(super) const ADD: Adapter = Adapter {
    input: |context, bindings, request| {
        let Request::AddProfilePermission { profile, statement, grant, revision } = request else {
            return Value::Null;
        };
        json!({
            "profileName": bindings.name(profile),
            "statementId": format!("s{}", statement.0),
            "action": grant.action.id(),
            "principal": principal(context, grant),
            "profileVersion": grant.version.map(|version| bindings.version(profile, version)),
            "revisionId": bindings.revision(profile, revision),
        })
    },
    read: |reading, request| {
        let Request::AddProfilePermission { profile, .. } = request else { return None };
        revision(reading, profile, "AddProfilePermission/new-revision").map(Reply::Revision)
    },
    list: None,
    sample: |_| Request::add(P1, S0, RevisionArg::Absent),
    smoke: |edition| {
        let add = Request::add(P0, S0, RevisionArg::Absent);
        vec![add, Request::put(edition, P0, plain_platform(edition)), add, Request::permissions(P0)]
    },
    base: |edition, _| Base {
        setup: vec![profiles::giving(edition, "")],
        call: Request::add(P0, S0, RevisionArg::Absent),
    },
    revealed_by: |request| {
        let Request::AddProfilePermission { profile, .. } = request else { return None };
        Some(Request::permissions(profile))
    },
    open: OpenPoints::USUAL,
};

pub(super) const REMOVE: Adapter = Adapter {
    input: |_, bindings, request| {
        let Request::RemoveProfilePermission { profile, statement, revision } = request else {
            return Value::Null;
        };
        json!({
            "profileName": bindings.name(profile),
            "statementId": format!("s{}", statement.0),
            "revisionId": bindings.revision(profile, revision),
        })
    },
    read: |reading, request| {
        let Request::RemoveProfilePermission { profile, .. } = request else { return None };
        revision(reading, profile, "RemoveProfilePermission/new-revision").map(Reply::Revision)
    },
    list: None,
    sample: |_| Request::remove(P1, S0),
    smoke: |edition| {
        vec![
            Request::put(edition, P0, plain_platform(edition)),
            Request::add(P0, S0, RevisionArg::Absent),
            Request::RemoveProfilePermission { profile: P0, statement: S0, revision: RevisionArg::Stale },
            Request::remove(P0, S0),
            Request::permissions(P0),
        ]
    },
    base: |edition, _| Base {
        setup: vec![profiles::giving(edition, ""), Request::add(P0, S0, RevisionArg::Absent)],
        call: Request::remove(P0, S0),
    },
    revealed_by: |request| {
        let Request::RemoveProfilePermission { profile, .. } = request else { return None };
        Some(Request::permissions(profile))
    },
    open: OpenPoints::USUAL,
};

pub(super) const LIST: Adapter = Adapter {
    input: |_, bindings, request| {
        let Request::ListProfilePermissions { profile } = request else { return Value::Null };
        json!({ "profileName": bindings.name(profile) })
    },
    read: |reading, request| {
        let Request::ListProfilePermissions { profile } = request else { return None };
        policy(reading, profile)
    },
    list: Some(List {
        items: "permissions",
        key: "statementId",
        has_size: false,
        is_of_account: false,
        entries: no_entries,
    }),
    sample: |_| Request::permissions(P1),
    smoke: |edition| {
        let list = Request::permissions(P0);
        let put = Request::put(edition, P0, plain_platform(edition));
        vec![list, put, Request::add(P0, S0, RevisionArg::Absent), list]
    },
    base: |edition, _| Base {
        setup: vec![profiles::giving(edition, ""), Request::add(P0, S0, RevisionArg::Absent)],
        call: Request::permissions(P0),
    },
    revealed_by: nothing,
    open: OpenPoints::USUAL,
};

fn principal(context: &Context, grant: Grant) -> String {
    match grant.principal {
        Principal::OtherAccount => context.permitted_account().to_owned(),
        Principal::Role => context.role_arn(),
        Principal::Malformed => "nobody".to_owned(),
    }
}

/// How the revision in a response relates to those seen before.
fn revision(reading: &mut Reading<'_>, profile: Profile, requirement: &str) -> Option<RevisionReply> {
    let answer = reading.answer();
    let id = reading.notes.text(answer, "revisionId", requirement)?;
    let told = reading.bindings.revisions(profile);
    let reply = match told.iter().rposition(|known| *known == id) {
        None => RevisionReply::New,
        Some(index) if index + 1 == told.len() => RevisionReply::Same,
        Some(_) => RevisionReply::Old,
    };
    if reply == RevisionReply::New {
        reading.bindings.bind_revision(profile, &id);
    }
    Some(reply)
}

/// The statements of all pages, and the revision.
fn policy(reading: &mut Reading<'_>, profile: Profile) -> Option<Reply> {
    let mut statements = [None; STATEMENTS];
    for entry in items(reading.pages, "permissions") {
        let member = |name| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        let index = member("statementId").strip_prefix('s').and_then(|index| index.parse::<usize>().ok());
        let action = Action::ALL.into_iter().find(|action| action.id() == member("action"));
        let (Some(slot), Some(action)) = (index.and_then(|index| statements.get_mut(index)), action) else {
            reading.notes.expect(
                false,
                "ListProfilePermissions/lists",
                "each entry is a statement that was added",
                "a statement of this profile",
                &shorten(&entry.to_string()),
            );
            continue;
        };
        let principal = match member("principal") {
            account if account == reading.context.permitted_account() => Principal::OtherAccount,
            role if role == reading.context.role_arn() => Principal::Role,
            _ => Principal::Malformed,
        };
        let version = match member("profileVersion") {
            "" => None,
            version if Some(version) == reading.bindings.current_version(profile) => {
                Some(VersionArg::Current)
            }
            _ => Some(VersionArg::Unknown),
        };
        *slot = Some(Grant { principal, action, version });
    }
    let is_empty = statements.iter().all(Option::is_none);
    let size = reading.answer().get("policySizeBytes").and_then(Value::as_i64).unwrap_or_default();
    reading.notes.expect(
        size > 0 || is_empty,
        "ListProfilePermissions/policy-size",
        "a policy with statements has a size",
        "policySizeBytes > 0",
        &member_words("policySizeBytes", &reading.answer()["policySizeBytes"]),
    );
    if is_empty && reading.answer().get("revisionId").and_then(Value::as_str).is_none() {
        return Some(Reply::Permissions { statements, revision: RevisionReply::Same });
    }
    let revision = revision(reading, profile, "ListProfilePermissions/current-revision")?;
    Some(Reply::Permissions { statements, revision })
}
