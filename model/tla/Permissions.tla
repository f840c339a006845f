----------------------------- MODULE Permissions -----------------------------
(***************************************************************************)
(* The permission policy of a profile: statements, and a revision that     *)
(* moves on with every change.                                             *)
(***************************************************************************)
EXTENDS Platforms

Revision(age) == [kind |-> "Revision", revision |-> age]

(***************************************************************************)
(* An answer with the current revision, which "Reply" makes of its age.    *)
(* Once told, a revision is certain again.  A cancel moves it on           *)
(* (CancelSigningProfile/permissions-revision); whether a revocation does, *)
(* is open (ListProfilePermissions/revision-after-end).                    *)
(***************************************************************************)
TellsRevision(p, held, Reply(_)) ==
    LET moved  == [held.policy EXCEPT !.uncertain = FALSE,
                                      !.revision = IF @ < LastRevision THEN @ + 1 ELSE LastRevision]
        stayed == [held.policy EXCEPT !.uncertain = FALSE]
    IN
    IF ~held.policy.uncertain
    THEN Tells({Reply("Same")})
    ELSE \/ ProfileBecomes(p, [held EXCEPT !.policy = moved], Reply("New"))
         \/ /\ held.status # "Canceled"
            /\ ProfileBecomes(p, [held EXCEPT !.policy = stayed], Reply("Same"))

\* AddProfilePermission/new-revision, RemoveProfilePermission/new-revision.
Changed(policy, statement, grant) ==
    [statements |-> [policy.statements EXCEPT ![statement] = grant],
     revision   |-> IF policy.revision < LastRevision THEN policy.revision + 1 ELSE LastRevision,
     uncertain  |-> FALSE]

\* AddProfilePermission/action-platform.  Which actions an IoT platform has, no source says.
Fits(action, platform) ==
    CASE action = "SignPayload"     -> platform # "Lambda"
      [] action = "StartSigningJob" -> platform # "Notation"
      [] OTHER                      -> TRUE

Repeats(call, policy) == policy.statements[call.statement] = call.grant

\* In the order of AddProfilePermission/check-order.
AddChecks(call, held) ==
    LET policy == held.policy
        empty  == IsEmpty(policy)
        taken  == policy.statements[call.statement]
        \* AddProfilePermission/repeat: whatever the revision says.
        new    == ~Repeats(call, policy)
    IN <<
        \* AddProfilePermission/not-active
        Fault(held.status = "Canceled", {"Validation"}),
        \* AddProfilePermission/revoked
        Doubt(held.status = "Revoked", {"Validation", "ResourceNotFound"}),
        \* AddProfilePermission/principal
        Fault(call.grant.principal = "Malformed", {"Validation"}),
        \* AddProfilePermission/unresolved-principal: nobody made the role.
        Doubt(call.grant.principal = "Role", {"ResourceNotFound"}),
        \* AddProfilePermission/unsupported-platform
        Doubt(held.platform \notin Managed, {"Validation"}),
        \* AddProfilePermission/action-platform
        Fault(~Fits(call.grant.action, held.platform), {"Validation"}),
        \* AddProfilePermission/unknown-version
        Fault(call.grant.version = "Unknown", {"ResourceNotFound"}),
        \* AddProfilePermission/duplicate-statement
        Fault(taken # NoGrant /\ new, {"Validation"}),
        \* AddProfilePermission/first-with-revision, after-emptied
        Fault(new /\ empty /\ call.revision # "Absent", {"Validation"}),
        \* AddProfilePermission/missing-revision
        Fault(new /\ ~empty /\ call.revision = "Absent", {"Validation"}),
        \* AddProfilePermission/stale-revision
        Fault(new /\ ~empty /\ call.revision = "Stale", {"Conflict"}),
        Doubt(new /\ ~empty /\ call.revision = "Current" /\ policy.uncertain, {"Conflict"})>>

AddProfilePermission(call) ==
    LET p      == call.profile
        held   == profiles[p]
        checks == AddChecks(call, held)
    IN
    IF held.status = "Absent"
    THEN Refuses({"ResourceNotFound"})                                 \* AddProfilePermission/absent
    ELSE \/ Refuses(FirstErrors(checks))
         \/ /\ Faults(checks) = {}
            /\ IF Repeats(call, held.policy)
               THEN TellsRevision(p, held, Revision)                   \* AddProfilePermission/repeat
               ELSE ProfileBecomes(p,                                  \* AddProfilePermission/adds
                        [held EXCEPT !.policy = Changed(@, call.statement, call.grant)],
                        Revision("New"))

-------------------------------------------------------------------------------
\* In the order of RemoveProfilePermission/check-order.
RemoveChecks(call, held) ==
    LET policy == held.policy IN <<
        \* RemoveProfilePermission/not-active
        Fault(held.status = "Canceled", {"Validation"}),
        \* RemoveProfilePermission/revoked
        Doubt(held.status = "Revoked", {"Validation", "ResourceNotFound"}),
        \* RemoveProfilePermission/none
        Fault(IsEmpty(policy), {"ResourceNotFound"}),
        \* RemoveProfilePermission/stale-revision
        Fault(call.revision = "Stale", {"Conflict"}),
        Doubt(call.revision = "Current" /\ policy.uncertain, {"Conflict"}),
        \* RemoveProfilePermission/unknown-statement
        Fault(policy.statements[call.statement] = NoGrant, {"ResourceNotFound"})>>

RemoveProfilePermission(call) ==
    LET p      == call.profile
        held   == profiles[p]
        checks == RemoveChecks(call, held)
    IN
    IF held.status = "Absent"
    THEN Refuses({"ResourceNotFound"})                                 \* RemoveProfilePermission/absent
    ELSE \/ Refuses(FirstErrors(checks))
         \/ /\ Faults(checks) = {}                                     \* RemoveProfilePermission/removes
            /\ ProfileBecomes(p, [held EXCEPT !.policy = Changed(@, call.statement, NoGrant)], Revision("New"))

-------------------------------------------------------------------------------
Permissions(policy, age) == [kind |-> "Permissions", statements |-> policy.statements, revision |-> age]

ListProfilePermissions(call) ==
    LET p         == call.profile
        held      == profiles[p]
        Shown(age) == Permissions(held.policy, age)
    IN
    CASE call.by = "Other" \/ held.status = "Absent" ->                \* ListProfilePermissions/absent
            Refuses({"ResourceNotFound"})
      \* ListProfilePermissions/none, after-last-removal
      [] call.by = "Owner" /\ held.status # "Absent" /\ IsEmpty(held.policy) ->
            Refuses({"ResourceNotFound"})
      \* ListProfilePermissions/lists, not-active, current-revision
      [] OTHER -> TellsRevision(p, held, Shown)
===============================================================================
