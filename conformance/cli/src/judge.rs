//! `judge`: traffic that this program did not send.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use signer_conformance::report::{Tone, Toned, printable};
use signer_conformance::{Departure, DepartureRow, Judged, traffic, visible};
use signer_schemas::{Basis, Edition};

use crate::certify::{basis, edition};
use crate::failure::Failure;
use crate::show;

/// The options of `judge`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// An HTTP Archive (HAR), or one exchange a line as in `exchanges.ndjson.gz`, compressed or not; - is
    /// standard input.
    file: PathBuf,
    /// The edition of the API to judge by: current or 2019-05-22.
    #[arg(long, default_value = "current", value_parser = edition)]
    edition: Edition,
    /// What counts as a failure: this basis and all stronger ones, in the order documented, inferred,
    /// modelled, observed.
    #[arg(long, default_value = "documented", value_parser = basis)]
    basis: Basis,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let traffic = traffic::read(&args.file).map_err(|error| Failure::Usage(error.to_string()))?;
    let judged = signer_conformance::judge(args.edition, &traffic);
    let (code, words) = match (judged.exchanges(), judged.counting(args.basis).count()) {
        (0, _) => (3, "nothing to judge: no exchange of a known route".to_owned()),
        (_, 0) => (0, "nothing departs in what was judged".to_owned()),
        (_, 1) => (1, "1 departure counts".to_owned()),
        (_, many) => (1, format!("{many} departures count")),
    };
    if args.json {
        let text = visible::json_pretty(&judged).map_err(|error| Failure::Inconclusive(error.to_string()))?;
        show::out(&format!("{text}\n"))?;
    } else {
        let mut text = text(args, &judged);
        text.append(Toned::from(&format!("{words}\n")));
        show::out(text)?;
    }
    Ok(ExitCode::from(code))
}

/// So many places are named.
const PLACES: usize = 5;

fn text(args: &Args, judged: &Judged) -> Toned {
    let mut out = Toned::default();
    for DepartureRow { departure, places } in &judged.departures {
        let Departure { requirement, basis, operation, by, summary, permitted, observed, .. } = departure;
        let tone = if *basis <= args.basis { Tone::Bad } else { Tone::Doubtful };
        let more = if places.len() > PLACES {
            format!(" and {} more", places.len() - PLACES)
        } else {
            String::new()
        };
        let first = places.iter().take(PLACES).map(String::as_str).collect::<Vec<_>>().join(", ");
        out.toned(tone, requirement);
        let _ = writeln!(
            out,
            " at {operation} ({}, {by}): {}\n  permitted {}\n  observed  {}\n  at        {}{more}",
            basis.id(),
            printable(summary),
            printable(&permitted.join(" or ")),
            printable(observed),
            printable(&first),
        );
    }
    let _ = writeln!(out, "judged, each exchange by itself: {}", judged.exchanges());
    for (operation, exchanges) in &judged.operations {
        let _ = writeln!(out, "  {:<24} {exchanges}", operation.name());
    }
    let absent: Vec<&str> =
        judged.absent(args.edition).into_iter().map(signer_schemas::Operation::name).collect();
    if !absent.is_empty() {
        let _ = writeln!(out, "not called: {}", absent.join(", "));
    }
    let _ = writeln!(out, "requirements put to the test: {}", judged.exercised.len());
    if !judged.unjudged.is_empty() {
        let _ = writeln!(out, "not judged: {}", judged.unjudged.len());
        for left in judged.unjudged.iter().take(PLACES) {
            let _ =
                writeln!(out, "  {}: {} ({})", left.place, printable(&left.request), printable(&left.reason));
        }
        if judged.unjudged.len() > PLACES {
            let _ = writeln!(out, "  and {} more", judged.unjudged.len() - PLACES);
        }
    }
    let _ = out
        .write_str("not judged of any: what the answers have to do with each other; `certify` asks that\n");
    out
}
