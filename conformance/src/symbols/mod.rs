//! Between symbols and values: a call in symbols becomes a logical input, an answer becomes a reply in symbols.
//! Values are bound at typed positions of answers, never found by searching texts.

mod bindings;
mod context;
mod input;
mod reply;
mod views;

pub use bindings::Bindings;
pub use context::{Context, Fixture};
pub use input::input;
pub(crate) use input::known_members;
pub use reply::{Read, read};
pub(crate) use reply::{items, listed_platforms};
pub(crate) use views::entries;
