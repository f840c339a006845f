//! What the explorer's pages show, asked as a browser asks.

mod beside;
mod check;
mod links;
mod map;
mod open;
mod pages;
mod site;
mod trace;
mod walk;
