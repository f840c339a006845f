-------------------------------- MODULE Check --------------------------------
(***************************************************************************)
(* How TLC is to count: two states that differ in the last question and    *)
(* answer only are the same, and each step adds one to the number of its   *)
(* call.                                                                   *)
(***************************************************************************)
EXTENDS Properties, Requests, TLC

Visited == <<profiles, jobs>>

\* A register for each call, and one, the first, for what no call does.
Registers == 0 .. Len(Calls)
ASSUME \A n \in Registers : TLCSet(n, 0)
ASSUME \A m, n \in DOMAIN Calls : Calls[m] = Calls[n] => m = n

(***************************************************************************)
(* This version of TLC evaluates nothing after its search.  While it       *)
(* expands the last state no other state waits, so what is printed last    *)
(* are the numbers at the end; that they add up to the steps that TLC      *)
(* itself counts, the comparison looks after.                              *)
(***************************************************************************)
RECURSIVE Numbers(_)
Numbers(n) == IF n > Len(Calls) THEN "" ELSE " " \o ToString(TLCGet(n)) \o Numbers(n + 1)

Counted ==
    /\ TLCSet(asked', TLCGet(asked') + 1)
    /\ TLCGet("queue") = 0 => PrintT("steps" \o Numbers(0))

\* For progress.cfg.
Forgets(anything)  == UNCHANGED <<asked, reply>>
Stutters(anything) == FALSE

\* The scopes without bounds of their own.
Everywhere == TRUE
===============================================================================
