//! The command line of the server, shared by the two programs that have it.

use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::embed::Server;
use crate::seed::Seed;
use crate::start::StartError;
use anyhow::{Context as _, bail};
use signer_folder::DataFolder;
use signer_objects::{Remote, Versioning};
use signer_schemas::Edition;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::disturbances::Disturbances;
use crate::freedoms::chosen::Freedoms;
use crate::identity;
use crate::identity::Identity;
use crate::logs::LogArgs;
pub use crate::parse::region;
use crate::parse::{duration, edition, host, versioning};
use crate::rates::Rate;
use crate::server::limits::Limits;
use crate::shutdown::Shutdown;

/// A local AWS Signer.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8770", value_name = "HOST:PORT")]
    pub listen: String,
    /// The account of the first built-in identity.
    #[arg(long, default_value = identity::OWNER_ACCOUNT, value_name = "12 DIGITS")]
    pub account: String,
    /// The Region of requests that name none, such as unsigned ones: otherwise it is the one that a request
    /// is signed for.
    #[arg(long, default_value = "us-east-1", value_parser = region)]
    pub region: String,
    /// Who may call: a JSON list of {"accessKeyId","secretAccessKey","account","arn"}; - is standard input.
    #[arg(long, value_name = "FILE")]
    pub identities: Option<PathBuf>,
    /// Serves requests that are not signed; the first identity is the caller.
    #[arg(long)]
    pub no_auth: bool,
    /// Names of this server: under --no-auth, and for /_signer/clock, it is asked under an address, as
    /// localhost, or as one of these, so that no page of another site can ask it.
    #[arg(long, value_name = "NAME", num_args = 1.., value_parser = host)]
    pub allow_host: Vec<String>,
    /// The S3 of the signing jobs, by an http:// URL, instead of the embedded one. It is asked path-style,
    /// with `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, or as the first identity if
    /// they are not set.
    #[arg(long, value_name = "URL")]
    pub s3_endpoint: Option<String>,
    /// Whether buckets of the embedded S3 keep versions when they are made: on, because a job names a
    /// version, or off, as S3 has it.
    #[arg(long, default_value = "on", value_name = "on|off", value_parser = versioning)]
    pub bucket_versioning: Versioning,
    /// How long a signing job stays in progress, e.g. 50ms or 2s.
    #[arg(long, default_value = "50ms", value_name = "TIME", value_parser = duration)]
    pub job_delay: Duration,
    /// Writes the root certificate of all signatures into this file, as PEM, before it listens.
    #[arg(long, value_name = "FILE")]
    pub export_root: Option<PathBuf>,
    /// Keeps everything in this folder, so that another start goes on where this one ended; without it, in
    /// memory.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// What to begin with, and again after each reset, as JSON; with --data only in a folder that holds
    /// nothing yet: {"profiles": [{"profileName","platformId",…: the members of `PutSigningProfile`;
    /// "account","region","status", "permissions": [{"statementId","action","principal"}]}], "buckets":
    /// [{"name","account","region","versioning", "objects": [{"key", one of "text","base64","file"}]}]}.
    #[arg(long, value_name = "FILE")]
    pub seed_file: Option<PathBuf>,
    /// The customer's certificates, for profiles that name one: REGION/ACCOUNT/ID/key.pem and chain.pem for
    /// each ARN arn:aws:acm:REGION:ACCOUNT:certificate/ID [default: certificates in --data].
    #[arg(long, value_name = "DIR")]
    pub certificates: Option<PathBuf>,
    /// The edition of the API: current or 2019-05-22.
    #[arg(long, default_value = "current", value_parser = edition)]
    pub edition: Edition,
    /// Deliberate mistakes to make.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub fault: Vec<String>,
    /// Answers to open points.
    #[arg(long, value_name = "ID=CHOICE", num_args = 1..)]
    pub freedom: Vec<String>,
    /// Draws the answers to all open points that are not named.
    #[arg(long, value_name = "N")]
    pub freedom_seed: Option<u64>,
    /// Lets anybody move the clock by POST /_signer/clock, so that a test sees what happens after months, and
    /// have everything forgotten by POST /_signer/reset, so that the next test finds nothing, or what
    /// --seed-file says.
    #[arg(long)]
    pub control: bool,
    /// How often an account may call an operation, e.g. `SignPayload=5/s`, or `*=10/s` for each of the
    /// others; the rest is answered with 429.
    #[arg(long, value_name = "OPERATION=N/s", help_heading = "Disturbances")]
    pub rate_limit: Vec<Rate>,
    /// Which requests are disturbed.
    #[command(flatten, next_help_heading = "Disturbances")]
    pub disturbances: Disturbances,
    /// What one client may take from the others.
    #[command(flatten, next_help_heading = "Limits")]
    pub limits: Limits,
    /// What is logged, and how.
    #[command(flatten, next_help_heading = "Logs")]
    pub log: LogArgs,
}

impl Args {
    /// The configuration that the options make.
    pub fn config(&self) -> anyhow::Result<Config> {
        if !identity::is_account(&self.account) {
            bail!("--account must be 12 digits, not {:?}", self.account);
        }
        self.disturbances.check().map_err(|error| anyhow::anyhow!("--disturb: {error}"))?;
        if let Some(path) = self.certificates.as_ref().filter(|path| !path.is_dir()) {
            bail!("--certificates {} is no folder", path.display());
        }
        let mut config = Config {
            edition: self.edition,
            region: self.region.clone(),
            identities: self.read_identities()?,
            authenticate: !self.no_auth,
            job_delay: self.job_delay,
            control: self.control,
            allowed_hosts: self.allow_host.clone(),
            limits: self.limits.clone(),
            disturbances: self.disturbances.clone(),
            rates: self.rate_limit.clone(),
            certificates: self.certificates.clone(),
            bucket_versioning: self.bucket_versioning,
            freedoms: self.freedom_seed.map(Freedoms::seeded).unwrap_or_default(),
            ..Config::default()
        };
        if let Some(path) = &self.seed_file {
            let seed = Seed::read(path, self.edition);
            let seed = seed.map_err(|error| anyhow::anyhow!("--seed-file {}: {error}", path.display()))?;
            config.beginning = Some(Arc::new(seed));
        }
        config.s3 = self.read_s3_endpoint(&config)?;
        for id in &self.fault {
            config = config.with_fault(id).map_err(|error| anyhow::anyhow!("--fault: {error}"))?;
        }
        for choice in &self.freedom {
            let (id, choice) =
                choice.split_once('=').with_context(|| format!("--freedom {choice:?} is not ID=CHOICE"))?;
            config =
                config.with_freedom(id, choice).map_err(|error| anyhow::anyhow!("--freedom: {error}"))?;
        }
        Ok(config)
    }

    fn read_identities(&self) -> anyhow::Result<Vec<Identity>> {
        let Some(path) = &self.identities else { return Ok(identity::built_in(&self.account)) };
        identity::read(path).with_context(|| format!("--identities {}", path.display()))
    }

    fn read_s3_endpoint(&self, config: &Config) -> anyhow::Result<Option<Remote>> {
        let Some(endpoint) = &self.s3_endpoint else { return Ok(None) };
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let token = set("AWS_SESSION_TOKEN");
        let (access, secret, token) =
            match (set("AWS_ACCESS_KEY_ID"), set("AWS_SECRET_ACCESS_KEY"), config.identities.first()) {
                (Some(access), Some(secret), _) => (access, secret, token),
                (_, _, Some(first)) => (first.access_key_id.clone(), first.secret_access_key.clone(), None),
                (_, _, None) => {
                    bail!(
                        "--s3-endpoint: there are no keys to sign with; set AWS_ACCESS_KEY_ID and \
                     AWS_SECRET_ACCESS_KEY"
                    )
                }
            };
        let remote = Remote::new(endpoint, &config.region, (&access, &secret, token.as_deref()));
        remote.map(Some).map_err(|told| anyhow::anyhow!("--s3-endpoint: {told}"))
    }

    fn server(&self, config: Config) -> anyhow::Result<Server> {
        let server = match &self.data {
            None => Server::new(config),
            Some(path) => DataFolder::open(path)
                .map_err(StartError::from)
                .and_then(|folder| Server::open(config, folder))
                .with_context(|| format!("--data {}", path.display()))?,
        };
        if let Some(path) = &self.export_root {
            let root = server.root_pem().map_err(|unsigned| anyhow::anyhow!("--export-root: {unsigned}"))?;
            std::fs::write(path, root).with_context(|| format!("--export-root {}", path.display()))?;
        }
        Ok(server)
    }

    async fn begin(&self, server: &Server) -> anyhow::Result<()> {
        let Some(path) = &self.seed_file else { return Ok(()) };
        let begun = server
            .begin()
            .await
            .map_err(|error| anyhow::anyhow!("--seed-file {}: {error}", path.display()))?;
        if !begun {
            tracing::warn!("--seed-file is passed over: the folder of --data holds something already");
        }
        Ok(())
    }

    /// Serves until the process is asked to end.
    pub async fn run(&self) -> anyhow::Result<()> {
        let _written_at_the_end = self.log.start();
        let config = self.config()?;
        let identities = config.identities.clone();
        let server = self.server(config)?;
        self.begin(&server).await?;
        let listener = bind(&self.listen).await?;
        // Before it is known that the program is there to be ended.
        let mut shutdown = Shutdown::new()?;
        let mut out = std::io::stdout();
        writeln!(out, "listening on http://{}", listener.local_addr()?)?;
        if self.identities.is_none() {
            for identity in &identities {
                writeln!(out, "{}", identity.in_words())?;
            }
        }
        out.flush()?;
        let told = async move {
            shutdown.next().await;
            tracing::info!("told to end: finishing what is in flight");
            tokio::spawn(async move {
                shutdown.next().await;
                std::process::exit(ENDED_AT_ONCE);
            });
        };
        server.serve(listener, told).await?;
        Ok(())
    }
}

/// What `--listen` names, a number or a name, ready to be connected to.
pub async fn bind(listen: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen).await.map_err(|error| {
        let way_out = match error.kind() {
            ErrorKind::AddrInUse => {
                "another program listens there; name another port, or port 0 for any that is free"
            }
            ErrorKind::AddrNotAvailable => {
                "this machine has no such address; 127.0.0.1 is for this machine only, 0.0.0.0 for all"
            }
            ErrorKind::PermissionDenied => {
                "this user may not listen there; ports from 1024 on are for everybody"
            }
            _ => "it takes HOST:PORT, such as 127.0.0.1:8770",
        };
        anyhow::anyhow!("--listen {listen}: {error}: {way_out}")
    })
}

/// Ends what a program of this kind still does in the background, without waiting for a job that is at work:
/// it is done again when the server starts again.
pub fn end(runtime: tokio::runtime::Runtime) {
    /// Enough for tasks that only have to stop.
    const LAST_WAIT: Duration = Duration::from_millis(200);
    runtime.shutdown_timeout(LAST_WAIT);
}

/// The exit code of a program that was asked twice to end.
const ENDED_AT_ONCE: i32 = 1;
