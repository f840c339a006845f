------------------------------ MODULE Properties ------------------------------
(***************************************************************************)
(* What holds in every state, of every step and in every fair run, each    *)
(* with the requirement that it stands for.                                *)
(***************************************************************************)
EXTENDS Signer, TLC

(***************************************************************************)
(* States                                                                  *)
(***************************************************************************)
\* GetSigningProfile/no-revocation-record
RecordIffRevoked ==
    \A p \in Profiles : (profiles[p].status = "Revoked") <=> (profiles[p].effective # Never)

\* RevokeSigningProfile/future
NoFutureRevocation == \A p \in Profiles : profiles[p].effective # Future

\* PutSigningProfile/created
NothingBelongsToNobody == \A p \in Profiles : profiles[p].status = "Absent" => profiles[p] = NoProfile

\* StartSigningJob/unknown-profile
JobsHaveProfiles == \A j \in Jobs : Exists(j) => profiles[jobs[j].profile].status # "Absent"

\* StartSigningJob/unsupported-platform
JobsFitPlatforms ==
    \A j \in Jobs : Exists(j) => ((jobs[j].kind = "Payload") <=> (PlatformOf(j) = "Notation"))

\* StartSigningJob/valid-source-succeeds
JobsEndAsSourcesSay ==
    \A j \in Jobs : Exists(j) =>
        /\ jobs[j].source = "Present" => jobs[j].status # "Failed"
        /\ jobs[j].source = "Missing" => jobs[j].status # "Succeeded"

GrantsOf(p) == {profiles[p].policy.statements[s] : s \in Statements} \ {NoGrant}

\* AddProfilePermission/action-platform
PermissionsFitPlatforms ==
    \A p \in Profiles : \A grant \in GrantsOf(p) :
        /\ grant.action = "SignPayload" => profiles[p].platform # "Lambda"
        /\ grant.action = "StartSigningJob" => profiles[p].platform # "Notation"

\* AddProfilePermission/unknown-version
PermissionsOfVersionsThatExist == \A p \in Profiles : \A grant \in GrantsOf(p) : grant.version # "Unknown"

\* AddProfilePermission/new-revision
PermissionsHaveRevision ==
    \A p \in Profiles : ~IsEmpty(profiles[p].policy) => profiles[p].policy.revision > 0

-------------------------------------------------------------------------------
(***************************************************************************)
(* Steps                                                                   *)
(***************************************************************************)
IsCall == asked' # 0
Operation == Calls[asked'].op
Reads == {"DescribeSigningJob", "GetRevocationStatus", "GetSigningPlatform", "GetSigningProfile",
          "ListProfilePermissions", "ListSigningJobs", "ListSigningPlatforms", "ListSigningProfiles",
          "ListTagsForResource"}

\* DescribeSigningJob/terminal-stays
EndsStay == \A j \in Jobs :
    jobs[j].status \in {"Succeeded", "Failed"} => jobs'[j].status = jobs[j].status

\* PutSigningProfile/name-taken-in-2019: a name that is taken may be given to a new profile.
MayReplace == Edition = "2019-05-22" /\ IsCall /\ Operation = "PutSigningProfile"

\* CancelSigningProfile/no-way-back
NeverActiveAgain == MayReplace \/ \A p \in Profiles :
    profiles'[p].status = "Active" => profiles[p].status \in {"Absent", "Active"}

\* RevokeSigningProfile/irreversible
RevokedStays == \A p \in Profiles :
    profiles[p].status = "Revoked" => profiles'[p].status = "Revoked"

\* CancelSigningProfile/other-fields-kept
NeverMadeAnew == MayReplace \/ \A p \in Profiles :
    profiles[p].status # "Absent" =>
        /\ profiles'[p].platform = profiles[p].platform
        /\ profiles'[p].validity = profiles[p].validity

\* AddProfilePermission/refused-changes-nothing
RefusalsChangeNothing ==
    reply'.kind = "Refused" => UNCHANGED <<profiles, jobs>>

Certain(somewhere) == [p \in Profiles |-> [somewhere[p] EXCEPT !.policy.revision = 0, !.policy.uncertain = FALSE]]

\* GetRevocationStatus/no-change.  A list of permissions tells their revision, which may clear up what was uncertain.
ReadsChangeNothing ==
    IsCall /\ Operation \in Reads => UNCHANGED jobs /\ Certain(profiles') = Certain(profiles)

\* AddProfilePermission/new-revision
RevisionsMoveForward == \A p \in Profiles :
    LET before == profiles[p].policy
        after  == profiles'[p].policy
    IN  /\ before.revision <= after.revision
        /\ \/ before.statements = after.statements
           \/ before.revision < after.revision
           \/ after.revision = LastRevision

\* AddProfilePermission/stale-revision.  A repeated statement tells the revision, as a list does (AddProfilePermission/repeat).
StaleChangesNothing ==
    /\ IsCall
    /\ Operation \in {"AddProfilePermission", "RemoveProfilePermission"}
    /\ Calls[asked'].revision = "Stale"
    => /\ UNCHANGED jobs
       /\ IF Operation = "AddProfilePermission" /\ Repeats(Calls[asked'], profiles[Calls[asked'].profile].policy)
          THEN Certain(profiles') = Certain(profiles)
          ELSE UNCHANGED profiles

\* StartSigningJob/token-replay
TokensMakeOneJob ==
    IsCall /\ Operation = "StartSigningJob" /\ Exists(Calls[asked'].job) => UNCHANGED jobs

\* RevokeSignature/irreversible
RevokedSignaturesStay == \A j \in Jobs : jobs[j].revoked => jobs'[j].revoked

\* RevokeSigningProfile/earlier
RevocationsMoveEarlier == \A p \in Profiles :
    profiles[p].effective # Never =>
        /\ profiles'[p].effective # Never
        /\ profiles'[p].effective <= profiles[p].effective

\* StartSigningJob/not-active
OnlyActiveProfilesSign == \A j \in Jobs :
    ~Exists(j) /\ jobs'[j].status # "None" => profiles[jobs'[j].profile].status = "Active"

(***************************************************************************)
(* All of them.  A step that leaves all as it is breaks none; looking at   *)
(* that first, once, is what makes the check of a large scope bearable.    *)
(***************************************************************************)
Holds(name, property) == property \/ Print(<<"This property of steps is broken:", name>>, FALSE)

StepsHold == [][
    \/ UNCHANGED <<profiles, jobs>>
    \/ /\ Holds("EndsStay", EndsStay)
       /\ Holds("NeverActiveAgain", NeverActiveAgain)
       /\ Holds("RevokedStays", RevokedStays)
       /\ Holds("NeverMadeAnew", NeverMadeAnew)
       /\ Holds("RefusalsChangeNothing", RefusalsChangeNothing)
       /\ Holds("ReadsChangeNothing", ReadsChangeNothing)
       /\ Holds("RevisionsMoveForward", RevisionsMoveForward)
       /\ Holds("StaleChangesNothing", StaleChangesNothing)
       /\ Holds("TokensMakeOneJob", TokensMakeOneJob)
       /\ Holds("RevokedSignaturesStay", RevokedSignaturesStay)
       /\ Holds("RevocationsMoveEarlier", RevocationsMoveEarlier)
       /\ Holds("OnlyActiveProfilesSign", OnlyActiveProfilesSign)]_vars

-------------------------------------------------------------------------------
(***************************************************************************)
(* Progress: StartSigningJob/valid-source-succeeds                         *)
(***************************************************************************)
JobsEnd == \A j \in Jobs : Running(j) ~> ~Running(j)
===============================================================================
