//! Faults of what happens at once: a server that looks, waits, and writes without looking again.

use super::lie::Lie;
use super::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::store::Command;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (146, "race-of-names"),
        Category::Race,
        CURRENT,
        "PutSigningProfile/name-taken",
        "of two profiles created under one name at once both are answered",
        &[Lie::Race(|command| matches!(command, Command::PutSigningProfile(_)), "put-replaces")],
    ),
    fault(
        (147, "race-of-tokens"),
        Category::Race,
        BOTH,
        "StartSigningJob/token-replay",
        "of two jobs started with one client token at once both are made",
        &[Lie::Race(|command| matches!(command, Command::StartSigningJob(_)), "token-ignored")],
    ),
    fault(
        (148, "race-of-revisions"),
        Category::Race,
        CURRENT,
        "AddProfilePermission/stale-revision",
        "of two statements added under one revision at once both are answered",
        &[Lie::Race(|command| matches!(command, Command::AddProfilePermission(_)), "stale-revision-wins")],
    ),
];
