------------------------------ MODULE Platforms ------------------------------
(***************************************************************************)
(* The signing platforms.  No call changes them (GetSigningPlatform/stable)*)
(***************************************************************************)
EXTENDS State

\* schemas/platforms.json, where the partner and the target of Notation are marked as guessed.
Facts ==
    [Lambda |->
        [partner |-> "AWSLambda", target |-> "SHA384-ECDSA", category |-> "AWS"],
     Notation |->
        [partner |-> "NotaryV2", target |-> "SHA384-ECDSA", category |-> "External"],
     IotDeviceManagement |->
        [partner |-> "AWSIoTDeviceManagement", target |-> "SHA256-ECDSA", category |-> "AWS"],
     FreeRtosDefault |->
        [partner |-> "AmazonFreeRTOS", target |-> "SHA256-ECDSA", category |-> "AWS"],
     FreeRtosTi |->
        [partner |-> "AmazonFreeRTOS", target |-> "SHA1-RSA-TISHA1", category |-> "AWS"]]

\* The platforms whose keys the service holds: their signatures expire and can be revoked
\* (PutSigningProfile/validity-platforms, GetSigningPlatform/revocation-supported).
Managed == {"Lambda", "Notation"}

\* A profile for container images signs payloads and starts no job; others do the opposite
\* (StartSigningJob/unsupported-platform, SignPayload/unsupported-platform).
SignsPayload(platform) == platform = "Notation"
StartsJobs(platform)   == platform # "Notation"

Guessed == [Notation |-> {"partner", "target"}]
IsGuessed(platform, column) == platform \in DOMAIN Guessed /\ column \in Guessed[platform]

OnOffer == IF Edition = "current" THEN PlatformNames ELSE PlatformNames \ Managed

-------------------------------------------------------------------------------
GetSigningPlatform(call) ==
    IF call.platform \in OnOffer
    THEN Tells({[kind |-> "Platform", platform |-> call.platform]})    \* GetSigningPlatform/view
    ELSE Refuses({"ResourceNotFound"})                                 \* GetSigningPlatform/absent

(***************************************************************************)
(* A filter is a column and the platform whose value in it is given.  What *)
(* has a guessed value there may be listed or not.                         *)
(***************************************************************************)
Listed(platforms) == [kind |-> "Platforms", listed |-> platforms]

Filtered(column, value) ==
    LET certain == {p \in OnOffer : ~IsGuessed(p, column) /\ Facts[p][column] = value}
        perhaps == {p \in OnOffer : IsGuessed(p, column)}
    IN  {Listed(certain \cup more) : more \in SUBSET perhaps}

ListSigningPlatforms(call) ==
    CASE call.column = "any" ->                                        \* ListSigningPlatforms/lists
            Tells({Listed(OnOffer)})
      [] call.column # "any" /\ call.of \in PlatformNames ->           \* ListSigningPlatforms/*-filter
            Tells(Filtered(call.column, Facts[call.of][call.column]))
      [] OTHER ->                                                      \* ListSigningPlatforms/unknown-value
            \/ Refuses({"Validation"})
            \/ Tells({Listed({})})
===============================================================================
