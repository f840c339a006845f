//! Long lists: around one page, around two, and far beyond.

use serde_json::{Value, json};
use signer_schemas::Edition;
use signer_schemas::Operation::{ListSigningJobs, ListSigningProfiles, PutSigningProfile};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::Played;
use crate::scenes::pagination::sizes::{exactly, own, page_length};
use crate::scenes::shared::inputs::plain_input;
use crate::scenes::shared::lists::{JOBS, PROFILES, sorted};
use crate::scenes::shared::steps::{
    outcome, plain_profile, profile, profile_view, quick_job, quick_platform,
};

pub(crate) const SCENES: &[Scene] = &[MANY_JOBS, MANY_PROFILES];

const MANY_JOBS: Scene = Scene {
    name: "pagination/many-jobs",
    operation: ListSigningJobs,
    what: "25, 26, 50 and 51 jobs",
    requirements: &["ListSigningJobs/complete", "ListSigningJobs/default-page-size"],
    play: &Conversation(|case| Box::pin(many_jobs(case))),
};

/// The sizes of the pages in which a list of so many is read: the service's own, the largest one, and, once,
/// one that divides no count.
fn sizes(count: usize) -> impl Iterator<Item = Option<u8>> + Clone {
    [None, Some(25)].into_iter().chain((count == 51).then_some(Some(7)))
}

async fn many_jobs(case: &mut Case<'_>) -> Played {
    let mut ids: Vec<String> = Vec::new();
    let (name, _) = profile(case, "jobs", quick_platform(case)).await?;
    for count in [25, 26, 50, 51] {
        while ids.len() < count {
            let id = quick_job(case, &name, ids.len()).await?;
            if case.edition() == Edition::May2019 {
                outcome(case, &id).await?;
            }
            ids.push(id);
        }
        case.foresee(ListSigningJobs, sizes(count).map(page_size)).await;
        for size in sizes(count) {
            let pages = case.pages(ListSigningJobs, page_size(size)).await?;
            let listed: Vec<String> = JOBS.keys(&pages).into_iter().filter(|id| ids.contains(id)).collect();
            let observed = format!("{} with maxResults {size:?}", listed.len());
            let same = sorted(listed) == sorted(ids.clone());
            case.hold("ListSigningJobs/complete", same, &format!("{count} jobs, each once"), &observed);
            if size.is_none() {
                case.open("ListSigningJobs/default-page-size", &page_length(&pages, JOBS, count));
            }
        }
    }
    Ok(())
}

/// The input for pages of that size.
fn page_size(size: Option<u8>) -> Value {
    size.map_or_else(|| json!({}), |size| json!({ "maxResults": size }))
}

const MANY_PROFILES: Scene = Scene {
    name: "pagination/many-profiles",
    operation: ListSigningProfiles,
    what: "25, 26, 50, 51, 200 and 201 profiles",
    requirements: &["ListSigningProfiles/complete", "ListSigningProfiles/default-page-size"],
    play: &Conversation(|case| Box::pin(many_profiles(case))),
};

async fn many_profiles(case: &mut Case<'_>) -> Played {
    let mut names: Vec<String> = Vec::new();
    for count in [25, 26, 50, 51, 200, 201] {
        while names.len() < count {
            names.push(plain_profile(case, &format!("n{}", names.len())).await?);
        }
        case.foresee(ListSigningProfiles, sizes(count).map(page_size)).await;
        for size in sizes(count) {
            let pages = case.pages(ListSigningProfiles, page_size(size)).await?;
            exactly(case, &own(&pages, &names), &names, &format!("maxResults {size:?}"));
            if size.is_none() {
                case.open("ListSigningProfiles/default-page-size", &page_length(&pages, PROFILES, count));
            }
        }
        // The last one is as good as the first.
        if let Some(last) = names.last() {
            profile_view(case, last).await?;
        }
    }
    let name = names.first().cloned().unwrap_or_default();
    let input = plain_input(case, &name)?;
    case.must_refuse("PutSigningProfile/name-taken", PutSigningProfile, input).await?;
    Ok(())
}
