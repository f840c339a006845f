//! The definition: what is right, as a pure and total function from a state and a call to the outcomes that
//! the published documents admit. It knows no JSON, no HTTP, no clock and no randomness.
//!
//! - A [`State`] is what a Signer holds: profiles with their policies and tags, and jobs, under symbolic
//!   names such as `p0` and `j1`. It is a small `Copy` value without identifiers, texts or times.
//! - A [`Call`] is a [`Request`] by an [`Account`]: one of the 19 operations, with symbols for arguments.
//! - An [`Outcome`] is one admitted answer: the [`Reply`], the [`Change`] of the state, the requirement that
//!   says so ([`Rule`]), and how the sources stand to it ([`Admission`]).
//!
//! [`permits`] is the specification. Everything else follows from it: [`check`] visits every state of a [`Scope`],
//! [`tour()`] plans the calls that cover every transition, and [`Worlds`] judges a service by its replies.
//!
//! ```
//! use signer_model::{Account, Call, ErrorName, OwnerArg, Profile, Reply, Request, State, Worlds, permits};
//! use signer_schemas::Edition;
//!
//! let get = Request::GetSigningProfile { profile: Profile(0), owner: OwnerArg::Omitted };
//! let call = Call { by: Account::Owner, request: get };
//!
//! // In a service that holds nothing there is one answer, and a requirement that says so.
//! let outcomes = permits(Edition::Current, &State::new(), &call);
//! assert_eq!(outcomes[0].rule.id, "GetSigningProfile/absent");
//!
//! // A judge starts with the one world in which nothing is there. This reply leaves it possible, the next one does not.
//! let mut worlds = Worlds::new(Edition::Current, State::new());
//! assert!(worlds.observe(&call, &Reply::Refused(ErrorName::ResourceNotFound)).is_ok());
//! let violation = worlds.observe(&call, &Reply::Done).expect_err("no document admits this");
//! assert_eq!(violation.broken.id, "GetSigningProfile/absent");
//! ```

mod call;
mod changes;
mod diagnosis;
mod environment;
#[cfg(feature = "stateright")]
mod exploration;
mod explore;
mod filters;
mod life_cycle;
mod mutants;
mod naming;
mod outcome;
mod phrasebook;
mod platform;
mod properties;
mod reply;
mod request;
mod rules;
mod scopes;
mod state;
mod symmetry;
mod tour;
mod words;
mod worlds;

pub use call::{
    Account, Action, BUNDLE, Destination, EffectiveTime, Grant, JOBS, Job, JobStatus, OwnerArg, PROFILES,
    Principal, Profile, ProfileStatus, RevisionArg, STATEMENTS, SignatureTime, Source, Statement, TAGS,
    TagKey, TagValue, Validity, VersionArg,
};
pub use changes::changes;
pub use environment::{Ends, expected, settle, steps};
#[cfg(feature = "stateright")]
pub use exploration::{Exploration, Shown};
pub use explore::graph::{Edge, Graph};
pub use explore::grouping::{Axis, Cell, Crossing, Group, Grouping};
pub use explore::nearest::nearest;
pub use explore::offers::{Leads, Offer, offers};
pub use explore::search::{Path, Place, Search, SearchProgress, Transition, Visitor};
pub use explore::symmetry::Symmetry;
pub use explore::{Choice, Move, choices};
pub use filters::{Expiry, JobFilter, PageSize, PlatformFilter, ProfileFilter};
pub use life_cycle::lives::LIVES;
pub use life_cycle::{Arrow, BEGIN, Life, LifeCycle, Passage, Spot, cycles};
pub use mutants::{Mutant, mutants};
pub use naming::{makes, may_share_a_name, renames};
pub use outcome::{Admission, Change, Outcome, Outcomes, Permitted, Rule};
pub use phrasebook::{J0, J1, K0, P0, P1, P2, S0};
pub use platform::{Platform, PlatformArg};
pub use properties::here::{Standing, standings, wanted};
pub use properties::property::PropertyKind;
pub use properties::report::{Ambiguity, CallSteps, PropertyReport, ScopeReport, Witness};
pub use properties::{CheckOptions, check, check_until, check_with};
pub use reply::{ErrorName, JobView, ProfileView, Reply, RevisionReply};
pub use request::{Call, Request};
pub use rules::permits;
pub use scopes::scope::Scope;
pub use scopes::{certification, scope, scopes};
pub use state::{
    JobKind, JobSet, JobState, JobStatuses, PlatformSet, Policy, ProfileSet, ProfileState, State,
};
pub use symmetry::{Renaming, concerning};
pub use tour::step::Step;
pub use tour::transition::TransitionClass;
pub use tour::{Tour, TourCase, TourTransition, tour};
pub use worlds::{Violation, Worlds};
