//! The life cycles as diagrams (Mermaid), drawn from what the model permits: every step of every toured scope, seen from one
//! resource. README.md shows some of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use signer_model::{
    Admission, Job, JobKind, JobState, Move, Place, Policy, ProfileState, ProfileStatus, Request, Search, SignatureTime, State,
    Transition, Visitor, certification, permits,
};
use signer_schemas::Edition;

use crate::golden::golden;
use crate::tree::root;

/// The golden file of this module.
pub(crate) const NAMES: [&str; 1] = ["life-cycle"];

/// A kind of thing that has a life.
struct Subject {
    name: &'static str,
    edition: Edition,
    /// What the diagram begins with.
    begins: &'static str,
    /// The status of each thing of that kind.
    statuses: fn(&State) -> Vec<String>,
    /// The step, with the argument that matters.
    step: fn(&State, &Move) -> String,
}

const SUBJECTS: [Subject; 6] = [
    Subject {
        name: "profile",
        edition: Edition::Current,
        begins: "a name that no profile has",
        statuses: profiles,
        step: operation,
    },
    Subject { name: "job", edition: Edition::Current, begins: "a token that no job has", statuses: jobs, step: job_step },
    Subject {
        name: "signature",
        edition: Edition::Current,
        begins: "nothing signed; the statuses are what GetRevocationStatus answers for a signature made within the hour",
        statuses: signatures,
        step: operation,
    },
    Subject {
        name: "permission policy",
        edition: Edition::Current,
        begins: "a profile that never had a permission",
        statuses: policies,
        step: policy_step,
    },
    Subject {
        name: "profile of 2019",
        edition: Edition::May2019,
        begins: "a name that no profile has",
        statuses: profiles,
        step: operation,
    },
    Subject { name: "job of 2019", edition: Edition::May2019, begins: "a token that no job has", statuses: jobs, step: job_step },
];

const LEGEND: &str = "\
An arrow is a step after which the status is another. Calls that are refused, or that leave the status as it is, are in
outcomes/, and so are answers that what was seen of the real service speaks against. (open): whatever its arguments, nobody
says whether the call does that.
";

/// Where a diagram begins.
const BEGIN: &str = "[*]";

/// The status of each profile.
pub(crate) fn profiles(state: &State) -> Vec<String> {
    let status = |profile: &ProfileState| match profile.status {
        ProfileStatus::Absent => BEGIN.to_owned(),
        ProfileStatus::Active | ProfileStatus::Canceled | ProfileStatus::Revoked => profile.status.to_string(),
    };
    state.profiles.iter().map(status).collect()
}

/// The status of each job.
pub(crate) fn jobs(state: &State) -> Vec<String> {
    let status = |job: &JobState| if job.exists() { job.statuses.to_string() } else { BEGIN.to_owned() };
    state.jobs.iter().map(status).collect()
}

/// What a verifier is told of each signed payload.
fn signatures(state: &State) -> Vec<String> {
    let status = |(job, it): (Job, &JobState)| {
        if !it.exists() || it.kind != JobKind::Payload {
            return BEGIN.to_owned();
        }
        let platform = state.profile(it.profile).platform;
        let at = SignatureTime::AfterLater;
        let call = Request::GetRevocationStatus { profile: it.profile, job, platform, at }.by_owner();
        let outcomes = permits(Edition::Current, state, &call);
        let admitted = outcomes.iter().filter(|outcome| outcome.admission != Admission::Contradicted);
        let answers: Vec<_> = admitted.map(|outcome| outcome.reply.to_string()).collect();
        answers.join(" or ")
    };
    (0..).map(Job).zip(&state.jobs).map(status).collect()
}

fn policies(state: &State) -> Vec<String> {
    let status = |policy: &Policy| match (policy.statements.iter().flatten().count(), policy.revision) {
        (0, 0) => BEGIN.to_owned(),
        (0, _) => "no permission left".to_owned(),
        (1, _) => "1 permission".to_owned(),
        (many, _) => format!("{many} permissions"),
    };
    state.profiles.iter().map(|profile| status(&profile.policy)).collect()
}

fn operation(_: &State, by: &Move) -> String {
    by.request().map_or_else(|| by.to_string(), |request| request.operation().to_string())
}

fn job_step(before: &State, by: &Move) -> String {
    match by {
        Move::Call(..) => operation(before, by),
        Move::Ends(job, _) => format!("time passes (the source is {})", before.job(*job).source),
    }
}

fn policy_step(before: &State, by: &Move) -> String {
    let mut words = operation(before, by);
    if let Some(Request::AddProfilePermission { revision, .. } | Request::RemoveProfilePermission { revision, .. }) = by.request()
    {
        write!(words, " with {revision}").expect("text");
    }
    words
}

/// The steps from one status to another, as a search meets them.
struct Drawing<'a> {
    subject: &'a Subject,
    /// In the order in which they were met.
    statuses: Vec<String>,
    /// By the places of the statuses before and after: what moves, and how strongly the sources stand behind it at best.
    arrows: BTreeMap<(usize, usize), BTreeMap<String, Admission>>,
}

impl Drawing<'_> {
    fn place(&mut self, status: String) -> usize {
        self.statuses.iter().position(|known| *known == status).unwrap_or_else(|| {
            self.statuses.push(status);
            self.statuses.len() - 1
        })
    }
}

impl Visitor for Drawing<'_> {
    fn step(&mut self, _: Place, step: &Transition<'_>) {
        if step.before == step.after {
            return;
        }
        let (before, after) = ((self.subject.statuses)(step.before), (self.subject.statuses)(step.after));
        for (before, after) in before.into_iter().zip(after).filter(|(before, after)| before != after) {
            let arrow = (self.place(before), self.place(after));
            let words = (self.subject.step)(step.before, &step.by);
            let admission = self.arrows.entry(arrow).or_default().entry(words).or_insert(step.admission);
            *admission = step.admission.min(*admission);
        }
    }
}

impl Subject {
    fn diagram(&self) -> String {
        let drawing = Drawing { subject: self, statuses: vec![BEGIN.to_owned()], arrows: BTreeMap::new() };
        let mut drawing = [drawing];
        for scope in certification(self.edition) {
            Search::run(&scope, &mut drawing, |_| {});
        }
        let [Drawing { statuses, arrows, .. }] = drawing;
        let plain = |status: &str| status == BEGIN || status.chars().all(char::is_alphanumeric);
        let id = |place: usize| if plain(&statuses[place]) { statuses[place].clone() } else { format!("s{place}") };
        let mut text = "```mermaid\nstateDiagram-v2\n".to_owned();
        for (place, status) in statuses.iter().enumerate().filter(|(_, status)| !plain(status)) {
            writeln!(text, "    state \"{status}\" as s{place}").expect("text");
        }
        for ((before, after), steps) in arrows {
            let words = |(words, admission): (&String, &Admission)| match admission {
                Admission::Required => words.clone(),
                Admission::Open | Admission::Contradicted => format!("{words} (open)"),
            };
            let steps: Vec<_> = steps.iter().map(words).collect();
            writeln!(text, "    {} --> {}: {}", id(before), id(after), steps.join(", ")).expect("text");
        }
        text + "```\n"
    }
}

#[test]
fn a_life_cycle_has_other_steps() {
    let mut text = LEGEND.to_owned();
    for subject in &SUBJECTS {
        write!(text, "\n## {}\n\n{BEGIN}: {}.\n\n{}", subject.name, subject.begins, subject.diagram()).expect("text");
    }
    golden("tables", "life-cycle", &text);
}

/// The diagrams in README.md, each between a line that names its subject and a line that ends it.
#[test]
fn the_readme_shows_another_life_cycle_than_the_model_has() {
    const SHOWN: [&str; 2] = ["profile", "job"];
    const END: &str = "<!-- end of the diagram -->\n";
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).expect("a README");
    let mut right = readme.clone();
    for subject in SUBJECTS.iter().filter(|subject| SHOWN.contains(&subject.name)) {
        let begin = format!("<!-- life cycle of a {}, derived from the model -->\n", subject.name);
        let (before, rest) = right.split_once(&begin).unwrap_or_else(|| panic!("README.md has no line {begin}"));
        let (_, after) = rest.split_once(END).unwrap_or_else(|| panic!("README.md has no line {END} after {begin}"));
        right = format!("{before}{begin}{}{END}{after}", subject.diagram());
    }
    if readme != right && std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &right).expect("README.md can be written");
    } else {
        assert!(
            readme == right,
            "README.md shows another life cycle than the model has. \
            `INSTA_UPDATE=always cargo test -p signer-snapshots life_cycle` puts the right diagrams there."
        );
    }
}
