-------------------------------- MODULE State --------------------------------
(***************************************************************************)
(* What a service knows, what it was asked last and what it answered, and  *)
(* the few ways in which a rule answers a call.                            *)
(***************************************************************************)
EXTENDS Vocabulary

CONSTANTS
    Edition,        \* The published version of the API whose rules hold.
    Within(_, _)    \* Which profiles and jobs belong to the scope.

VARIABLES
    profiles,       \* What each profile name stands for.
    jobs,           \* What each job name stands for.
    asked,          \* The number of the call that was answered last; 0 for what no call does.
    reply           \* The answer to it.

vars == <<profiles, jobs, asked, reply>>

TypeOK ==
    /\ Edition \in Editions
    /\ \A p \in Profiles :
        LET held == profiles[p] IN
        /\ DOMAIN held = DOMAIN NoProfile
        /\ held.status \in ProfileStatuses
        /\ held.platform \in PlatformNames \cup {"None"}
        /\ held.validity \in Validities
        /\ held.effective \in {Never} \cup EffectiveTimes
        /\ held.tags \in [TagKeys -> TagValues]
        /\ \A s \in Statements : held.policy.statements[s] \in Grants \cup {NoGrant}
        /\ held.policy.revision \in 0 .. LastRevision
        /\ held.policy.uncertain \in BOOLEAN
    /\ \A j \in Jobs : jobs[j] \in JobRecords
    /\ asked \in Nat

\* Operators of their own, so that a check for which answers do not matter can leave them out.
Asks(n)    == asked' = n
Answers(r) == reply' = r

-------------------------------------------------------------------------------
(***************************************************************************)
(* The answers.  Each element of "replies" and of "errors" is an answer    *)
(* that is admitted, and each is a step of its own.                        *)
(***************************************************************************)
Tells(replies) ==
    /\ \E r \in replies : Answers(r)
    /\ UNCHANGED <<profiles, jobs>>

Refuses(errors) ==
    /\ \E e \in errors : Answers([kind |-> "Refused", error |-> e])
    /\ UNCHANGED <<profiles, jobs>>

Done == [kind |-> "Done"]

ProfileBecomes(p, after, r) ==
    /\ Answers(r)
    /\ profiles' = [profiles EXCEPT ![p] = after]
    /\ UNCHANGED jobs
    /\ Within(profiles', jobs')

JobBecomes(j, after, r) ==
    /\ Answers(r)
    /\ jobs' = [jobs EXCEPT ![j] = after]
    /\ UNCHANGED profiles
    /\ Within(profiles', jobs')

-------------------------------------------------------------------------------
(***************************************************************************)
(* Objections.  A rule lists what may be wrong with a call as a sequence   *)
(* of sets of errors, where an empty set is no objection.                  *)
(***************************************************************************)
When(wrong, errors) == IF wrong THEN errors ELSE {}

\* Where no source gives an order of checks, any of the errors may be reported.
AnyError(objections) == UNION {objections[n] : n \in DOMAIN objections}

(***************************************************************************)
(* Where the sources give the order of checks, the first fault is          *)
(* reported.  A doubt that comes before it may be reported instead; one    *)
(* that comes after it is not reached.                                     *)
(***************************************************************************)
Fault(wrong, errors) == [errors |-> When(wrong, errors), sure |-> TRUE]
Doubt(wrong, errors) == [errors |-> When(wrong, errors), sure |-> FALSE]

Faults(checks) == {n \in DOMAIN checks : checks[n].sure /\ checks[n].errors # {}}

FirstErrors(checks) ==
    LET faults == Faults(checks) IN
    UNION {checks[n].errors : n \in {m \in DOMAIN checks : \A k \in faults : m <= k}}

-------------------------------------------------------------------------------
Exists(j)  == jobs[j].status # "None"
Running(j) == jobs[j].status = "InProgress"

\* The other account holds the permission.  One that names a version covers that version alone
\* (StartSigningJob/cross-account-version).
MayOther(action, p) ==
    \E s \in Statements :
        LET grant == profiles[p].policy.statements[s] IN
        grant.principal = "OtherAccount" /\ grant.action = action /\ grant.version \in {"Any", "Current"}
===============================================================================
