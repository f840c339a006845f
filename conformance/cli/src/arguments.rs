//! The command line, and what clap alone would let pass.

use std::ffi::{OsStr, OsString};

use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::connection;

/// What the arguments ask for.
pub(crate) fn parse<P: CommandFactory + FromArgMatches>(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<P, clap::Error> {
    let mut command = P::command().mut_args(adapted).mut_subcommands(|command| command.mut_args(adapted));
    let matches = command.try_get_matches_from_mut(arguments)?;
    check(&mut command, &matches)?;
    P::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// A negative number is the option's value, so that the refusal names the option. An empty variable is as
/// good as none.
fn adapted(arg: Arg) -> Arg {
    let is_number = |name: &str| matches!(name, "N" | "N/s" | "K/N" | "TIME" | "TIME[..TIME]" | "BYTES");
    let takes_number = arg.get_value_names().is_some_and(|names| names.iter().any(|name| is_number(name)));
    let arg = if takes_number { arg.allow_hyphen_values(true) } else { arg };
    // Without its URL another target would be asked than the user means, unnoticed.
    let is_unset = arg.get_env().is_some_and(|name| name != connection::ENDPOINT && is_empty(name));
    if is_unset { arg.env(Resettable::Reset) } else { arg }
}

fn is_empty(variable: &OsStr) -> bool {
    std::env::var_os(variable).is_some_and(|value| value.is_empty())
}

/// Refuses values that are empty, and options that would have no effect.
fn check(command: &mut Command, matches: &ArgMatches) -> Result<(), clap::Error> {
    if let Some((name, inner)) = matches.subcommand()
        && let Some(command) = command.find_subcommand_mut(name)
    {
        return check(command, inner);
    }
    let idle = connection::idle_options(command, matches);
    let complaint = command.get_arguments().find_map(|arg| {
        let id = arg.get_id().as_str();
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            None
        } else if matches.get_raw(id).is_some_and(|mut values| values.any(OsStr::is_empty)) {
            Some(format!("{arg}: the value is empty; give one, or leave the option out"))
        } else if idle.contains(&id) {
            Some(format!(
                "{arg} has no effect on the reference implementation in this process; name a \
                target with --endpoint"
            ))
        } else {
            None
        }
    });
    complaint.map_or(Ok(()), |what| Err(command.error(ErrorKind::InvalidValue, what)))
}
