//! The tour: a short set of call sequences that makes every call of a scope in every situation that matters to it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashSet};

use serde::{Deserialize, Serialize};
use signer_schemas::Edition;

use crate::rules::granted;
use crate::{
    Account, Action, Admission, Call, Destination, EffectiveTime, Grant, Graph, JOBS, Job, JobFilter, JobState, JobStatuses,
    Move, OwnerArg, PROFILES, PageSize, Platform, Policy, Principal, Profile, ProfileFilter, ProfileState, ProfileStatus, Reply,
    Request, RevisionArg, STATEMENTS, Scope, State, Statement, TAGS, TagKey, TagValue, Validity,
};

/// The sequences of a scope, shortest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tour {
    /// The sequences.
    pub cases: Vec<TourCase>,
    /// How many (situation, call, answer) triples they cover, as far as the service gives those answers.
    pub transitions: usize,
}

/// One sequence: the shortest way to a situation, a call, and the reads that would show what the call should not have done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TourCase {
    /// The scope, the call and the situation.
    pub name: String,
    /// What to do.
    pub steps: Vec<Step>,
}

/// One step of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Make the call.
    Call(Call),
    /// Ask for the job's status until it has ended.
    Settle(Job),
}

/// The tour of a scope. The same scope gives the same tour.
pub fn tour(scope: &Scope) -> Tour {
    let graph = Graph::build(scope);
    let ways = Ways::to_all(&graph);
    // The nearest state of each situation, and the answers that are admitted in it.
    let mut situations = BTreeMap::<(State, Call), Situation>::new();
    for edge in &graph.edges {
        let Move::Call(call, reply) = edge.by else { continue };
        let focus = focus(&graph.states[edge.from], &call);
        if is_compound(&focus, &call) {
            continue;
        }
        let situation = situations.entry((focus, call)).or_insert_with(|| Situation::at(edge.from));
        if ways.cost(edge.from) < ways.cost(situation.nearest) {
            situation.nearest = edge.from;
        }
        situation.replies.insert(reply);
    }
    let transitions = situations.values().map(|situation| situation.replies.len()).sum();
    let mut order = situations.into_iter().collect::<Vec<_>>();
    order.sort_by_key(|((focus, call), situation)| (ways.cost(situation.nearest), *call, *focus));
    let mut names = BTreeMap::<String, usize>::new();
    let mut cases = Vec::new();
    for ((focus, call), situation) in order {
        let mut steps = ways.path(&graph, situation.nearest);
        steps.push(Step::Call(call));
        steps.extend(reveals(scope.edition, &call).into_iter().map(|request| Step::Call(request.by_owner())));
        let name = format!("{}/{}", scope.name, slug(&format!("{call} when {}", situation_words(&focus, &call))));
        let nth = names.entry(name.clone()).or_default();
        *nth += 1;
        let name = if *nth == 1 { name } else { format!("{name}-{nth}") };
        cases.push(TourCase { name, steps });
    }
    drop_beginnings(&mut cases);
    cases.sort_by_key(|case| case.steps.len());
    Tour { cases, transitions }
}

/// Drops each case that another one begins with: the other makes the same calls, and is over at the same step if one fails.
fn drop_beginnings(cases: &mut Vec<TourCase>) {
    let beginnings = cases.iter().flat_map(|case| (1..case.steps.len()).map(|end| case.steps[..end].to_vec()));
    let mut known = beginnings.collect::<HashSet<_>>();
    cases.retain(|case| known.insert(case.steps.clone()));
}

/// A call in one situation.
struct Situation {
    nearest: usize,
    replies: BTreeSet<Reply>,
}

impl Situation {
    fn at(place: usize) -> Self {
        Self { nearest: place, replies: BTreeSet::new() }
    }
}

/// The ways to all states that leave least to the service's choice, and among those the shortest.
struct Ways {
    costs: Vec<Cost>,
    last: Vec<Option<usize>>,
}

/// How often a way depends on a choice of the service, and how long it is.
type Cost = (usize, usize);

impl Ways {
    fn to_all(graph: &Graph) -> Self {
        let mut leaving = vec![Vec::new(); graph.states.len()];
        for (index, edge) in graph.edges.iter().enumerate().filter(|(_, edge)| edge.from != edge.to) {
            leaving[edge.from].push(index);
        }
        let unreached = (usize::MAX, usize::MAX);
        let mut ways = Self { costs: vec![unreached; graph.states.len()], last: vec![None; graph.states.len()] };
        let mut open = BinaryHeap::from([Reverse(((0, 0), 0))]);
        if let Some(first) = ways.costs.first_mut() {
            *first = (0, 0);
        }
        while let Some(Reverse((cost, from))) = open.pop() {
            if cost > ways.costs[from] {
                continue;
            }
            for &index in &leaving[from] {
                let edge = &graph.edges[index];
                let choices = cost.0 + usize::from(edge.admission != Admission::Required);
                let further = (choices, cost.1 + 1);
                if further < ways.costs[edge.to] {
                    ways.costs[edge.to] = further;
                    ways.last[edge.to] = Some(index);
                    open.push(Reverse((further, edge.to)));
                }
            }
        }
        ways
    }

    fn cost(&self, place: usize) -> (Cost, usize) {
        (self.costs[place], place)
    }

    fn path(&self, graph: &Graph, mut to: usize) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(index) = self.last[to] {
            let edge = &graph.edges[index];
            steps.push(match edge.by {
                Move::Call(call, _) => Step::Call(call),
                Move::Ends(job, _) => Step::Settle(job),
            });
            to = edge.from;
        }
        steps.reverse();
        steps
    }
}

/// The part of a state that matters to a call, written as a state in which nothing else was made.
fn focus(state: &State, call: &Call) -> State {
    let mut focus = State { platforms: state.platforms, ..State::default() };
    let mut see = |profile: Profile, seen: ProfileState| *focus.profile_mut(profile) = seen;
    match call.request {
        Request::GetSigningPlatform { .. } | Request::ListSigningPlatforms { .. } => {}
        Request::PutSigningProfile { profile, .. } => {
            let status = state.profile(profile).status;
            see(profile, ProfileState { status, ..ProfileState::default() });
        }
        Request::CancelSigningProfile { profile } | Request::RevokeSigningProfile { profile, .. } => {
            see(profile, life(state.profile(profile)));
        }
        Request::GetSigningProfile { profile, .. } => {
            let of = state.profile(profile);
            let policy = grants(state, call, profile, Action::GetSigningProfile);
            // What was given at creation is shown to the end.
            let tags = of.tags.map(|tag| if tag == TagValue::None { tag } else { TagValue::A });
            see(profile, ProfileState { validity: of.validity, tags, policy, ..life(of) });
        }
        Request::AddProfilePermission { profile, statement, grant, revision } => {
            let of = state.profile(profile);
            see(profile, ProfileState { policy: around(of, statement, Some(grant), revision), effective: None, ..life(of) });
        }
        Request::RemoveProfilePermission { profile, statement, revision } => {
            let of = state.profile(profile);
            see(profile, ProfileState { policy: around(of, statement, None, revision), effective: None, ..life(of) });
        }
        Request::ListProfilePermissions { profile } => {
            let of = state.profile(profile);
            let mut policy = Policy { revision: of.policy.revision.min(1), ..of.policy };
            policy.statements = [None; STATEMENTS];
            let many = of.policy.statements.iter().flatten().count();
            policy.statements[..many].fill(Some(SOME_GRANT));
            see(profile, ProfileState { policy, effective: None, ..life(of) });
        }
        Request::ListTagsForResource { profile } => {
            let of = state.profile(profile);
            see(profile, ProfileState { status: of.status, tags: tagged(of, None), ..ProfileState::default() });
        }
        Request::TagResource { profile, key, .. } | Request::UntagResource { profile, key } => {
            let of = state.profile(profile);
            see(profile, ProfileState { status: of.status, tags: tagged(of, Some(key)), ..ProfileState::default() });
        }
        Request::DescribeSigningJob { job } => *focus.job_mut(job) = JobState { destination: Destination::A, ..*state.job(job) },
        Request::RevokeSignature { job, .. } => {
            let it = *state.job(job);
            if it.exists() {
                let policy = grants(state, call, it.profile, Action::RevokeSignature);
                see(it.profile, ProfileState { policy, effective: None, ..life(state.profile(it.profile)) });
            }
            *focus.job_mut(job) = JobState { destination: Destination::A, invoker: Account::Owner, ..it };
        }
        Request::SignPayload { job, profile, .. } => {
            let policy = grants(state, call, profile, Action::SignPayload);
            see(profile, ProfileState { policy, effective: None, ..life(state.profile(profile)) });
            *focus.job_mut(job) = JobState { revoked: false, ..*state.job(job) };
        }
        Request::StartSigningJob { job, profile, .. } => {
            let policy = grants(state, call, profile, Action::StartSigningJob);
            see(profile, ProfileState { policy, effective: None, ..life(state.profile(profile)) });
            let it = *state.job(job);
            let statuses = if it.exists() && call.by == Account::Other { JobStatuses::ANY } else { it.statuses };
            *focus.job_mut(job) = JobState { statuses, revoked: false, ..it };
        }
        Request::GetRevocationStatus { profile, job, platform, .. } => {
            let (of, it) = (state.profile(profile), state.job(job));
            // For Lambda there is no answer, whatever is revoked.
            let asked = platform != Platform::Lambda;
            see(profile, if asked { life(of) } else { ProfileState { status: of.status, effective: None, ..life(of) } });
            *focus.job_mut(job) = JobState { statuses: it.statuses, revoked: asked && it.revoked, ..JobState::default() };
        }
        Request::ListSigningProfiles { filter, .. } => {
            // Of the platform it matters whether it is the one asked for.
            let platform = |of: &ProfileState| match filter.platform {
                Some(asked) if asked == of.platform => Platform::Lambda,
                Some(_) => Platform::IotDeviceManagement,
                None => Platform::default(),
            };
            let seen =
                state.profiles.map(|of| ProfileState { status: of.status, platform: platform(&of), ..ProfileState::default() });
            focus.profiles = sorted(seen, ProfileState::default(), filter != ProfileFilter::default());
        }
        Request::ListSigningJobs { filter, .. } => {
            let seen = state.jobs.map(|it| listed(state, &it, call.by, filter));
            focus.jobs = sorted(seen, JobState::default(), filter != JobFilter::default());
        }
    }
    focus
}

/// Whether a situation is made of simpler ones. With a filter each item is listed or not for itself, so what a list does with
/// three kinds is known from what it does with two.
fn is_compound(focus: &State, call: &Call) -> bool {
    match call.request {
        Request::ListSigningJobs { filter, .. } => {
            filter != JobFilter::default() && focus.jobs.iter().filter(|job| job.exists()).count() > 2
        }
        _ => false,
    }
}

/// A profile's place in its life. Of the platform it matters only who holds the keys.
fn life(of: &ProfileState) -> ProfileState {
    let platform = match of.platform {
        Platform::FreeRtosDefault | Platform::FreeRtosTi => Platform::IotDeviceManagement,
        Platform::Lambda | Platform::Notation | Platform::IotDeviceManagement => of.platform,
    };
    ProfileState { status: of.status, platform, effective: of.effective, ..ProfileState::default() }
}

/// Whether the caller needs a permission for the action, and has it.
fn grants(state: &State, call: &Call, profile: Profile, action: Action) -> Policy {
    let granted = call.by == Account::Other && granted(state, profile, action);
    let grant = Grant { principal: Principal::OtherAccount, action, version: None };
    Policy { statements: [granted.then_some(grant), None, None], ..Policy::default() }
}

/// Tags by their being there, but for the one that the call names; on a profile that is not Active they do not matter.
fn tagged(of: &ProfileState, named: Option<TagKey>) -> [TagValue; TAGS] {
    if of.status != ProfileStatus::Active {
        return [TagValue::None; TAGS];
    }
    let mut tags = of.tags;
    for (index, tag) in tags.iter_mut().enumerate() {
        if *tag != TagValue::None && named.is_none_or(|key| usize::from(key.0) != index) {
            *tag = TagValue::A;
        }
    }
    tags
}

/// A permission that stands for any.
const SOME_GRANT: Grant = Grant { principal: Principal::Role, action: Action::GetSigningProfile, version: None };

/// A policy around one statement: whether that one is there, and as given; whether there are others; and whether there is a
/// revision before the current one. On a profile that is not Active it only matters whether there are any statements.
fn around(of: &ProfileState, statement: Statement, given: Option<Grant>, revision: RevisionArg) -> Policy {
    let mut statements = [None; STATEMENTS];
    if of.status != ProfileStatus::Active {
        statements[0] = (!of.policy.is_empty()).then_some(SOME_GRANT);
        return Policy { statements, ..Policy::default() };
    }
    let slot = usize::from(statement.0);
    let others = of.policy.statements.iter().enumerate().filter(|(index, grant)| *index != slot && grant.is_some()).count();
    if let (true, Some(other)) = (others > 0, (0..STATEMENTS).find(|index| *index != slot)) {
        statements[other] = Some(SOME_GRANT);
    }
    let known = of.policy.statements[slot];
    statements[slot] = if known == given { known } else { known.map(|_| SOME_GRANT) };
    let told_apart = if revision == RevisionArg::Stale { 2 } else { 1 };
    Policy { statements, revision: of.policy.revision.min(told_apart), revision_uncertain: false }
}

/// What a filter sees of a job.
fn listed(state: &State, it: &JobState, by: Account, filter: JobFilter) -> JobState {
    if !it.exists() {
        return JobState::default();
    }
    let mut seen = JobState { statuses: JobStatuses::TERMINAL, ..JobState::default() };
    if filter.status.is_some() || filter.expires.is_some() {
        seen.statuses = it.statuses;
    }
    if filter.is_revoked.is_some() {
        seen.revoked = it.revoked;
    }
    if filter.platform.is_some() {
        let platform = state.profile(it.profile).platform;
        seen.profile = Profile(u8::from(filter.platform != Some(platform)));
    }
    if filter.expires.is_some() {
        let profile = state.profile(it.profile);
        seen.destination = if profile.validity == Validity::Day { Destination::B } else { Destination::A };
    }
    if filter.invoker.is_some() || by == Account::Other {
        seen.invoker = it.invoker;
    }
    seen
}

/// In order, since it does not matter which of them is which; with a filter each kind once, without one as many as there are.
fn sorted<T: Ord + Copy, const N: usize>(mut items: [T; N], none: T, each_once: bool) -> [T; N] {
    items.sort_unstable();
    if each_once {
        let mut kinds = items.to_vec();
        kinds.dedup();
        kinds.retain(|item| *item != none);
        kinds.resize(N, none);
        kinds.sort_unstable();
        items.copy_from_slice(&kinds);
    }
    items
}

/// The reads that show what a call may have done unseen.
fn reveals(edition: Edition, call: &Call) -> Vec<Request> {
    let get = |profile| Request::GetSigningProfile { profile, owner: OwnerArg::Omitted };
    let profiles = |include_canceled| Request::ListSigningProfiles {
        filter: ProfileFilter { include_canceled, ..ProfileFilter::default() },
        page: PageSize::Default,
    };
    let jobs = |is_revoked| Request::ListSigningJobs {
        filter: JobFilter { is_revoked, ..JobFilter::default() },
        page: PageSize::Default,
    };
    match call.request {
        Request::CancelSigningProfile { profile } => vec![get(profile), profiles(Some(true)), profiles(None)],
        Request::PutSigningProfile { profile, .. } | Request::RevokeSigningProfile { profile, .. } => {
            vec![get(profile), profiles(None)]
        }
        Request::AddProfilePermission { profile, .. } | Request::RemoveProfilePermission { profile, .. } => {
            vec![Request::ListProfilePermissions { profile }]
        }
        Request::TagResource { profile, .. } | Request::UntagResource { profile, .. } => {
            vec![Request::ListTagsForResource { profile }, get(profile)]
        }
        Request::StartSigningJob { job, .. } | Request::SignPayload { job, .. } => {
            vec![Request::DescribeSigningJob { job }, jobs(None)]
        }
        Request::RevokeSignature { job, .. } => match edition {
            Edition::Current => vec![Request::DescribeSigningJob { job }, jobs(Some(true))],
            Edition::May2019 => vec![Request::DescribeSigningJob { job }],
        },
        Request::DescribeSigningJob { .. }
        | Request::GetRevocationStatus { .. }
        | Request::GetSigningPlatform { .. }
        | Request::GetSigningProfile { .. }
        | Request::ListProfilePermissions { .. }
        | Request::ListSigningJobs { .. }
        | Request::ListSigningPlatforms { .. }
        | Request::ListSigningProfiles { .. }
        | Request::ListTagsForResource { .. } => Vec::new(),
    }
}

fn situation_words(focus: &State, call: &Call) -> String {
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
fn slug(words: &str) -> String {
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
