----------------------------- MODULE Revocations -----------------------------
(***************************************************************************)
(* The revocation of profiles and of signatures, and what a verifier is    *)
(* told of it.                                                             *)
(***************************************************************************)
EXTENDS Profiles

(***************************************************************************)
(* RevokeSigningProfile                                                    *)
(***************************************************************************)
Revokes(call, held) ==
    ProfileBecomes(call.profile,
        [held EXCEPT !.status = "Revoked", !.effective = call.effective, !.policy = AtEnd(@)], Done)

RevokeProfileErrors(call) == AnyError(<<
    \* RevokeSigningProfile/wrong-version
    When(call.version = "Unknown", {"ResourceNotFound", "Validation"}),
    \* RevokeSigningProfile/future
    When(call.effective = Future, {"Validation"})>>)

RevokeSigningProfile(call) ==
    LET held  == profiles[call.profile]
        wrong == RevokeProfileErrors(call)
        \* RevokeSigningProfile/unsupported-platform: refused, accepted without effect, or accepted.
        unsupported == held.platform \notin Managed
    IN
    CASE call.by = "Other" ->                                          \* RevokeSigningProfile/other-account
            Refuses({"ResourceNotFound"})
      [] call.by = "Owner" /\ held.status = "Absent" ->                \* RevokeSigningProfile/absent, future-error
            Refuses({"ResourceNotFound"} \cup When(call.effective = Future, {"Validation"}))
      [] call.by = "Owner" /\ held.status # "Absent" /\ wrong # {} ->
            Refuses(wrong)
      [] call.by = "Owner" /\ held.status = "Active" /\ wrong = {} ->  \* RevokeSigningProfile/revokes
            \/ Revokes(call, held)
            \/ unsupported /\ Refuses({"Validation"})
            \/ unsupported /\ Tells({Done})
      [] call.by = "Owner" /\ held.status = "Canceled" /\ wrong = {} -> \* RevokeSigningProfile/canceled
            \/ Revokes(call, held)
            \/ Refuses({"Validation"})
            \/ unsupported /\ Tells({Done})
      [] OTHER ->
            IF call.effective < held.effective
            THEN \/ Revokes(call, held)                                \* RevokeSigningProfile/earlier
                 \/ unsupported /\ Refuses({"Validation"})
                 \/ unsupported /\ Tells({Done})
            ELSE \/ Refuses({"Validation"})                            \* RevokeSigningProfile/later, equal
                 \/ Tells({Done})                                      \* RevokeSigningProfile/never-later

-------------------------------------------------------------------------------
(***************************************************************************)
(* RevokeSignature                                                         *)
(***************************************************************************)
\* What may be refused: RevokeSignature/in-progress, failed, again, not-active-profile, unsupported-platform.
RevokeSignatureDoubts(job, held) ==
    When(\/ job.status \in {"InProgress", "Failed"}
         \/ job.revoked
         \/ held.status # "Active"
         \/ held.platform \notin Managed,
         {"Validation"})

RevokeSignature(call) ==
    LET j    == call.job
        job  == jobs[j]
        held == profiles[job.profile]
    IN
    CASE call.by = "Owner" /\ ~Exists(j) ->                            \* RevokeSignature/absent
            Refuses({"ResourceNotFound"})
      [] call.by = "Other" /\ call.owner = "Omitted" ->                \* RevokeSignature/wrong-owner
            Refuses({"ResourceNotFound"})
      [] call.by = "Other" /\ call.owner = "Owner" /\ ~(Exists(j) /\ MayOther("RevokeSignature", job.profile)) ->
            Refuses({"AccessDenied", "ResourceNotFound"})              \* RevokeSignature/cross-account-denied
      [] OTHER ->
            \/ Refuses(RevokeSignatureDoubts(job, held))
            \/ IF held.platform \in Managed /\ ~job.revoked
               THEN JobBecomes(j, [job EXCEPT !.revoked = TRUE], Done) \* RevokeSignature/revokes, cross-account-granted
               ELSE Tells({Done})                                      \* RevokeSignature/again, unsupported-platform

-------------------------------------------------------------------------------
(***************************************************************************)
(* GetRevocationStatus                                                     *)
(***************************************************************************)
\* Whether the profile is listed (GetRevocationStatus/profile-revoked-after, -before, at-effective-time).
ProfileListed(held, at) ==
    CASE held.status # "Revoked"                         -> {FALSE}    \* GetRevocationStatus/canceled-profile
      [] held.status = "Revoked" /\ at > held.effective -> {TRUE}
      [] held.status = "Revoked" /\ at < held.effective -> {FALSE}
      [] held.status = "Revoked" /\ at = held.effective -> {TRUE, FALSE}

GetRevocationStatus(call) ==
    LET held == profiles[call.profile]
        job  == jobs[call.job]
        \* GetRevocationStatus/unknown-entities, platform-mismatch
        doubtful == \/ held.status = "Absent"
                    \/ ~Exists(call.job)
                    \/ call.platform # held.platform
                    \/ call.platform \notin Managed
        asForOwner == {[kind |-> "Revocations", profile |-> listed, job |-> job.revoked]
                        : listed \in ProfileListed(held, call.at)}
        notListed  == [kind |-> "Revocations", profile |-> FALSE, job |-> FALSE]
    IN
    CASE call.platform = "Lambda" ->                                   \* GetRevocationStatus/lambda-platform
            Refuses({"Validation"})
      [] call.platform # "Lambda" /\ call.by = "Owner" ->              \* GetRevocationStatus/job-revoked
            \/ Refuses(When(doubtful, {"Validation"}))
            \/ Tells(asForOwner)
      [] call.platform # "Lambda" /\ call.by = "Other" ->              \* GetRevocationStatus/other-account
            \/ Refuses({"AccessDenied", "Validation"})
            \/ Tells(asForOwner \cup {notListed})
===============================================================================
