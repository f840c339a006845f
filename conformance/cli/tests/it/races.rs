//! What is told of calls made at once names what is broken, whichever of them came first.

use serde_json::json;
use signer_conformance::{Detector, Response, Step};
use signer_model::{
    Action, EffectiveTime, Grant, J0, P0, Platform, Principal, Request as Ask, RevisionArg, Statement,
};
use signer_schemas::{Edition, RequirementId};

use crate::liar::{Liar, Told, broken, calls, findings, honest, refusal};

/// A signature over a payload.
fn signed() -> Response {
    let body = json!({
        "jobId": "6cdd6be6-b4f7-4d8a-9d6f-000000000000",
        "jobOwner": "111122223333",
        "signature": "aGk=",
        "metadata": {},
    });
    Response { status: 200, body: body.to_string().into(), ..refusal(200, "") }
}

#[tokio::test]
async fn an_answer_that_fits_in_no_order_is_told_as_it_is_by_itself() {
    // Payloads are signed on any platform.
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            if request.target == "/signing-jobs/with-payload" {
                return Told::Answer(signed());
            }
            Told::Honestly(request.clone())
        },
    };
    let put = Ask::put(Edition::Current, P0, Platform::IotDeviceManagement);
    let mut steps = calls(&[put]);
    steps.push(Step::Together([Ask::cancel(P0), Ask::sign(J0, P0)].map(Ask::by_owner).to_vec()));
    let told = findings(&liar, steps).await;
    let by_order: Vec<&str> = told
        .iter()
        .filter(|finding| finding.by == Detector::Linearizability)
        .map(|f| f.requirement.as_str())
        .collect();
    assert_eq!(by_order, ["SignPayload/unsupported-platform"], "{told:?}");
}

#[tokio::test]
async fn a_call_that_no_order_explains_is_told_as_it_is_once_what_it_names_is_there() {
    let liar = Liar {
        honest: honest(&[]),
        lie: |request| {
            if request.target != "/signing-jobs/with-payload" {
                return Told::Honestly(request.clone());
            }
            Told::Answer(signed())
        },
    };
    let put = Ask::put(Edition::Current, P0, Platform::IotDeviceManagement);
    let steps = vec![Step::Together([put, Ask::sign(J0, P0)].map(Ask::by_owner).to_vec())];
    assert!(broken(&liar, steps).await.contains(&"SignPayload/unsupported-platform".into()));
}

#[tokio::test]
async fn an_order_that_a_rule_forbids_is_told_as_that_rule_once_a_later_answer_shows_it() {
    let put = Ask::put(Edition::Current, P0, Platform::Notation);
    let at_once = [Ask::revoke(P0, EffectiveTime::Earlier), Ask::cancel(P0)];
    let mut steps = calls(&[put]);
    steps.push(Step::Together(at_once.map(Ask::by_owner).to_vec()));
    steps.extend(calls(&[Ask::get(P0)]));
    // In this process the calls are carried out in the order in which they are sent.
    let told = broken(&honest(&["revoked-cancelable"]), steps).await;
    assert_eq!(told, ["CancelSigningProfile/revoked"]);
}

/// What a race of two changes is told as, on a server that looks at no revision: the policy has so many
/// statements before, and is listed afterwards.
async fn blamed_for(statements: u8, at_once: [Ask; 2]) -> Vec<RequirementId> {
    let mut before = vec![Ask::put(Edition::Current, P0, Platform::Notation)];
    before.extend((0..statements).map(|number| {
        added(number, SIGN, if number == 0 { RevisionArg::Absent } else { RevisionArg::Current })
    }));
    let mut steps = calls(&before);
    steps.push(Step::Together(at_once.map(Ask::by_owner).to_vec()));
    steps.extend(calls(&[Ask::ListProfilePermissions { profile: P0 }]));
    broken(&honest(&["stale-revision-wins", "revision-unchecked"]), steps).await
}

const SIGN: Grant = Grant { principal: Principal::OtherAccount, action: Action::SignPayload, version: None };

fn added(statement: u8, grant: Grant, revision: RevisionArg) -> Ask {
    Ask::AddProfilePermission { profile: P0, statement: Statement(statement), grant, revision }
}

fn removed(statement: u8, revision: RevisionArg) -> Ask {
    Ask::RemoveProfilePermission { profile: P0, statement: Statement(statement), revision }
}

#[tokio::test]
async fn a_race_under_one_revision_is_told_as_the_change_that_came_second() {
    use RevisionArg::{Current, Stale};
    // In this process the calls are carried out in the order in which they are sent. If the other one had
    // come first, the policy would have been empty, where another rule speaks of revisions.
    let told = blamed_for(1, [added(1, SIGN, Current), removed(0, Current)]).await;
    assert_eq!(told, ["RemoveProfilePermission/stale-revision"]);
    // That way round this server refuses, as it should.
    assert_eq!(blamed_for(1, [removed(0, Current), added(1, SIGN, Current)]).await, [""; 0]);
    let told = blamed_for(1, [added(1, SIGN, Stale), removed(0, Current)]).await;
    assert_eq!(told, ["AddProfilePermission/stale-revision"]);
    // And if the other one had come first here, the statement's name would have been taken.
    let read = Grant { action: Action::GetSigningProfile, ..SIGN };
    let told = blamed_for(2, [removed(0, Current), added(0, read, Stale)]).await;
    assert_eq!(told, ["AddProfilePermission/stale-revision"]);
}
