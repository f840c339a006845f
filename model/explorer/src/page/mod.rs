//! Pages, as markup: the style of the report, without script where it can be, and nothing from elsewhere.

mod beside;
mod check;
mod head;
mod map;
mod next;
mod pair;
mod parts;
mod problem;
mod reports;
mod start;
mod steps;
mod targets;
mod trace;
mod walk;

pub(crate) use beside::beside;
pub(crate) use check::check;
pub(crate) use map::map;
pub(crate) use problem::{help, problem, requirement};
pub(crate) use reports::{differences, unreached};
pub(crate) use start::start;
pub(crate) use targets::targets;
pub(crate) use trace::trace;
pub(crate) use walk::{Surroundings, walk};
