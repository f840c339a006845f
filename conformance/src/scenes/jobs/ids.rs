//! The ids of jobs, and who may ask for a job by its id.

use serde_json::json;
use signer_model::{Account, Action};
use signer_schemas::Edition;
use signer_schemas::Operation::{DescribeSigningJob, ListSigningJobs, StartSigningJob};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop};
use crate::scenes::shared::inputs::{job_input, of_owner};
use crate::scenes::shared::lists::JOBS;
use crate::scenes::shared::steps::{ask_job, permitted, plain_profile, profile, started};
use crate::scenes::shared::symbols::managed;

pub(crate) const SCENES: &[Scene] = &[STRANGE_IDS, ALTERED_IDS, OTHER_ACCOUNT, FOREIGN_TOKEN];

const STRANGE_IDS: Scene = Scene {
    name: "jobs/strange-ids",
    operation: DescribeSigningJob,
    what: "ids that no job has, one of them the path of another operation",
    requirements: &["DescribeSigningJob/malformed-id", "DescribeSigningJob/with-payload"],
    play: &Conversation(|case| Box::pin(strange_ids(case))),
};

async fn strange_ids(case: &mut Case<'_>) -> Played {
    let strange = case
        .ask_open("DescribeSigningJob/malformed-id", DescribeSigningJob, json!({ "jobId": "no-such-job" }))
        .await?;
    let path = ask_job(case, "with-payload").await?;
    let same = path.class() == strange.class();
    case.hold(
        "DescribeSigningJob/with-payload",
        same,
        &format!("{}, as for any other id", strange.class()),
        &path.words(),
    );
    Ok(())
}

const ALTERED_IDS: Scene = Scene {
    name: "jobs/altered-ids",
    operation: DescribeSigningJob,
    what: "the id of a job in capitals, and with blanks around it",
    requirements: &["DescribeSigningJob/absent"],
    play: &Conversation(|case| Box::pin(altered_ids(case))),
};

async fn altered_ids(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "ids").await?;
    let id = started(case, &name, "a").await?.text("/jobId");
    for altered in [id.to_uppercase(), format!(" {id} ")] {
        if altered != id {
            case.must_refuse("DescribeSigningJob/absent", DescribeSigningJob, json!({ "jobId": altered }))
                .await?;
        }
    }
    Ok(())
}

const OTHER_ACCOUNT: Scene = Scene {
    name: "jobs/other-account",
    operation: DescribeSigningJob,
    what: "another account asks for a job of this one, and for one of its profile",
    requirements: &[
        "DescribeSigningJob/other-account",
        "ListSigningJobs/other-account",
        "StartSigningJob/error/AccessDeniedException",
    ],
    play: &Conversation(|case| Box::pin(other_account(case))),
};

async fn other_account(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (name, _) = profile(case, "mine", managed(case)).await?;
    let id = started(case, &name, "a").await?.text("/jobId");
    let told = case.ask_by(Account::Other, DescribeSigningJob, json!({ "jobId": id })).await?;
    case.hold(
        "DescribeSigningJob/other-account",
        !told.is_success(),
        "a refusal, as it did not invoke the job",
        &told.words(),
    );
    case.open_by_class("DescribeSigningJob/other-account", &told);
    let listed = listed_for_other(case, &id).await?;
    case.hold("ListSigningJobs/other-account", !listed, "not in a stranger's list", "listed");
    let input = job_input(case, &name, "foreign")?;
    let input = match case.edition() {
        Edition::Current => of_owner(input, case),
        Edition::May2019 => input,
    };
    let told = case.must_refuse_to(Account::Other, "common/accounts-apart", StartSigningJob, input).await?;
    case.has_status("StartSigningJob/error/AccessDeniedException", &told);
    if case.edition() == Edition::May2019 {
        // No profile of another account can be used there, so that the owner always is the invoker.
        case.open("ListSigningJobs/other-account", "the owner's");
        return Ok(());
    }
    permitted(case, &name, Action::StartSigningJob).await?;
    let input = of_owner(job_input(case, &name, "b")?, case);
    let told = case.ask_by(Account::Other, StartSigningJob, input).await?;
    case.accepted("StartSigningJob/cross-account-granted", &told);
    let id = told.text("/jobId");
    let own = JOBS.listed(case, json!({})).await?.contains(&id);
    case.hold("StartSigningJob/followed-up", own, "in its owner's list", "not listed");
    let invoked = listed_for_other(case, &id).await?;
    case.open(
        "ListSigningJobs/other-account",
        if invoked { "the owner's and the invoker's" } else { "the owner's" },
    );
    let told = case.ask_by(Account::Other, DescribeSigningJob, json!({ "jobId": id })).await?;
    if told.is_success() {
        case.open("DescribeSigningJob/other-account", "200 for the invoker");
    }
    Ok(())
}

/// Whether the other account's list has the job.
async fn listed_for_other(case: &mut Case<'_>, id: &str) -> Result<bool, Stop> {
    let pages = case.pages_by(Account::Other, ListSigningJobs, json!({})).await?;
    Ok(JOBS.entries(&pages).any(|job| job["jobId"] == id))
}

const FOREIGN_TOKEN: Scene = Scene {
    name: "jobs/foreign-token",
    operation: ListSigningJobs,
    what: "another account goes on with a list of this one's jobs",
    requirements: &["ListSigningJobs/lists"],
    play: &Conversation(|case| Box::pin(foreign_token(case))),
};

async fn foreign_token(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let name = plain_profile(case, "listed").await?;
    for token in ["a", "b"] {
        started(case, &name, token).await?;
    }
    let first = case.ask(ListSigningJobs, json!({ "maxResults": 1 })).await?;
    let next = json!({ "maxResults": 1, "nextToken": Case::token(&first.body) });
    let mine = case.ask(ListSigningJobs, next.clone()).await?;
    let theirs = case.ask_by(Account::Other, ListSigningJobs, next).await?;
    // A job that the other account has asked for may be in both lists.
    let invoked = theirs.text("/jobs/0/jobInvoker") == case.context().other_account;
    let same = JOBS.keys(&[mine.body]) == JOBS.keys(std::slice::from_ref(&theirs.body));
    let leaked = theirs.is_success() && !invoked && same;
    case.hold("ListSigningJobs/lists", !leaked, "no job of another account", &theirs.words());
    Ok(())
}
