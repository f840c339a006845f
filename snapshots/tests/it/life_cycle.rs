//! The life cycles as diagrams (Mermaid), drawn from what the model permits: every step of every toured
//! scope, seen from one resource. model/README.md shows some of them.

use std::fmt::Write as _;

use signer_model::{Admission, Arrow, BEGIN, LIVES, Life};

use crate::golden::golden;
use crate::tree::root;

/// The golden file of this module.
pub(crate) const NAMES: [&str; 1] = ["life-cycle"];

const LEGEND: &str = "\
An arrow is a step after which the status is another. Calls that are refused, or that leave the status as \
it is, are in
outcomes/, and so are answers that what was seen of the real service speaks against. (open): whatever its arguments, nobody
says whether the call does that.
";

fn diagram(life: Life) -> String {
    let cycle = life.cycle();
    let plain = |status: &str| status == BEGIN || status.chars().all(char::is_alphanumeric);
    let id = |place: usize| {
        if plain(&cycle.statuses[place]) { cycle.statuses[place].clone() } else { format!("s{place}") }
    };
    let mut text = "```mermaid\nstateDiagram-v2\n".to_owned();
    for (place, status) in cycle.statuses.iter().enumerate().filter(|(_, status)| !plain(status)) {
        writeln!(text, "    state \"{status}\" as s{place}").expect("text");
    }
    for Arrow { from, to, by } in &cycle.arrows {
        let words = |(words, admission): (&String, &Admission)| match admission {
            Admission::Required => words.clone(),
            Admission::Open | Admission::Contradicted => format!("{words} (open)"),
        };
        let steps: Vec<_> = by.iter().map(words).collect();
        writeln!(text, "    {} --> {}: {}", id(*from), id(*to), steps.join(", ")).expect("text");
    }
    text + "```\n"
}

#[test]
fn life_cycles_are_as_reviewed() {
    let mut text = LEGEND.to_owned();
    for life in LIVES {
        write!(text, "\n## {}\n\n{BEGIN}: {}.\n\n{}", life.name, life.begins, diagram(life)).expect("text");
    }
    golden("tables", "life-cycle", &text);
}

/// The diagrams in model/README.md, each between a line that names its subject and a line that ends it.
#[test]
fn the_guide_shows_the_life_cycles_of_the_model() {
    const SHOWN: [&str; 2] = ["profile", "job"];
    const END: &str = "<!-- end of the diagram -->\n";
    let path = root().join("model/README.md");
    let readme = std::fs::read_to_string(&path).expect("a README");
    let mut right = readme.clone();
    for life in LIVES.into_iter().filter(|life| SHOWN.contains(&life.name)) {
        let begin = format!("<!-- life cycle of a {}, derived from the model -->\n", life.name);
        let (before, rest) =
            right.split_once(&begin).unwrap_or_else(|| panic!("model/README.md has no line {begin}"));
        let (_, after) =
            rest.split_once(END).unwrap_or_else(|| panic!("model/README.md has no line {END} after {begin}"));
        right = format!("{before}{begin}{}{END}{after}", diagram(life));
    }
    if readme != right && std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &right).expect("model/README.md can be written");
    } else {
        assert!(
            readme == right,
            "model/README.md shows another life cycle than the model has. \
            `INSTA_UPDATE=always cargo test -p signer-snapshots life_cycle` puts the right diagrams there."
        );
    }
}
