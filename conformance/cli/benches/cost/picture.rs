//! Panels of lines on logarithmic scales, as SVG and as text.

/// One set of axes.
pub(crate) struct Panel {
    pub(crate) title: &'static str,
    /// What is counted from left to right.
    pub(crate) across: &'static str,
    pub(crate) lines: Vec<Line>,
}

/// What is measured, at each count.
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(f64, f64)>,
}

impl Panel {
    /// The figures.
    pub(crate) fn text(&self) -> String {
        let mut text = self.title.to_owned();
        for line in &self.lines {
            for (count, figure) in &line.points {
                let figure = shown(*figure);
                text.push_str(&format!("\n{count:>12.0} {}  {figure:>8} {}", self.across, line.name));
            }
        }
        text
    }

    fn points(&self) -> impl Iterator<Item = &(f64, f64)> + Clone {
        self.lines.iter().flat_map(|line| &line.points)
    }
}

const WIDTH: f64 = 400.0;
const HEIGHT: f64 = 310.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 370.0;
const TOP: f64 = 62.0;
const BOTTOM: f64 = 255.0;
const COLOURS: [&str; 2] = ["#0072b2", "#b37400"];

/// All panels, two in a row.
pub(crate) fn picture(panels: &[Panel]) -> String {
    let rows = panels.len().div_ceil(2);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<title>How cost grows</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        2.0 * WIDTH,
        times(rows, HEIGHT)
    );
    for (nth, panel) in panels.iter().enumerate() {
        let (x, y) = (times(nth % 2, WIDTH), times(nth / 2, HEIGHT));
        put(&mut out, &format!("<g transform=\"translate({x} {y})\">"));
        draw(&mut out, panel);
        put(&mut out, "</g>");
    }
    put(&mut out, "</svg>");
    out
}

fn draw(out: &mut String, panel: &Panel) {
    let (across, up) =
        (Scale::over(panel.points().map(|(x, _)| *x)), Scale::over(panel.points().map(|(_, y)| *y)));
    let x = |count: f64| LEFT + (RIGHT - LEFT) * across.share(count);
    let y = |figure: f64| BOTTOM - (BOTTOM - TOP) * up.share(figure);
    put(out, &format!("<text x=\"{LEFT}\" y=\"22\" font-size=\"14\">{}</text>", panel.title));
    for mark in across.marks() {
        let (at, label) = (x(mark), shown(mark));
        put(out, &format!("<path d=\"M{at:.1} {TOP}V{BOTTOM}\" stroke=\"#ddd\"/>"));
        put(
            out,
            &format!("<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{label}</text>", BOTTOM + 16.0),
        );
    }
    for mark in up.marks() {
        let (at, label) = (y(mark), shown(mark));
        put(out, &format!("<path d=\"M{LEFT} {at:.1}H{RIGHT}\" stroke=\"#ddd\"/>"));
        put(
            out,
            &format!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>", LEFT - 6.0, at + 4.0),
        );
    }
    let middle = f64::midpoint(LEFT, RIGHT);
    put(
        out,
        &format!(
            "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            BOTTOM + 36.0,
            panel.across
        ),
    );
    for (nth, (line, colour)) in panel.lines.iter().zip(COLOURS).enumerate() {
        let points: Vec<String> =
            line.points.iter().map(|(count, figure)| format!("{:.1} {:.1}", x(*count), y(*figure))).collect();
        let path = points.join("L");
        put(out, &format!("<path d=\"M{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"));
        let (at, name) = (40.0 + times(nth, 14.0), line.name);
        put(
            out,
            &format!("<text x=\"{RIGHT}\" y=\"{at}\" text-anchor=\"end\" fill=\"{colour}\">{name}</text>"),
        );
    }
}

fn put(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

/// A logarithmic scale from a power of ten to another one.
struct Scale {
    from: i32,
    to: i32,
}

impl Scale {
    #[expect(clippy::cast_possible_truncation, reason = "an exponent of what is measured is small")]
    fn over(values: impl Iterator<Item = f64> + Clone) -> Self {
        let positive = values.filter(|value| *value > 0.0);
        let least = positive.clone().fold(f64::INFINITY, f64::min);
        let most = positive.fold(0.0, f64::max);
        if most == 0.0 {
            return Self { from: 0, to: 1 };
        }
        let (from, to) = (least.log10().floor() as i32, most.log10().ceil() as i32);
        Self { from, to: to.max(from + 1) }
    }

    fn share(&self, value: f64) -> f64 {
        let exponent = value.max(f64::MIN_POSITIVE).log10() - f64::from(self.from);
        (exponent / f64::from(self.to - self.from)).max(0.0)
    }

    fn marks(&self) -> impl Iterator<Item = f64> {
        (self.from..=self.to).map(|exponent| 10_f64.powi(exponent))
    }
}

/// A figure as it is read: large ones in thousands, small ones with what counts of them.
fn shown(value: f64) -> String {
    match value {
        1e6.. => format!("{} M", value / 1e6),
        1e4.. => format!("{} k", value / 1e3),
        100.0.. => format!("{value:.0}"),
        1.0.. => format!("{value:.1}").trim_end_matches(".0").to_owned(),
        _ => format!("{value:.4}").trim_end_matches('0').to_owned(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are few panels and lines")]
fn times(count: usize, each: f64) -> f64 {
    count as f64 * each
}
