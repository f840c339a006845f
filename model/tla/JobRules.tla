------------------------------- MODULE JobRules -------------------------------
(***************************************************************************)
(* Jobs: how they are made, how they end, and what is read of them.  The   *)
(* revocation of their signatures is in Revocations.                       *)
(***************************************************************************)
EXTENDS Platforms

(***************************************************************************)
(* A state has one job under each name.  A call that would give the name   *)
(* to a second one is beyond what the symbols can say, so it is not made:  *)
(* each payload makes a new job (SignPayload/fresh-id), and whether tokens *)
(* of two accounts are the same is open (StartSigningJob/token-scope).     *)
(***************************************************************************)
Renames(j, kind, by) ==
    Exists(j) /\ (jobs[j].kind = "Payload" \/ kind = "Payload" \/ jobs[j].invoker # by)

Started(j) == [kind |-> "Started", job |-> j]

-------------------------------------------------------------------------------
\* Which of several errors is reported, no source says.
MakesJobs(status) == status = "Active"

StartErrors(call, held) == AnyError(<<
    \* StartSigningJob/not-active, not-active-error
    When(~MakesJobs(held.status), {"Validation", "ResourceNotFound"}),
    \* StartSigningJob/unsupported-platform, unsupported-platform-error
    When(~StartsJobs(held.platform), {"Validation", "ResourceNotFound"})>>)

\* StartSigningJob/missing-source: refused at once, or the job fails.
StartDoubts(call) ==
    When(call.source = "Missing", {"AccessDenied", "Validation", "ResourceNotFound"})

\* StartSigningJob/token-replay, token-replay-other-parameters.
IsReplay(j) == Exists(j)

StartSigningJob(call) ==
    LET j     == call.job
        held  == profiles[call.profile]
        wrong == StartErrors(call, held)
    IN
    /\ ~Renames(j, "Started", call.by)
    /\ IF IsReplay(j)
       THEN Tells({Started(j)})
       ELSE CASE call.by = "Other" /\ call.owner = "Omitted" ->        \* a name of its own, which no profile has
                    Refuses({"ResourceNotFound"})
              [] call.by = "Other" /\ call.owner = "Owner" /\ ~MayOther("StartSigningJob", call.profile) ->
                    Refuses({"AccessDenied", "ResourceNotFound"})      \* StartSigningJob/cross-account-denied
              [] call.by = "Owner" /\ held.status = "Absent" ->        \* StartSigningJob/unknown-profile
                    Refuses({"ResourceNotFound"})
              [] OTHER ->
                    \/ Refuses(wrong \cup StartDoubts(call))
                    \/ /\ wrong = {}                                   \* StartSigningJob/starts, in-progress-first
                       /\ JobBecomes(j,
                            [status |-> "InProgress", kind |-> "Started", profile |-> call.profile,
                             invoker |-> call.by, source |-> call.source, destination |-> call.destination,
                             revoked |-> FALSE],
                            Started(j))

-------------------------------------------------------------------------------
SignErrors(held) == AnyError(<<
    \* SignPayload/not-active, not-active-error
    When(~MakesJobs(held.status), {"Validation", "ResourceNotFound"}),
    \* SignPayload/unsupported-platform, unsupported-platform-error
    When(~SignsPayload(held.platform), {"Validation", "ResourceNotFound"})>>)

SignPayload(call) ==
    LET j     == call.job
        held  == profiles[call.profile]
        wrong == SignErrors(held)
    IN
    /\ ~Renames(j, "Payload", call.by)
    /\ CASE call.by = "Other" /\ call.owner = "Omitted" ->             \* a name of its own, which no profile has
                Refuses({"ResourceNotFound"})
         [] call.by = "Other" /\ call.owner = "Owner" /\ ~MayOther("SignPayload", call.profile) ->
                Refuses({"AccessDenied", "ResourceNotFound"})          \* SignPayload/cross-account-denied
         [] call.by = "Owner" /\ held.status = "Absent" ->
                Refuses({"ResourceNotFound"})                          \* SignPayload/unknown-profile
         [] OTHER ->
                IF wrong # {}
                THEN Refuses(wrong)
                ELSE JobBecomes(j,                                     \* SignPayload/signs, succeeded-at-once
                        [status |-> "Succeeded", kind |-> "Payload", profile |-> call.profile,
                         invoker |-> call.by, source |-> "Present", destination |-> "A", revoked |-> FALSE],
                        Started(j))

-------------------------------------------------------------------------------
(***************************************************************************)
(* What no call does: a job ends, Succeeded over an object that can be     *)
(* signed (StartSigningJob/valid-source-succeeds), Failed over one that is *)
(* missing (StartSigningJob/missing-source).                               *)
(***************************************************************************)
Ends(j) ==
    /\ Running(j)
    /\ Asks(0)
    /\ JobBecomes(j,
        [jobs[j] EXCEPT !.status = IF jobs[j].source = "Missing" THEN "Failed" ELSE "Succeeded"],
        [kind |-> "Ends", job |-> j])

-------------------------------------------------------------------------------
\* DescribeSigningJob/view, revocation-record, no-revocation-record.
JobView(j) ==
    [kind |-> "Job", status |-> jobs[j].status, profile |-> jobs[j].profile,
     invoker |-> jobs[j].invoker, revoked |-> jobs[j].revoked]

DescribeSigningJob(call) ==
    LET j == call.job IN
    CASE ~Exists(j) ->                                                 \* DescribeSigningJob/absent
            Refuses({"ResourceNotFound"})
      [] Exists(j) /\ call.by = "Owner" ->                             \* DescribeSigningJob/view
            Tells({JobView(j)})
      [] Exists(j) /\ call.by = "Other" ->                             \* DescribeSigningJob/other-account
            \/ Refuses({"ResourceNotFound", "AccessDenied"})
            \/ jobs[j].invoker = "Other" /\ Tells({JobView(j)})

-------------------------------------------------------------------------------
PlatformOf(j) == profiles[jobs[j].profile].platform
\* DescribeSigningJob/expiry.  Of other jobs no source says whether they have an expiry before they succeed:
\* none of them, those in progress (expiry-in-progress), or the Failed ones as well.
EarlyChoices == {{}, {"InProgress"}, {"InProgress", "Failed"}}
HasExpiry(j, early) == jobs[j].status \in {"Succeeded"} \cup early /\ PlatformOf(j) \in Managed
\* On which side of a month from now it lies.
ExpirySide(j) == IF profiles[jobs[j].profile].validity = "Day" THEN "Before" ELSE "After"

(***************************************************************************)
(* Whether a job passes the filters, all of which it must match            *)
(* (ListSigningJobs/filters-combine).  Three choices are open: whether     *)
(* isRevoked false lists all jobs (not-revoked-filter), which jobs have an *)
(* expiry before they succeed, and whether those without one pass a filter *)
(* on it (expiry-filter-without-expiry).                                   *)
(***************************************************************************)
Matches(j, filter, falseIsAll, early, withoutPass) ==
    /\ filter.status   = "any" \/ jobs[j].status = filter.status
    /\ filter.platform = "any" \/ PlatformOf(j) = filter.platform
    /\ filter.invoker  = "any" \/ jobs[j].invoker = filter.invoker
    /\ CASE filter.revoked = "any" -> TRUE
         [] filter.revoked = "yes" -> jobs[j].revoked
         [] filter.revoked = "no"  -> falseIsAll \/ ~jobs[j].revoked
    /\ CASE filter.expires = "any" -> TRUE
         [] OTHER -> IF HasExpiry(j, early) THEN ExpirySide(j) = filter.expires ELSE withoutPass

\* ListSigningJobs/lists, own-account; in whose list a job of two accounts is, is open (other-account).
Lists(by) ==
    LET all == {j \in Jobs : Exists(j)} IN
    IF by = "Owner" THEN {all} ELSE {{}, {j \in all : jobs[j].invoker = "Other"}}

\* The choices are asked for only where the filter makes them matter.
FalseChoices(filter)   == IF filter.revoked = "no" THEN BOOLEAN ELSE {FALSE}
EarlyOf(filter)        == IF filter.expires = "any" THEN {{}} ELSE EarlyChoices
WithoutChoices(filter) == IF filter.expires = "any" THEN {FALSE} ELSE BOOLEAN

ListSigningJobs(call) ==
    Tells({[kind |-> "Jobs",
            listed |-> {j \in list : Matches(j, call.filter, falseIsAll, early, withoutPass)}]
            : list \in Lists(call.by), falseIsAll \in FalseChoices(call.filter),
              early \in EarlyOf(call.filter), withoutPass \in WithoutChoices(call.filter)})
===============================================================================
