//! `certify`: the main job.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use clap::ValueEnum;
use signer_conformance::log::{MAX_LOG_BYTES, NdjsonLog};
use signer_conformance::report::{self, Report, Toned};
use signer_conformance::{
    Depth, Endpoint, Ledger, Program, RunOptions, Second, ShrinkBudget, certify, fresh_prefix, plan,
};
use signer_schemas::{Basis, Edition};

use crate::connection::Connection;
use crate::failure::Failure;
use crate::interrupt::interruptible;
use crate::progress::progress;
use crate::selection::{check_filters, depth, shard, suite, times};
use crate::values::{bytes, duration, positive_duration};
use crate::{arguments, show};

/// How many random sequences a run draws by default.
pub const SEQUENCES: u32 = 100;

/// How many cases run at once on the reference implementation in this process.
const EMBEDDED_JOBS: usize = 8;

/// The options of `certify`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    connection: Connection,
    /// The edition of the API: current or 2019-05-22.
    #[arg(long, default_value = "current", value_parser = edition)]
    edition: Edition,
    /// What counts as a failure: this basis and all stronger ones, in the order documented, inferred,
    /// modelled, observed.
    #[arg(long, default_value = "documented", value_parser = basis)]
    basis: Basis,
    /// How much of the plan is run: all of it, or the cases that find most, with a fraction of the requests.
    #[arg(long, default_value = "full", value_name = "quick|full", value_parser = depth)]
    depth: Depth,
    /// Runs only these suites.
    #[arg(long, value_name = "NAME", num_args = 1.., value_parser = suite)]
    suite: Vec<String>,
    /// Runs only cases whose name contains one of these texts.
    #[arg(long, value_name = "TEXT", num_args = 1..)]
    case: Vec<String>,
    /// Leaves out cases whose name contains one of these texts.
    #[arg(long, value_name = "TEXT", num_args = 1..)]
    skip: Vec<String>,
    /// Runs the K-th of N parts of the plan, which have as many cases each.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    shard: Option<(u32, u32)>,
    /// Cuts the parts by what each case took in the report in this folder, so that all take about as long.
    #[arg(long, value_name = "DIR", requires = "shard")]
    times: Option<PathBuf>,
    /// What the random sequences are drawn from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many random sequences to draw.
    #[arg(long, value_name = "N", default_value_t = SEQUENCES)]
    sequences: u32,
    /// Stops after that time; what was not run by then makes the verdict inconclusive.
    #[arg(long, value_name = "TIME", value_parser = positive_duration)]
    budget: Option<Duration>,
    /// Stops after so many requests.
    #[arg(long, value_name = "N")]
    max_calls: Option<u64>,
    /// Stops when the log of exchanges would become larger; what was not run by then makes the verdict
    /// inconclusive.
    #[arg(long, default_value_t = MAX_LOG_BYTES, value_name = "BYTES", value_parser = bytes::<u64>)]
    max_log_bytes: u64,
    /// How many cases run at once; by default one on an endpoint, several on the reference implementation in
    /// this process.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    jobs: Option<u8>,
    /// How long a signing job may stay in progress.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    job_timeout: Duration,
    /// Reports findings as they were met, without reducing them to their shortest sequence.
    #[arg(long)]
    no_shrink: bool,
    /// Reducing one finding ends after the program during which that time is up; by default 30s on an
    /// endpoint.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    shrink_time: Option<Duration>,
    /// Reducing one finding ends after the program that sends so many requests; by default 300 on an
    /// endpoint.
    #[arg(long, value_name = "N")]
    shrink_calls: Option<u64>,
    /// The target's known deviations.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Where the report goes.
    #[arg(long, value_name = "DIR", default_value = "target/certification")]
    out: PathBuf,
    /// What is printed on standard output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Shows no progress.
    #[arg(long)]
    quiet: bool,
}

/// The forms of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person.
    Text,
    /// As `report.json`.
    Json,
    /// As `junit.xml`.
    Junit,
    /// As `summary.md`.
    Markdown,
}

/// The options alone, for those who have no command line of the program.
#[derive(clap::Parser)]
struct Alone {
    #[command(flatten)]
    args: Args,
}

impl Args {
    /// The options that these texts and the environment give.
    pub fn from_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, Failure> {
        let texts = std::iter::once("certify").chain(texts);
        arguments::parse::<Alone>(texts)
            .map(|alone| alone.args)
            .map_err(|error| Failure::Usage(error.to_string()))
    }

    /// Prepares the endpoint; for the reference implementation in this process, starts it.
    pub async fn open(&self) -> Result<Arc<dyn Endpoint>, Failure> {
        self.connection.agreed()?;
        self.connection.open(self.edition).await
    }

    /// Whether the reference implementation in this process is asked.
    pub fn is_embedded(&self) -> bool {
        self.connection.url().is_none()
    }

    fn default_jobs(&self) -> usize {
        if self.is_embedded() { EMBEDDED_JOBS } else { 1 }
    }

    fn shrink_budget(&self) -> ShrinkBudget {
        let remote = |limit| self.connection.url().map(|_| limit);
        ShrinkBudget {
            time: self.shrink_time.or_else(|| remote(Duration::from_secs(30))),
            calls: self.shrink_calls.or_else(|| self.connection.url().map(|_| 300)),
        }
    }

    /// How the run goes about it.
    pub fn options(&self) -> Result<RunOptions, Failure> {
        Ok(RunOptions {
            basis: self.basis,
            depth: self.depth,
            suites: self.suite.clone(),
            only: self.case.clone(),
            skip: self.skip.clone(),
            seed: self.seed,
            sequences: self.sequences,
            budget: self.budget,
            max_calls: self.max_calls,
            shard: self.shard,
            times: self.times.as_deref().map(times).transpose()?,
            job_timeout: self.job_timeout,
            shrink: !self.no_shrink,
            buckets: self.connection.buckets(),
            other_is_given: self.connection.second() == Second::Given,
            second_region: self.connection.second_region(),
            shrink_budget: self.shrink_budget(),
            jobs: self.jobs.map_or_else(|| self.default_jobs(), usize::from),
            ..RunOptions::new(self.edition, fresh_prefix())
        })
    }
}

pub(crate) async fn run(args: &Args) -> Result<ExitCode, Failure> {
    let options = args.options()?;
    let unwritable = |error: std::io::Error| {
        Failure::option("--out", format!("{} cannot be written: {error}", args.out.display()))
    };
    report::clear(&args.out, args.ledger.as_deref()).map_err(|error| Failure::option("--out", error))?;
    let ledger = args.ledger.as_ref().map(|path| read_ledger(path, args.edition)).transpose()?;
    // The target is looked at while the plan is made, unless the plan may be one that is refused.
    let planning = std::thread::spawn({
        let options = options.clone();
        move || plan(&options)
    });
    let programs = LazyLock::new(|| planning.join().unwrap_or_else(|panic| resume_unwind(panic)));
    if options.is_filtered() {
        check_filters(&options, &programs)?;
    }
    if args.connection.is_aws() {
        show::err(&plan_words(&options, &programs));
    }
    let endpoint = args.open().await?;
    std::fs::create_dir_all(&args.out).map_err(unwritable)?;
    let log_path = args.out.join(report::LOG);
    let mut log = NdjsonLog::create(&log_path, args.max_log_bytes).map_err(unwritable)?;
    let progress = interruptible(progress(args.quiet))
        .map_err(|error| Failure::Inconclusive(format!("cannot listen for signals: {error}")))?;
    let edition = args.edition;
    std::thread::spawn(move || Report::prepare(edition));
    let outcome = certify(&endpoint, &options, programs, &progress, &mut log).await;
    drop(progress);
    let run = outcome?;
    log.finish().map_err(unwritable)?;
    let buckets = args.connection.buckets();
    if !args.quiet && (buckets.source.is_some() || buckets.destination.is_some()) {
        show::err(&format!(
            "objects whose keys begin with {:?} stay in the buckets that were named\n",
            options.prefix
        ));
    }
    let mut report = Report::new(&run, &options, ledger.as_ref());
    report.hashes.log = Some(report::file_hash(&log_path).map_err(unwritable)?);
    report.target.replay = args.connection.replay_options();
    report::write(&args.out, &report, &run, ledger.as_ref())
        .map_err(|error| Failure::option("--out", error))?;
    show::out(match args.format {
        Format::Text => report_text(&report, &args.out),
        Format::Json => Toned::from(&report.to_json()),
        Format::Junit => Toned::from(&report::junit(&report)),
        Format::Markdown => Toned::from(&report::markdown(&report)),
    })?;
    Ok(ExitCode::from(report.verdict.exit_code()))
}

/// The report as text, and where it lies.
pub(crate) fn report_text(report: &Report, folder: &Path) -> Toned {
    let mut text = report::text(report, &folder.display().to_string());
    text.append(Toned::from(&format!("report: {}\n", folder.join("report.json").display())));
    text
}

/// The ledger at that path, for that edition.
pub fn read_ledger(path: &Path, edition: Edition) -> Result<Ledger, Failure> {
    let ledger = Ledger::load(path).map_err(|error| Failure::option("--ledger", error))?;
    if ledger.edition != edition {
        let what =
            format!("{} is for the edition {}, but --edition is {edition}", path.display(), ledger.edition);
        return Err(Failure::option("--ledger", what));
    }
    Ok(ledger)
}

/// What a run is going to do, before it does it.
fn plan_words(options: &RunOptions, programs: &[Program]) -> String {
    let mut suites: BTreeMap<&str, usize> = BTreeMap::new();
    for program in programs {
        *suites.entry(program.suite()).or_default() += 1;
    }
    let steps: usize = programs.iter().map(|program| program.steps.len()).sum();
    let suites: Vec<String> = suites.into_iter().map(|(name, cases)| format!("{name} {cases}")).collect();
    format!(
        "The plan: {} cases ({}), at least {steps} requests. All names begin with {:?}. Signing profiles \
         cannot be deleted: canceled ones stay for two years.\n",
        programs.len(),
        suites.join(", "),
        options.prefix
    )
}

pub(crate) fn edition(text: &str) -> Result<Edition, String> {
    Edition::from_id(text).ok_or_else(|| format!("there are {}", Edition::ALL.map(Edition::id).join(" and ")))
}

pub(crate) fn basis(text: &str) -> Result<Basis, String> {
    let known = || Basis::ALL.into_iter().filter(|basis| *basis != Basis::Open);
    known()
        .find(|basis| basis.id() == text)
        .ok_or_else(|| format!("there are {}", known().map(Basis::id).collect::<Vec<_>>().join(", ")))
}
