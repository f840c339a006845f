//! The share of faults found over the requests sent: as a table and as a picture.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::markdown::Columns;
use crate::order::choose::hundredths;
use crate::order::kills::Kills;

/// After each request that was the first to find a fault: how many were sent, and which share of the faults
/// was found by then.
pub(crate) struct Curve {
    points: Vec<(u32, f64)>,
    /// Sent in all.
    pub(crate) requests: u32,
}

impl Curve {
    /// Of these cases, each with the requests that it sends, run in this order.
    pub(crate) fn new(table: &Kills, cases: &[(String, u32)], faults: &[usize]) -> Self {
        let mut finds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for fault in faults {
            for name in &table.found_by[*fault] {
                finds.entry(name).or_default().push(*fault);
            }
        }
        let (mut points, mut requests, mut found) = (vec![(0, 0.0)], 0, BTreeSet::<usize>::new());
        for (name, sent) in cases {
            requests += sent;
            let before = found.len();
            found.extend(finds.get(name.as_str()).into_iter().flatten());
            if found.len() > before {
                points.push((requests, hundredths(found.len(), faults.len())));
            }
        }
        Self { points, requests }
    }

    /// The share found with so many requests, in hundredths.
    fn at(&self, requests: u32) -> f64 {
        self.points.iter().take_while(|(sent, _)| *sent <= requests).last().map_or(0.0, |(_, share)| *share)
    }
}

/// Where the table looks.
const LOOKS: [u32; 9] = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

/// The table of shares.
pub(crate) fn table(old: &Curve, new: &Curve, quick: &Curve, held_out: &[Curve]) -> String {
    let mut table = Columns::new([
        "requests",
        "by suite",
        "what finds most first",
        "quick",
        "half A, chosen on B",
        "half B, chosen on A",
    ]);
    let share = |curve: &Curve, requests: u32| {
        if requests > curve.requests && curve.at(requests) < 100.0 {
            String::new()
        } else {
            format!("{:.0} %", curve.at(requests))
        }
    };
    for requests in LOOKS {
        let curves = [old, new, quick].into_iter().chain(held_out);
        table.row(std::iter::once(requests.to_string()).chain(curves.map(|curve| share(curve, requests))));
    }
    format!("Share of the seeded faults that is found, over the requests sent.\n\n{}", table.text())
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 30.0;
const RIGHT: f64 = 700.0;
const BOTTOM: f64 = 350.0;

/// The picture; requests grow tenfold from mark to mark.
pub(crate) fn picture(old: &Curve, new: &Curve, quick: &Curve, held_out: &[Curve]) -> String {
    let most = old.requests.max(new.requests);
    let x =
        |requests: u32| LEFT + (RIGHT - LEFT) * f64::from(requests.max(1)).log10() / f64::from(most).log10();
    let y = |share: f64| BOTTOM - (BOTTOM - TOP) * share / 100.0;
    let mut out = String::new();
    let mut put = |text: String| writeln!(out, "{text}").expect("a string takes text");
    put(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\">"
    ));
    put("<title>Share of the seeded faults found, over the requests sent</title>".to_owned());
    put(format!("<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>"));
    for share in [0.0, 25.0, 50.0, 75.0, 90.0, 100.0] {
        let at = y(share);
        put(format!("<path d=\"M{LEFT} {at:.1}H{RIGHT}\" stroke=\"#ddd\"/>"));
        put(format!(
            "<text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{share:.0} %</text>",
            LEFT - 8.0,
            at + 4.0
        ));
    }
    for requests in [1, 10, 100, 1000, 2000, 10_000].into_iter().filter(|requests| *requests <= most) {
        let at = x(requests);
        put(format!("<path d=\"M{at:.1} {TOP}V{BOTTOM}\" stroke=\"#ddd\"/>"));
        put(format!(
            "<text x=\"{at:.1}\" y=\"{:.0}\" text-anchor=\"middle\">{requests}</text>",
            BOTTOM + 18.0
        ));
    }
    put(format!(
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">requests sent</text>",
        f64::midpoint(LEFT, RIGHT),
        BOTTOM + 38.0
    ));
    let held_out = held_out.iter().map(|curve| (curve, "#e69f00", "3 3"));
    for (curve, colour, dashes) in
        [(old, "#888", "none"), (new, "#0072b2", "none"), (quick, "#009e73", "none")]
            .into_iter()
            .chain(held_out)
    {
        let mut path = format!("M{:.1} {:.1}", x(1), y(0.0));
        for (requests, share) in &curve.points {
            write!(path, "H{:.1}V{:.1}", x(*requests), y(*share)).expect("a string takes text");
        }
        write!(path, "H{:.1}", x(curve.requests)).expect("a string takes text");
        put(format!(
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" \
             stroke-dasharray=\"{dashes}\"/>"
        ));
    }
    let legend = [
        ("quick", "#007a59"),
        ("what finds most first, behind lists in small pages", "#0072b2"),
        ("chosen on one half of the faults, held to the other", "#b37400"),
        ("in the order of the suites", "#666"),
    ];
    for (line, (words, colour)) in (0_u8..).zip(legend) {
        put(format!(
            "<text x=\"{:.0}\" y=\"{:.0}\" fill=\"{colour}\">{words}</text>",
            LEFT + 12.0,
            TOP + 20.0 * f64::from(line + 1)
        ));
    }
    put("</svg>".to_owned());
    out
}
